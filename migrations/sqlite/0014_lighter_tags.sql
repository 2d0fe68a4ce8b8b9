-- Something that only PostgreSQL needs; the numbers stay the same on both.
PRAGMA user_version = 14;
