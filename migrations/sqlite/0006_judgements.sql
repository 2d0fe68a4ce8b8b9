-- What people think of pictures, and every change of that.
--
-- A picture without a row is as it came: undecided, unrated, without a label, neither a favourite nor
-- hidden nor in the trash. verdict: 0 undecided, 1 approved, 2 rejected. label: 0 none, 1 red,
-- 2 yellow, 3 green, 4 blue. trashed_ms is 0 for a picture that is not in the trash.
CREATE TABLE judgements (
    image_id INTEGER PRIMARY KEY NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    verdict INTEGER NOT NULL DEFAULT 0 CHECK (verdict BETWEEN 0 AND 2),
    rating INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5),
    favourite INTEGER NOT NULL DEFAULT 0 CHECK (favourite IN (0, 1)),
    label INTEGER NOT NULL DEFAULT 0 CHECK (label BETWEEN 0 AND 4),
    hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
    trashed_ms INTEGER NOT NULL DEFAULT 0 CHECK (trashed_ms >= 0)
) STRICT;

-- One row for each thing that somebody did, however many pictures it changed. field is the column of
-- `judgements` that it set. undoes is the operation that it took back.
CREATE TABLE operations (
    id INTEGER PRIMARY KEY NOT NULL,
    uid TEXT NOT NULL UNIQUE CHECK (length(uid) = 26),
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    field TEXT NOT NULL,
    pictures INTEGER NOT NULL CHECK (pictures >= 0),
    undoes INTEGER REFERENCES operations (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX operations_at ON operations (at_ms);
CREATE INDEX operations_undoes ON operations (undoes) WHERE undoes IS NOT NULL;

-- What an operation changed of each picture.
CREATE TABLE revisions (
    operation_id INTEGER NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    old INTEGER NOT NULL,
    new INTEGER NOT NULL,
    PRIMARY KEY (operation_id, image_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX revisions_image ON revisions (image_id, operation_id);

PRAGMA user_version = 6;
