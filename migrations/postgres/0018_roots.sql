-- A folder that is paused is not read; its pictures stay.
ALTER TABLE roots ADD COLUMN paused BIGINT NOT NULL DEFAULT 0 CHECK (paused IN (0, 1));
