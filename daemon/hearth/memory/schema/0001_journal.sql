-- What happened, in order. `body` is the event as JSON; audio is never here.
CREATE TABLE journal (
    id    INTEGER PRIMARY KEY,
    time  TEXT NOT NULL,             -- ISO 8601, UTC
    kind  TEXT NOT NULL,             -- the event's class name
    site  TEXT NOT NULL DEFAULT '',
    turn  TEXT NOT NULL DEFAULT '',
    body  TEXT NOT NULL
) STRICT;
CREATE INDEX journal_by_time ON journal (time);
CREATE INDEX journal_by_turn ON journal (turn) WHERE turn <> '';

-- MQTT messages of QoS 1: here before they are acknowledged, so that a crash loses none and a
-- redelivery is told from a new message.
CREATE TABLE inbound (
    id      INTEGER PRIMARY KEY,
    time    TEXT NOT NULL,
    key     TEXT NOT NULL UNIQUE,
    topic   TEXT NOT NULL,
    payload BLOB NOT NULL
) STRICT;
CREATE INDEX inbound_by_time ON inbound (time);

CREATE TABLE timer (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL DEFAULT '',
    site       TEXT NOT NULL,
    seconds    REAL NOT NULL,          -- as it was asked for
    ends       TEXT,                   -- ISO 8601, UTC; NULL while paused
    remaining  REAL,                   -- seconds left; NULL while running
    command    TEXT NOT NULL DEFAULT '',
    origin     TEXT NOT NULL
) STRICT;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
