-- Archives are prepared by jobs.
--
-- place names the data folder on which a job depends: only the process that has it takes the job. Empty: any process.
ALTER TABLE jobs ADD COLUMN place TEXT NOT NULL DEFAULT '';

-- Archives of before have no job, and another plan. They are kept for a day at most.
UPDATE exports SET state = 'failed', plan = x'';

PRAGMA user_version = 22;
