-- SQLite's table of texts was put into another order here; PostgreSQL's rows follow each other already.
SELECT 1;
