-- Deleting what is in the trash from the disk; what operations set, for telling them.

-- What an operation set; of one that takes back, what had been set. None where it was not the same for
-- every picture.
ALTER TABLE operations ADD COLUMN code INTEGER;

-- Pictures whose files are being deleted right now. A row is written before the first file goes and
-- leaves with the picture; one that a crash left behind tells what to look at when the program starts.
CREATE TABLE purges (
    image_id INTEGER PRIMARY KEY NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    at_ms INTEGER NOT NULL
) STRICT;

-- Pictures that were deleted from the disk: what there was, when it went and who emptied the trash.
CREATE TABLE purged (
    uid TEXT PRIMARY KEY NOT NULL CHECK (length(uid) = 26),
    path TEXT NOT NULL,
    content_hash TEXT,
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL
) STRICT;

PRAGMA user_version = 8;
