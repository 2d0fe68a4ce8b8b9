-- Values that people set over what files say. Every change of them is an operation like any other.
--
-- Every value that was ever set, under the number of the operation that wrote it. Revisions of the field
-- `edit` name them; 0 is none: then what the file says holds.
CREATE TABLE edit_values (
    id INTEGER PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

-- part: prompt, negative, model, lora, vae, sampler, scheduler, seed, steps, cfg, date, persona,
-- execution, or param. and the full name of a parameter.
CREATE TABLE edits (
    image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    part TEXT NOT NULL,
    value_id INTEGER NOT NULL REFERENCES edit_values (id),
    PRIMARY KEY (image_id, part)
) STRICT, WITHOUT ROWID;

CREATE INDEX edits_value ON edits (value_id);

-- What an operation of the field `edit` set; of one that takes back, what the other had set.
CREATE TABLE edit_changes (
    operation_id INTEGER PRIMARY KEY NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    part TEXT NOT NULL,
    value_id INTEGER NOT NULL
) STRICT;

PRAGMA user_version = 10;
