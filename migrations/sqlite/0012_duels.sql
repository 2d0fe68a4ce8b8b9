-- Duels: which of two pictures is better. Every answer is an operation like any other.
--
-- id is the number of the operation that gave the answer. even: 1 when neither is better. gone: 1 when the
-- answer no longer counts; it is kept as long as that can be taken back.
CREATE TABLE duels (
    id INTEGER PRIMARY KEY NOT NULL,
    better_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    worse_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    even INTEGER NOT NULL CHECK (even IN (0, 1)),
    gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1))
) STRICT;

CREATE INDEX duels_better ON duels (better_id);
CREATE INDEX duels_worse ON duels (worse_id);

-- The answers that an operation of the field `duel` gave or took away; its code is what `gone` is afterwards.
-- Of each picture its revision says how many of these counted before and count afterwards.
CREATE TABLE duel_changes (
    operation_id INTEGER NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    duel_id INTEGER NOT NULL REFERENCES duels (id) ON DELETE CASCADE,
    PRIMARY KEY (operation_id, duel_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX duel_changes_duel ON duel_changes (duel_id);

PRAGMA user_version = 12;
