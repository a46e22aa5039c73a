-- What a person asked to be reminded of, or woken for: on disk before Hearth says "I will".
CREATE TABLE reminder (
    id      INTEGER PRIMARY KEY,
    kind    TEXT NOT NULL,             -- reminder, alarm
    text    TEXT NOT NULL,
    told    TEXT NOT NULL,             -- the sentence that is said
    site    TEXT NOT NULL,
    first   TEXT NOT NULL,             -- ISO 8601 with the offset; the hour is that of the house's zone
    rule    TEXT NOT NULL DEFAULT '',  -- the value of an RRULE
    words   TEXT NOT NULL DEFAULT '',  -- how the person told the time
    insist  REAL NOT NULL DEFAULT 0,   -- seconds
    most    INTEGER NOT NULL DEFAULT 1,
    at      TEXT,                      -- the time that comes next, or that rings
    due     TEXT,                      -- when it rings next
    rung    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Until now a reminder was a rule that fired once.
INSERT INTO reminder (kind, text, told, site, first, at, due)
SELECT 'reminder', json_extract(body, '$.name'), json_extract(body, '$.then[0].text'),
       coalesce(nullif(json_extract(body, '$.then[0].site'), ''), json_extract(body, '$.site')),
       when_, when_, when_
FROM (SELECT body, json_extract(body, '$.when[0].date') || 'T' || json_extract(body, '$.when[0].at')
      AS when_ FROM rule WHERE id LIKE 'reminder-%')
WHERE length(when_) > 15 AND json_extract(body, '$.then[0].step') = 'say';
DELETE FROM rule WHERE id LIKE 'reminder-%' AND json_extract(body, '$.when[0].trigger') = 'time';
