-- Texts are kept under a hash, so as the table's own key they landed all over it and every import
-- rewrote most of its pages. Now new texts follow each other, and only a small index is scattered.

CREATE TABLE texts_in_order (
    id INTEGER NOT NULL UNIQUE,
    body TEXT NOT NULL
) STRICT;

INSERT INTO texts_in_order (id, body) SELECT id, body FROM texts ORDER BY id;
DROP TABLE texts;
ALTER TABLE texts_in_order RENAME TO texts;

PRAGMA user_version = 3;
