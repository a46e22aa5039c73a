-- What was said, word for word, in the order in which it was kept.
CREATE TABLE turn (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
    id      TEXT NOT NULL UNIQUE,
    session TEXT NOT NULL,
    time    TEXT NOT NULL,                      -- ISO 8601, UTC
    speaker TEXT NOT NULL,                      -- 'person', 'hearth', or a name that an import gave
    site    TEXT NOT NULL DEFAULT '',
    origin  TEXT NOT NULL,                      -- 'microphone', 'client', 'hearth' or 'import'
    bus     TEXT NOT NULL DEFAULT '',           -- the turn on the bus that it was said in
    text    TEXT NOT NULL
) STRICT;
CREATE INDEX turn_by_session ON turn (session, seq);
CREATE INDEX turn_by_site ON turn (site, seq) WHERE origin <> 'import';
CREATE INDEX turn_by_bus ON turn (bus) WHERE bus <> '';
CREATE INDEX turn_by_time ON turn (time);

-- The words of it, stemmed; the text itself stands in `turn` alone.
CREATE VIRTUAL TABLE turn_word USING fts5(
    text, content = 'turn', content_rowid = 'seq', tokenize = 'porter unicode61 remove_diacritics 2'
);

-- What it means: the sentence encoder's vector, one signed byte a dimension; made when idle, in the
-- order of `made`.
CREATE TABLE turn_vector (
    made   INTEGER PRIMARY KEY AUTOINCREMENT,
    seq    INTEGER NOT NULL UNIQUE,
    vector BLOB NOT NULL
) STRICT;

-- What each word of the turns means by itself, so that "dog" finds "puppy".
CREATE TABLE word_vector (
    made   INTEGER PRIMARY KEY AUTOINCREMENT,
    form   TEXT NOT NULL UNIQUE,                -- as it is written, A to Z in lower case
    vector BLOB NOT NULL
) STRICT;

-- 'changes' counts what was changed or deleted, so that what is held in memory is read again;
-- 'encoder' names the one that made the vectors.
CREATE TABLE turn_index (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
INSERT INTO turn_index VALUES ('changes', '0');

-- Index and vectors follow the turn: who deletes or edits a turn has to think of neither. A word
-- that no other turn holds goes with the last one that did.
CREATE TRIGGER turn_kept AFTER INSERT ON turn BEGIN
    INSERT INTO turn_word (rowid, text) VALUES (new.seq, new.text);
END;
CREATE TRIGGER turn_gone AFTER DELETE ON turn BEGIN
    INSERT INTO turn_word (turn_word, rowid, text) VALUES ('delete', old.seq, old.text);
    DELETE FROM turn_vector WHERE seq = old.seq;
    DELETE FROM word_vector WHERE instr(lower(old.text), form) AND NOT EXISTS (
        SELECT 1 FROM turn WHERE instr(lower(text), form) AND seq IN (
            SELECT rowid FROM turn_word WHERE turn_word MATCH '"' || form || '"'));
    UPDATE turn_index SET value = value + 1 WHERE key = 'changes';
END;
CREATE TRIGGER turn_edited AFTER UPDATE OF text ON turn WHEN old.text <> new.text BEGIN
    INSERT INTO turn_word (turn_word, rowid, text) VALUES ('delete', old.seq, old.text);
    INSERT INTO turn_word (rowid, text) VALUES (new.seq, new.text);
    DELETE FROM word_vector WHERE instr(lower(old.text), form) AND NOT EXISTS (
        SELECT 1 FROM turn WHERE instr(lower(text), form) AND seq IN (
            SELECT rowid FROM turn_word WHERE turn_word MATCH '"' || form || '"'));
    UPDATE turn_index SET value = value + 1
        WHERE key = 'changes' AND EXISTS (SELECT 1 FROM turn_vector WHERE seq = old.seq);
    DELETE FROM turn_vector WHERE seq = old.seq;
END;
