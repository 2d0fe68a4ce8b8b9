-- Watched folders, pictures, where their files are, and how they were made.
--
-- Times are milliseconds since 1970 UTC in columns that end in _ms. Flags are 0 or 1. Unsigned
-- 64-bit numbers (seeds, inodes) are stored as the signed number with the same bits. Hashes are
-- lower-case hexadecimal text. Text that many rows share is kept once in `texts`, under the first
-- 64 bits of its hash; NULL stands for the empty text. `texts` and `raw_chunks` are referred to
-- without foreign keys, so that tidying them up is one statement and not one look-up per row.

CREATE TABLE roots (
    id BIGINT PRIMARY KEY NOT NULL,
    uid TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(uid) = 26),
    name TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL UNIQUE,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('managed', 'linked')),
    allow_delete BIGINT NOT NULL CHECK (allow_delete IN (0, 1)),
    allow_organise BIGINT NOT NULL CHECK (allow_organise IN (0, 1)),
    allow_sidecars BIGINT NOT NULL CHECK (allow_sidecars IN (0, 1)),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('online', 'offline', 'suspicious')),
    vanished BIGINT NOT NULL DEFAULT 0 CHECK (vanished >= 0),
    device BIGINT,
    filesystem TEXT COLLATE "C",
    samples TEXT COLLATE "C" NOT NULL DEFAULT '',
    scanned_ms BIGINT,
    added_ms BIGINT NOT NULL
);

-- state: 0 waits for its hash and thumbnails, 1 has them, 2 was given up after three failures.
CREATE TABLE images (
    id BIGINT PRIMARY KEY NOT NULL,
    uid TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(uid) = 26),
    stamp TEXT COLLATE "C" NOT NULL,
    format TEXT COLLATE "C" NOT NULL CHECK (length(format) > 0),
    width BIGINT NOT NULL CHECK (width >= 0),
    height BIGINT NOT NULL CHECK (height >= 0),
    seconds DOUBLE PRECISION,
    date_ms BIGINT NOT NULL,
    added_ms BIGINT NOT NULL,
    modified_ms BIGINT NOT NULL,
    tool TEXT COLLATE "C" NOT NULL,
    tool_version TEXT COLLATE "C",
    positive_id BIGINT,
    negative_id BIGINT,
    primary_sampler BIGINT NOT NULL DEFAULT 0 CHECK (primary_sampler >= 0),
    vae TEXT COLLATE "C",
    asked_width BIGINT,
    asked_height BIGINT,
    made_ms BIGINT,
    has_workflow BIGINT NOT NULL CHECK (has_workflow IN (0, 1)),
    unparsed BIGINT NOT NULL CHECK (unparsed IN (0, 1)),
    state BIGINT NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)),
    strikes BIGINT NOT NULL DEFAULT 0 CHECK (strikes >= 0),
    placeholder TEXT COLLATE "C" NOT NULL DEFAULT '',
    content_hash TEXT COLLATE "C" CHECK (length(content_hash) = 64),
    crc32 BIGINT CHECK (crc32 BETWEEN 0 AND 4294967295),
    version BIGINT NOT NULL DEFAULT 1
);

CREATE INDEX images_date ON images (date_ms DESC, uid DESC);
CREATE INDEX images_waiting ON images (state, date_ms DESC, uid DESC) WHERE state = 0;
CREATE INDEX images_hash ON images (content_hash) WHERE content_hash IS NOT NULL;

-- A file that holds a picture; a picture may lie in several places.
CREATE TABLE locations (
    id BIGINT PRIMARY KEY NOT NULL,
    image_id BIGINT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    root_id BIGINT NOT NULL REFERENCES roots (id),
    folder TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    size BIGINT NOT NULL CHECK (size >= 0),
    mtime_ns BIGINT NOT NULL,
    inode BIGINT NOT NULL,
    dev BIGINT NOT NULL,
    missing_scans BIGINT NOT NULL DEFAULT 0 CHECK (missing_scans >= 0),
    missing_since_ms BIGINT,
    UNIQUE (root_id, folder, name)
);

CREATE INDEX locations_image ON locations (image_id);
CREATE INDEX locations_missed ON locations (image_id) WHERE missing_scans > 0;

CREATE TABLE texts (
    id BIGINT PRIMARY KEY NOT NULL,
    body TEXT COLLATE "C" NOT NULL
);

-- One row for each run of a sampler; loras is a JSON list, empty text when there is none.
CREATE TABLE samplers (
    image_id BIGINT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    ordinal BIGINT NOT NULL CHECK (ordinal >= 0),
    node TEXT COLLATE "C" NOT NULL,
    class TEXT COLLATE "C" NOT NULL,
    positive_id BIGINT,
    negative_id BIGINT,
    seed BIGINT,
    steps BIGINT,
    cfg DOUBLE PRECISION,
    guidance DOUBLE PRECISION,
    sampler TEXT COLLATE "C",
    scheduler TEXT COLLATE "C",
    denoise DOUBLE PRECISION,
    model TEXT COLLATE "C",
    loras TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (image_id, ordinal)
);

CREATE TABLE image_models (
    image_id BIGINT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    ordinal BIGINT NOT NULL CHECK (ordinal >= 0),
    name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (image_id, ordinal)
);

CREATE TABLE image_loras (
    image_id BIGINT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    ordinal BIGINT NOT NULL CHECK (ordinal >= 0),
    name TEXT COLLATE "C" NOT NULL,
    weight DOUBLE PRECISION,
    clip_weight DOUBLE PRECISION,
    PRIMARY KEY (image_id, ordinal)
);

-- What is only ever shown: parameters under the vendor's names, and notices. JSON lists.
CREATE TABLE image_notes (
    image_id BIGINT PRIMARY KEY NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    extra TEXT COLLATE "C" NOT NULL,
    notices TEXT COLLATE "C" NOT NULL
);

-- The text chunks of files as found, compressed, each once.
CREATE TABLE raw_chunks (
    hash TEXT COLLATE "C" PRIMARY KEY NOT NULL CHECK (length(hash) = 64),
    bytes BYTEA NOT NULL
);

CREATE TABLE image_chunks (
    image_id BIGINT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    ordinal BIGINT NOT NULL CHECK (ordinal >= 0),
    place TEXT COLLATE "C" NOT NULL,
    keyword TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (image_id, ordinal)
);

CREATE TABLE scan_problems (
    root_id BIGINT NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
    path TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    message TEXT COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (root_id, path)
);

CREATE TABLE settings (
    name TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    value TEXT COLLATE "C" NOT NULL
);

-- One row: the number of the newest change, the newest change that was trimmed from the log, and
-- the last keys that were given out, so that none is ever used again.
CREATE TABLE change_clock (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    n BIGINT NOT NULL,
    trimmed BIGINT NOT NULL,
    last_root BIGINT NOT NULL,
    last_image BIGINT NOT NULL,
    last_location BIGINT NOT NULL
);

INSERT INTO change_clock (id, n, trimmed, last_root, last_image, last_location)
VALUES (1, 0, 0, 0, 0, 0);

-- One record for each change of the library; touched and removed are JSON lists of image keys.
CREATE TABLE change_log (
    n BIGINT PRIMARY KEY NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('rows', 'rebuild')),
    touched TEXT COLLATE "C" NOT NULL,
    removed TEXT COLLATE "C" NOT NULL
);
