-- Which page saved a draft last, how often it was saved, on which device, and which draft it is another version of:
-- a page that is older than the draft does not replace it.
ALTER TABLE drafts ADD COLUMN page text NOT NULL DEFAULT '';
ALTER TABLE drafts ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE drafts ADD COLUMN device text NOT NULL DEFAULT '';
ALTER TABLE drafts ADD COLUMN beside text;
