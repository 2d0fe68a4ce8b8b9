-- Files and folders that are renamed, moved and replaced.
--
-- A move is written down before its first file goes, under the id of the operation that it will be. done: 1 once
-- that operation is there; one that a crash left behind with 0 tells what to look at when the program starts.
-- undoes: the id of the operation that it takes back.
CREATE TABLE moves (
    uid TEXT PRIMARY KEY NOT NULL CHECK (length(uid) = 26),
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    undoes TEXT,
    done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1))
) STRICT;

CREATE INDEX moves_open ON moves (uid) WHERE done = 0;

-- What goes where. A whole folder has no location and no name of its own: name and to_name are empty then.
CREATE TABLE moved_files (
    move_uid TEXT NOT NULL REFERENCES moves (uid) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    location_id INTEGER REFERENCES locations (id) ON DELETE CASCADE,
    root_id INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
    folder TEXT NOT NULL,
    name TEXT NOT NULL,
    to_root_id INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
    to_folder TEXT NOT NULL,
    to_name TEXT NOT NULL,
    PRIMARY KEY (move_uid, ordinal)
) STRICT, WITHOUT ROWID;

CREATE INDEX moved_files_location ON moved_files (location_id) WHERE location_id IS NOT NULL;

-- The picture whose file one that comes in replaces, by its uid.
ALTER TABLE uploads ADD COLUMN replaces TEXT;

PRAGMA user_version = 16;
