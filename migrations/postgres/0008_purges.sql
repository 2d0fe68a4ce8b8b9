-- Deleting what is in the trash from the disk; what operations set, for telling them.

-- What an operation set; of one that takes back, what had been set. None where it was not the same for
-- every picture.
ALTER TABLE operations ADD COLUMN code BIGINT;

-- Pictures whose files are being deleted right now. A row is written before the first file goes and
-- leaves with the picture; one that a crash left behind tells what to look at when the program starts.
CREATE TABLE purges (
    image_id BIGINT PRIMARY KEY NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    at_ms BIGINT NOT NULL
);

-- Pictures that were deleted from the disk: what there was, when it went and who emptied the trash.
CREATE TABLE purged (
    uid TEXT COLLATE "C" PRIMARY KEY NOT NULL CHECK (length(uid) = 26),
    path TEXT COLLATE "C" NOT NULL,
    content_hash TEXT COLLATE "C",
    bytes BIGINT NOT NULL CHECK (bytes >= 0),
    at_ms BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL
);
