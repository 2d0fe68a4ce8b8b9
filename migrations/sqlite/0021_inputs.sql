-- Watched folders that hold reference images, and which pictures were made from which.
--
-- Pictures that lie only in folders of the role input are reference images, which no result shows that does not ask
-- for them.
ALTER TABLE roots ADD COLUMN role TEXT NOT NULL DEFAULT 'output' CHECK (role IN ('output', 'input'));

-- A picture that the recipe of another one loads: the folder below the inputs and the name that the recipe has.
-- input_id is the picture that had this name in a folder of inputs, content_hash its bytes, as soon as they are known;
-- then only they count. input_id is no foreign key, because keys are never used again.
CREATE TABLE image_inputs (
    image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    folder TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) > 0),
    input_id INTEGER,
    content_hash TEXT CHECK (length(content_hash) = 64),
    PRIMARY KEY (image_id, folder, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX image_inputs_name ON image_inputs (name, folder) WHERE input_id IS NULL;
CREATE INDEX image_inputs_input ON image_inputs (input_id) WHERE input_id IS NOT NULL;
CREATE INDEX image_inputs_hash ON image_inputs (content_hash) WHERE content_hash IS NOT NULL;

PRAGMA user_version = 21;
