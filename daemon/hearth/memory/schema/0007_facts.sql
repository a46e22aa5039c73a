-- What people told, as facts, each with its words and the turn that they come from. Two times: it
-- holds in the world from `since` to `until`; it was told at `told` and stood until `superseded`.
CREATE TABLE fact (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
    subject    TEXT NOT NULL,                      -- the person's words; 'me' is who speaks
    relation   TEXT NOT NULL,                      -- a term of ours: sister, likes, birthday, open
    value      TEXT NOT NULL,
    quote      TEXT NOT NULL,
    source     TEXT NOT NULL,                      -- turn.id; '' where it was typed by hand
    told       TEXT NOT NULL,                      -- this and the other times: ISO 8601, UTC
    since      TEXT,
    until      TEXT,
    superseded TEXT,
    successor  INTEGER,                            -- the fact that superseded it, or ended it
    due        TEXT,
    confidence REAL NOT NULL DEFAULT 1.0,
    origin     TEXT NOT NULL                       -- 'said' in passing, 'told' to be kept, 'edited'
) STRICT;
CREATE INDEX fact_by_source ON fact (source);
CREATE INDEX fact_by_subject ON fact (subject, relation) WHERE superseded IS NULL;
CREATE INDEX fact_by_successor ON fact (successor) WHERE successor IS NOT NULL;

-- Up to which turn facts were made, and the turns that were edited since then.
CREATE TABLE fact_mark (seq INTEGER NOT NULL) STRICT;
INSERT INTO fact_mark VALUES (0);
CREATE TABLE fact_again (seq INTEGER PRIMARY KEY) STRICT;

-- What was made from a turn goes with it; what a fact that goes had superseded holds again.
CREATE TRIGGER fact_of_turn_gone AFTER DELETE ON turn BEGIN
    DELETE FROM fact WHERE source = old.id;
    DELETE FROM fact_again WHERE seq = old.seq;
END;
CREATE TRIGGER fact_of_turn_edited AFTER UPDATE OF text ON turn WHEN old.text <> new.text BEGIN
    DELETE FROM fact WHERE source = old.id;
    INSERT OR IGNORE INTO fact_again (seq) VALUES (old.seq);
END;
CREATE TRIGGER fact_gone AFTER DELETE ON fact BEGIN
    UPDATE fact SET superseded = NULL, until = NULL, successor = NULL WHERE successor = old.id;
END;

-- A forgetting that is not finished: 'compact' (the rows are gone, the file has to be cleaned), or
-- 'turn' (the words of a turn in which it was asked for are still to go). No words stand in here.
CREATE TABLE forgetting (
    id   INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    turn TEXT NOT NULL DEFAULT ''
) STRICT;
