-- Watched folders, pictures, where their files are, and how they were made.
--
-- Times are milliseconds since 1970 UTC in columns that end in _ms. Flags are 0 or 1. Unsigned
-- 64-bit numbers (seeds, inodes) are stored as the signed number with the same bits. Hashes are
-- lower-case hexadecimal text. Text that many rows share is kept once in `texts`, under the first
-- 64 bits of its hash; NULL stands for the empty text. `texts` and `raw_chunks` are referred to
-- without foreign keys, so that tidying them up is one statement and not one look-up per row.

CREATE TABLE roots (
    id INTEGER PRIMARY KEY NOT NULL,
    uid TEXT NOT NULL UNIQUE CHECK (length(uid) = 26),
    name TEXT NOT NULL,
    path TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('managed', 'linked')),
    allow_delete INTEGER NOT NULL CHECK (allow_delete IN (0, 1)),
    allow_organise INTEGER NOT NULL CHECK (allow_organise IN (0, 1)),
    allow_sidecars INTEGER NOT NULL CHECK (allow_sidecars IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('online', 'offline', 'suspicious')),
    vanished INTEGER NOT NULL DEFAULT 0 CHECK (vanished >= 0),
    device INTEGER,
    filesystem TEXT,
    samples TEXT NOT NULL DEFAULT '',
    scanned_ms INTEGER,
    added_ms INTEGER NOT NULL
) STRICT;

-- state: 0 waits for its hash and thumbnails, 1 has them, 2 was given up after three failures.
CREATE TABLE images (
    id INTEGER PRIMARY KEY NOT NULL,
    uid TEXT NOT NULL UNIQUE CHECK (length(uid) = 26),
    stamp TEXT NOT NULL,
    format TEXT NOT NULL CHECK (length(format) > 0),
    width INTEGER NOT NULL CHECK (width >= 0),
    height INTEGER NOT NULL CHECK (height >= 0),
    seconds REAL,
    date_ms INTEGER NOT NULL,
    added_ms INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    tool TEXT NOT NULL,
    tool_version TEXT,
    positive_id INTEGER,
    negative_id INTEGER,
    primary_sampler INTEGER NOT NULL DEFAULT 0 CHECK (primary_sampler >= 0),
    vae TEXT,
    asked_width INTEGER,
    asked_height INTEGER,
    made_ms INTEGER,
    has_workflow INTEGER NOT NULL CHECK (has_workflow IN (0, 1)),
    unparsed INTEGER NOT NULL CHECK (unparsed IN (0, 1)),
    state INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)),
    strikes INTEGER NOT NULL DEFAULT 0 CHECK (strikes >= 0),
    placeholder TEXT NOT NULL DEFAULT '',
    content_hash TEXT CHECK (length(content_hash) = 64),
    crc32 INTEGER CHECK (crc32 BETWEEN 0 AND 4294967295),
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX images_date ON images (date_ms DESC, uid DESC);
CREATE INDEX images_waiting ON images (state, date_ms DESC, uid DESC) WHERE state = 0;
CREATE INDEX images_hash ON images (content_hash) WHERE content_hash IS NOT NULL;

-- A file that holds a picture; a picture may lie in several places.
CREATE TABLE locations (
    id INTEGER PRIMARY KEY NOT NULL,
    image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    root_id INTEGER NOT NULL REFERENCES roots (id),
    folder TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    mtime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    dev INTEGER NOT NULL,
    missing_scans INTEGER NOT NULL DEFAULT 0 CHECK (missing_scans >= 0),
    missing_since_ms INTEGER,
    UNIQUE (root_id, folder, name)
) STRICT;

CREATE INDEX locations_image ON locations (image_id);
CREATE INDEX locations_missed ON locations (image_id) WHERE missing_scans > 0;

CREATE TABLE texts (
    id INTEGER PRIMARY KEY NOT NULL,
    body TEXT NOT NULL
) STRICT;

-- One row for each run of a sampler; loras is a JSON list, empty text when there is none.
CREATE TABLE samplers (
    image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    node TEXT NOT NULL,
    class TEXT NOT NULL,
    positive_id INTEGER,
    negative_id INTEGER,
    seed INTEGER,
    steps INTEGER,
    cfg REAL,
    guidance REAL,
    sampler TEXT,
    scheduler TEXT,
    denoise REAL,
    model TEXT,
    loras TEXT NOT NULL,
    PRIMARY KEY (image_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE image_models (
    image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    name TEXT NOT NULL,
    PRIMARY KEY (image_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE image_loras (
    image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    name TEXT NOT NULL,
    weight REAL,
    clip_weight REAL,
    PRIMARY KEY (image_id, ordinal)
) STRICT, WITHOUT ROWID;

-- What is only ever shown: parameters under the vendor's names, and notices. JSON lists.
CREATE TABLE image_notes (
    image_id INTEGER PRIMARY KEY NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    extra TEXT NOT NULL,
    notices TEXT NOT NULL
) STRICT;

-- The text chunks of files as found, compressed, each once.
CREATE TABLE raw_chunks (
    hash TEXT PRIMARY KEY NOT NULL CHECK (length(hash) = 64),
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE image_chunks (
    image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    place TEXT NOT NULL,
    keyword TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (image_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE scan_problems (
    root_id INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (root_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

-- One row: the number of the newest change, the newest change that was trimmed from the log, and
-- the last keys that were given out, so that none is ever used again.
CREATE TABLE change_clock (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    n INTEGER NOT NULL,
    trimmed INTEGER NOT NULL,
    last_root INTEGER NOT NULL,
    last_image INTEGER NOT NULL,
    last_location INTEGER NOT NULL
) STRICT;

INSERT INTO change_clock (id, n, trimmed, last_root, last_image, last_location)
VALUES (1, 0, 0, 0, 0, 0);

-- One record for each change of the library; touched and removed are JSON lists of image keys.
CREATE TABLE change_log (
    n INTEGER PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('rows', 'rebuild')),
    touched TEXT NOT NULL,
    removed TEXT NOT NULL
) STRICT;

PRAGMA user_version = 1;
