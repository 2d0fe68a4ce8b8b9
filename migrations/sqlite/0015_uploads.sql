-- Files on their way in, and what became of them.
--
-- The bytes that have come so far lie in the data folder, in a file named like uid. folder and name are where
-- they go inside the root once all are there. done: 1 when image_id is the picture that it became, or, with
-- duplicate 1, the one that had these bytes already.
CREATE TABLE uploads (
    uid TEXT PRIMARY KEY NOT NULL CHECK (length(uid) = 26),
    root_id INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
    folder TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) > 0),
    size INTEGER NOT NULL CHECK (size > 0),
    seen_ms INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
    duplicate INTEGER NOT NULL DEFAULT 0 CHECK (duplicate IN (0, 1)),
    image_id INTEGER REFERENCES images (id) ON DELETE SET NULL
) STRICT;

CREATE UNIQUE INDEX uploads_place ON uploads (root_id, folder, name) WHERE done = 0;
CREATE INDEX uploads_seen ON uploads (seen_ms);
CREATE INDEX uploads_image ON uploads (image_id) WHERE image_id IS NOT NULL;

PRAGMA user_version = 15;
