-- What somebody tells of a picture together with its file, as a JSON object; NULL when it says nothing, and again once
-- it is told.
ALTER TABLE uploads ADD COLUMN about TEXT;
CREATE INDEX uploads_about ON uploads (uid) WHERE about IS NOT NULL;

-- 0 as long as nobody knows the size of a file, which comes in one request then and ends with it; its size is 1 until
-- that is known.
ALTER TABLE uploads ADD COLUMN measured INTEGER NOT NULL DEFAULT 1 CHECK (measured IN (0, 1));

PRAGMA user_version = 20;
