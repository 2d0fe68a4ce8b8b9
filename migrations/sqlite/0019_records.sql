-- What was told of pictures by whoever knows their address.
--
-- A picture with a row here and without one in locations is known by its address alone: it has no file and
-- misses none. Given a file it keeps its row, so what was told of it stays. metadata is a JSON object as text.
CREATE TABLE records (
    image_id INTEGER PRIMARY KEY NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    url TEXT NOT NULL CHECK (length(url) > 0),
    person TEXT NOT NULL,
    intent TEXT NOT NULL,
    original TEXT NOT NULL,
    refined TEXT NOT NULL,
    metadata TEXT NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;

-- The picture that a file is for, where only its address was known.
ALTER TABLE uploads ADD COLUMN attach_id INTEGER REFERENCES images (id) ON DELETE SET NULL;
CREATE INDEX uploads_attach ON uploads (attach_id) WHERE attach_id IS NOT NULL;

PRAGMA user_version = 19;
