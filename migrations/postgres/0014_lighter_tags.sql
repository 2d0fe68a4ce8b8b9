-- The same as with revisions: PostgreSQL need not ask for each tag of each picture whether both are there. They
-- come out of a statement that reads the pictures, under a tag that the same operation holds.
ALTER TABLE image_tags
    DROP CONSTRAINT image_tags_image_id_fkey,
    DROP CONSTRAINT image_tags_tag_id_fkey;

CREATE FUNCTION forget_tags_of_images() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM image_tags WHERE image_id IN (SELECT id FROM gone);
    RETURN NULL;
END
$$;

CREATE TRIGGER images_gone_from_tags AFTER DELETE ON images
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION forget_tags_of_images();

CREATE FUNCTION forget_images_of_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM image_tags WHERE tag_id IN (SELECT id FROM gone);
    RETURN NULL;
END
$$;

CREATE TRIGGER tags_gone AFTER DELETE ON tags
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION forget_images_of_tags();
