-- A folder that is paused is not read; its pictures stay.
ALTER TABLE roots ADD COLUMN paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1));

PRAGMA user_version = 18;
