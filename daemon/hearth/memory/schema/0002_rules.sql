-- The rules that a person said, in the order in which they were made. `body` is the rule as JSON.
CREATE TABLE rule (
    id    TEXT PRIMARY KEY,
    made  TEXT NOT NULL,             -- ISO 8601, UTC
    body  TEXT NOT NULL
) STRICT;

-- What rules have to remember over a restart: what runs, what lasts since when, what was told.
CREATE TABLE rule_note (
    kind  TEXT NOT NULL,
    key   TEXT NOT NULL,
    body  TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
