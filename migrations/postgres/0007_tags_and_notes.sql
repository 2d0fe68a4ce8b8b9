-- Tags and notes. Every change of them is an operation like any other.
--
-- id is the number of the operation that made the tag. Two tags that are there never fold to the same
-- name. gone: 1 when it was deleted or merged into another one; no picture has it then, and it is kept
-- as long as that can be taken back. colour: 0 none, 1 red, 2 orange, 3 yellow, 4 green, 5 blue,
-- 6 purple.
CREATE TABLE tags (
    id BIGINT PRIMARY KEY NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    folded TEXT COLLATE "C" NOT NULL,
    colour BIGINT NOT NULL DEFAULT 0 CHECK (colour BETWEEN 0 AND 6),
    gone BIGINT NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)),
    created_ms BIGINT NOT NULL
);

CREATE UNIQUE INDEX tags_folded ON tags (folded) WHERE gone = 0;

CREATE TABLE image_tags (
    image_id BIGINT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    tag_id BIGINT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    PRIMARY KEY (image_id, tag_id)
);

CREATE INDEX image_tags_tag ON image_tags (tag_id, image_id);

-- What an operation of the field `tag` did with its tag; other_id is the one that it was merged into.
-- Of each picture its revision says which of the two it had and has: 1 the tag, 2 the other, 3 both.
CREATE TABLE tag_changes (
    operation_id BIGINT PRIMARY KEY NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    verb TEXT COLLATE "C" NOT NULL,
    tag_id BIGINT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    other_id BIGINT REFERENCES tags (id) ON DELETE CASCADE,
    old_name TEXT COLLATE "C" NOT NULL,
    new_name TEXT COLLATE "C" NOT NULL,
    old_colour BIGINT NOT NULL,
    new_colour BIGINT NOT NULL,
    old_gone BIGINT NOT NULL CHECK (old_gone IN (0, 1)),
    new_gone BIGINT NOT NULL CHECK (new_gone IN (0, 1))
);

CREATE INDEX tag_changes_tag ON tag_changes (tag_id);
CREATE INDEX tag_changes_other ON tag_changes (other_id) WHERE other_id IS NOT NULL;

-- Every text that a note had, under the number of the operation that wrote it. Revisions of the field
-- `note` name them; 0 is no note.
CREATE TABLE note_texts (
    id BIGINT PRIMARY KEY NOT NULL,
    body TEXT COLLATE "C" NOT NULL
);

CREATE TABLE notes (
    image_id BIGINT PRIMARY KEY NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    text_id BIGINT NOT NULL REFERENCES note_texts (id)
);

CREATE INDEX notes_text ON notes (text_id);
