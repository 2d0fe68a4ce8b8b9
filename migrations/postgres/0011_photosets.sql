-- Photosets. Every change of them is an operation like any other.
--
-- id is the number of the operation that made the photoset; body is a Photoset of `domain::photoset` as
-- JSON: what it is called, what it lies in, its filter. gone: 1 when it was deleted; no picture is in it
-- then, and it is kept as long as that can be taken back.
CREATE TABLE photosets (
    id BIGINT PRIMARY KEY NOT NULL,
    uid TEXT COLLATE "C" NOT NULL UNIQUE,
    body TEXT COLLATE "C" NOT NULL,
    gone BIGINT NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)),
    created_ms BIGINT NOT NULL
);

-- place: where the picture stands in the photoset's own order; 1 or more, with room between neighbours.
CREATE TABLE photoset_images (
    set_id BIGINT NOT NULL REFERENCES photosets (id) ON DELETE CASCADE,
    image_id BIGINT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    place BIGINT NOT NULL CHECK (place > 0),
    PRIMARY KEY (set_id, image_id)
);

CREATE INDEX photoset_images_image ON photoset_images (image_id);

-- What an operation of the field `set` did with its photoset. Of each picture its revision says which
-- place it had and has; 0: it was not, or is not, in it.
CREATE TABLE photoset_changes (
    operation_id BIGINT PRIMARY KEY NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    verb TEXT COLLATE "C" NOT NULL,
    set_id BIGINT NOT NULL REFERENCES photosets (id) ON DELETE CASCADE,
    old_body TEXT COLLATE "C" NOT NULL,
    new_body TEXT COLLATE "C" NOT NULL,
    old_gone BIGINT NOT NULL CHECK (old_gone IN (0, 1)),
    new_gone BIGINT NOT NULL CHECK (new_gone IN (0, 1))
);

CREATE INDEX photoset_changes_set ON photoset_changes (set_id);
