-- Long work that is watched, paused and retried, as a queue that several workers share.
--
-- work says what is to be done in words that only its maker knows, cursor how far it came, in words of the same.
-- Of those that are not over, dedupe is there once. Whoever works on one writes its name into worker and has it until
-- lease_ms; due_ms keeps one back that failed. asked: what a person wants of one that is running. again: 1 when only
-- what stands in job_errors is done once more. done and total count things, worked_ms is the time that done took.
CREATE TABLE jobs (
    uid TEXT PRIMARY KEY NOT NULL CHECK (length(uid) = 26),
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    work TEXT NOT NULL,
    dedupe TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'paused', 'done', 'failed', 'cancelled')),
    asked TEXT NOT NULL DEFAULT '' CHECK (asked IN ('', 'pause', 'cancel')),
    again INTEGER NOT NULL DEFAULT 0 CHECK (again IN (0, 1)),
    priority INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_ms INTEGER NOT NULL,
    worker TEXT NOT NULL DEFAULT '',
    lease_ms INTEGER NOT NULL DEFAULT 0,
    cursor TEXT NOT NULL DEFAULT '',
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    worked_ms INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    created_ms INTEGER NOT NULL,
    started_ms INTEGER,
    ended_ms INTEGER
) STRICT;

CREATE UNIQUE INDEX jobs_open ON jobs (dedupe) WHERE state IN ('waiting', 'running', 'paused');
CREATE INDEX jobs_turn ON jobs (priority DESC, created_ms, uid) WHERE state = 'waiting';
CREATE INDEX jobs_ended ON jobs (ended_ms) WHERE ended_ms IS NOT NULL;

-- What of a job could not be done. what names it in words that only its maker knows, name in those of people.
CREATE TABLE job_errors (
    job TEXT NOT NULL REFERENCES jobs (uid) ON DELETE CASCADE,
    what TEXT NOT NULL,
    name TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (job, what)
) STRICT;

-- What happened with a job: its newest lines.
CREATE TABLE job_lines (
    job TEXT NOT NULL REFERENCES jobs (uid) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (job, n)
) STRICT;

PRAGMA user_version = 17;
