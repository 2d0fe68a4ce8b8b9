-- Tags and notes. Every change of them is an operation like any other.
--
-- id is the number of the operation that made the tag. Two tags that are there never fold to the same
-- name. gone: 1 when it was deleted or merged into another one; no picture has it then, and it is kept
-- as long as that can be taken back. colour: 0 none, 1 red, 2 orange, 3 yellow, 4 green, 5 blue,
-- 6 purple.
CREATE TABLE tags (
    id INTEGER PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    colour INTEGER NOT NULL DEFAULT 0 CHECK (colour BETWEEN 0 AND 6),
    gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)),
    created_ms INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX tags_folded ON tags (folded) WHERE gone = 0;

CREATE TABLE image_tags (
    image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    PRIMARY KEY (image_id, tag_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX image_tags_tag ON image_tags (tag_id, image_id);

-- What an operation of the field `tag` did with its tag; other_id is the one that it was merged into.
-- Of each picture its revision says which of the two it had and has: 1 the tag, 2 the other, 3 both.
CREATE TABLE tag_changes (
    operation_id INTEGER PRIMARY KEY NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    verb TEXT NOT NULL,
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    other_id INTEGER REFERENCES tags (id) ON DELETE CASCADE,
    old_name TEXT NOT NULL,
    new_name TEXT NOT NULL,
    old_colour INTEGER NOT NULL,
    new_colour INTEGER NOT NULL,
    old_gone INTEGER NOT NULL CHECK (old_gone IN (0, 1)),
    new_gone INTEGER NOT NULL CHECK (new_gone IN (0, 1))
) STRICT;

CREATE INDEX tag_changes_tag ON tag_changes (tag_id);
CREATE INDEX tag_changes_other ON tag_changes (other_id) WHERE other_id IS NOT NULL;

-- Every text that a note had, under the number of the operation that wrote it. Revisions of the field
-- `note` name them; 0 is no note.
CREATE TABLE note_texts (
    id INTEGER PRIMARY KEY NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE notes (
    image_id INTEGER PRIMARY KEY NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    text_id INTEGER NOT NULL REFERENCES note_texts (id)
) STRICT;

CREATE INDEX notes_text ON notes (text_id);

PRAGMA user_version = 7;
