-- Which personas were in force, each whole as it was then, so that it can come back.
CREATE TABLE persona_log (
    id      INTEGER PRIMARY KEY,
    time    TEXT NOT NULL,             -- ISO 8601, UTC: from then on
    persona TEXT NOT NULL,             -- its id
    version INTEGER NOT NULL,
    body    TEXT NOT NULL,             -- the persona as JSON
    why     TEXT NOT NULL DEFAULT ''
) STRICT;
