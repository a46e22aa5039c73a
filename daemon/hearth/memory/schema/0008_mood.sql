-- How the person seemed to feel, where that may be noticed; without a word of what was said.
CREATE TABLE mood (
    id         INTEGER PRIMARY KEY,
    time       TEXT NOT NULL,              -- ISO 8601, UTC
    turn       TEXT NOT NULL,
    site       TEXT NOT NULL,
    valence    REAL NOT NULL,              -- -1 to 1
    arousal    REAL NOT NULL,
    feelings   TEXT NOT NULL,              -- JSON: [[name, 0 to 1], ...], the surest first
    confidence REAL NOT NULL,
    source     TEXT NOT NULL,              -- 'text', 'voice', 'both' or 'told'
    replaces   INTEGER NOT NULL DEFAULT 0  -- the mood that the person put right by this one
) STRICT;
CREATE INDEX mood_by_time ON mood (time);
CREATE INDEX mood_by_turn ON mood (turn);

-- How much more a feeling is meant than it sounds: what corrections taught.
CREATE TABLE mood_bias (
    feeling TEXT PRIMARY KEY,
    bias    REAL NOT NULL
) STRICT;

-- The usual of a voice, by room and measure.
CREATE TABLE voice_usual (
    site    TEXT NOT NULL,
    measure TEXT NOT NULL,
    count   INTEGER NOT NULL,
    mean    REAL NOT NULL,
    squares REAL NOT NULL,
    PRIMARY KEY (site, measure)
) STRICT;
