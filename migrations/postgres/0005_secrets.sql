-- Whether a text of the file holds a key, a token or a password; and a way to the pictures whose
-- recipe could not be read in full.

ALTER TABLE images ADD COLUMN secret BIGINT NOT NULL DEFAULT 0 CHECK (secret IN (0, 1));

CREATE INDEX images_unparsed ON images (id) WHERE unparsed = 1;
