-- PostgreSQL asks for each new revision whether its picture and its operation are there: for a hundred
-- thousand of them most of the time that judging so many takes. They come out of a statement that reads both,
-- so the question is left out; what goes with a picture or an operation is seen to by the triggers below,
-- once for each statement.
ALTER TABLE revisions
    DROP CONSTRAINT revisions_operation_id_fkey,
    DROP CONSTRAINT revisions_image_id_fkey;

CREATE FUNCTION forget_revisions_of_operations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM revisions WHERE operation_id IN (SELECT id FROM gone);
    RETURN NULL;
END
$$;

CREATE TRIGGER operations_gone AFTER DELETE ON operations
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION forget_revisions_of_operations();

CREATE FUNCTION forget_revisions_of_images() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM revisions WHERE image_id IN (SELECT id FROM gone);
    RETURN NULL;
END
$$;

CREATE TRIGGER images_gone AFTER DELETE ON images
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION forget_revisions_of_images();
