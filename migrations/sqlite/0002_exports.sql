-- Prepared downloads. request and left_out are JSON; plan is in a form that only its maker knows.
CREATE TABLE exports (
    uid TEXT PRIMARY KEY NOT NULL CHECK (length(uid) = 26),
    state TEXT NOT NULL CHECK (state IN ('preparing', 'ready', 'failed')),
    request TEXT NOT NULL,
    plan BLOB NOT NULL,
    bytes INTEGER CHECK (bytes >= 0),
    pictures INTEGER NOT NULL CHECK (pictures >= 0),
    prepared INTEGER NOT NULL CHECK (prepared >= 0),
    left_out TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

PRAGMA user_version = 2;
