-- Who is signed in. The passphrase itself is the setting `passphrase`, as an argon2id hash.
--
-- token_hash is the BLAKE3 hash of a random token that only the browser has. seen_ms follows at most
-- once a day: it only has to tell when a session was forgotten.
CREATE TABLE sessions (
    token_hash TEXT COLLATE "C" PRIMARY KEY NOT NULL CHECK (length(token_hash) = 64),
    began_ms BIGINT NOT NULL,
    seen_ms BIGINT NOT NULL,
    device TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL
);
