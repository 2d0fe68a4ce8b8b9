-- Long work that is watched, paused and retried, as a queue that several workers share.
--
-- work says what is to be done in words that only its maker knows, cursor how far it came, in words of the same.
-- Of those that are not over, dedupe is there once. Whoever works on one writes its name into worker and has it until
-- lease_ms; due_ms keeps one back that failed. asked: what a person wants of one that is running. again: 1 when only
-- what stands in job_errors is done once more. done and total count things, worked_ms is the time that done took.
CREATE TABLE jobs (
    uid TEXT COLLATE "C" PRIMARY KEY NOT NULL CHECK (length(uid) = 26),
    kind TEXT COLLATE "C" NOT NULL,
    about TEXT COLLATE "C" NOT NULL,
    work TEXT COLLATE "C" NOT NULL,
    dedupe TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'running', 'paused', 'done', 'failed', 'cancelled')),
    asked TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (asked IN ('', 'pause', 'cancel')),
    again BIGINT NOT NULL DEFAULT 0 CHECK (again IN (0, 1)),
    priority BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_ms BIGINT NOT NULL,
    worker TEXT COLLATE "C" NOT NULL DEFAULT '',
    lease_ms BIGINT NOT NULL DEFAULT 0,
    cursor TEXT COLLATE "C" NOT NULL DEFAULT '',
    done BIGINT NOT NULL DEFAULT 0,
    total BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    worked_ms BIGINT NOT NULL DEFAULT 0,
    message TEXT COLLATE "C" NOT NULL DEFAULT '',
    created_ms BIGINT NOT NULL,
    started_ms BIGINT,
    ended_ms BIGINT
);

CREATE UNIQUE INDEX jobs_open ON jobs (dedupe) WHERE state IN ('waiting', 'running', 'paused');
CREATE INDEX jobs_turn ON jobs (priority DESC, created_ms, uid) WHERE state = 'waiting';
CREATE INDEX jobs_ended ON jobs (ended_ms) WHERE ended_ms IS NOT NULL;

-- What of a job could not be done. what names it in words that only its maker knows, name in those of people.
CREATE TABLE job_errors (
    job TEXT COLLATE "C" NOT NULL REFERENCES jobs (uid) ON DELETE CASCADE,
    what TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (job, what)
);

-- What happened with a job: its newest lines.
CREATE TABLE job_lines (
    job TEXT COLLATE "C" NOT NULL REFERENCES jobs (uid) ON DELETE CASCADE,
    n BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    line TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (job, n)
);
