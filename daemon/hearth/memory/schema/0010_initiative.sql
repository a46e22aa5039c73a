-- What Hearth said of its own accord. Of a want only its key and kind: ids and dates, never words.
-- Several rows with one utterance (a turn's id) were said in one go.
CREATE TABLE prompt (
    utterance  TEXT NOT NULL,
    key        TEXT NOT NULL,
    kind       TEXT NOT NULL,
    time       TEXT NOT NULL,         -- ISO 8601, UTC
    site       TEXT NOT NULL,
    asked      INTEGER NOT NULL,      -- whether it ended with a question
    duty       INTEGER NOT NULL,      -- whether the person had asked for it
    became     TEXT NOT NULL,
    PRIMARY KEY (utterance, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX prompt_by_time ON prompt (time);

-- What a person said about a kind: never, less, some, more; not before `until`. '' is everything.
CREATE TABLE prompt_taste (
    kind   TEXT PRIMARY KEY,
    level  TEXT NOT NULL,
    until  TEXT                       -- ISO 8601, UTC; NULL for no such moment
) STRICT, WITHOUT ROWID;

-- What was held back, and why, for `hearth initiative` and "why didn't you say anything?".
CREATE TABLE prompt_held (
    key     TEXT NOT NULL,
    reason  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    time    TEXT NOT NULL,            -- the last time, ISO 8601, UTC
    PRIMARY KEY (key, reason)
) STRICT, WITHOUT ROWID;

-- Turns in which somebody was glad: a pointer, so that forgetting the turn forgets the joy.
CREATE TABLE joy (
    turn  TEXT PRIMARY KEY,
    site  TEXT NOT NULL,
    time  TEXT NOT NULL               -- ISO 8601, UTC
) STRICT, WITHOUT ROWID;
