-- Every value that was set on any node. What pictures of one workflow share is kept once, as a JSON
-- list of [node, class, title, name, value]; a picture keeps its set and, as a JSON list of
-- [place, value], what differs from it. shape is a hash of everything in a set but the values.

CREATE TABLE parameter_sets (
    id INTEGER PRIMARY KEY NOT NULL,
    shape INTEGER NOT NULL,
    entries TEXT NOT NULL
) STRICT;

CREATE INDEX parameter_sets_shape ON parameter_sets (shape);

CREATE TABLE image_parameters (
    image_id INTEGER PRIMARY KEY NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    set_id INTEGER NOT NULL,
    changes TEXT NOT NULL
) STRICT;

PRAGMA user_version = 4;
