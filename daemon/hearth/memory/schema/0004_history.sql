-- What happened to one thing is found without reading everything: which thing an event is about.
ALTER TABLE journal ADD COLUMN entity TEXT NOT NULL DEFAULT '';
UPDATE journal SET entity = coalesce(json_extract(body, '$.new.id'), '') WHERE kind = 'Changed';
UPDATE journal SET entity = coalesce(json_extract(body, '$.act.entity_id'), '') WHERE kind = 'Acted';
UPDATE journal SET entity = coalesce(json_extract(body, '$.entity_id'), '') WHERE kind = 'Published';
CREATE INDEX journal_by_entity ON journal (entity, id) WHERE entity <> '';
CREATE INDEX journal_acted ON journal (time) WHERE kind = 'Acted';

-- Lists that a person keeps by voice: shopping, and any other by its name.
CREATE TABLE list_item (
    id    INTEGER PRIMARY KEY,
    list  TEXT NOT NULL,             -- casefolded; '' is the shopping list
    item  TEXT NOT NULL,             -- as it was said
    added TEXT NOT NULL              -- ISO 8601, UTC
) STRICT;
CREATE INDEX list_item_by_list ON list_item (list, id);
