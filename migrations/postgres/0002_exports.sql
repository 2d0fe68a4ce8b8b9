-- Prepared downloads. request and left_out are JSON; plan is in a form that only its maker knows.
CREATE TABLE exports (
    uid TEXT COLLATE "C" PRIMARY KEY NOT NULL CHECK (length(uid) = 26),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('preparing', 'ready', 'failed')),
    request TEXT COLLATE "C" NOT NULL,
    plan BYTEA NOT NULL,
    bytes BIGINT CHECK (bytes >= 0),
    pictures BIGINT NOT NULL CHECK (pictures >= 0),
    prepared BIGINT NOT NULL CHECK (prepared >= 0),
    left_out TEXT COLLATE "C" NOT NULL,
    created_ms BIGINT NOT NULL
);
