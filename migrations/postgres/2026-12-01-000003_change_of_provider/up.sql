-- What an account that waits is known by, as its provider says, and the first of the two who say whose it is.
ALTER TABLE access_requests ADD COLUMN claim_email text;
ALTER TABLE access_requests ADD COLUMN claim_id text;
ALTER TABLE access_requests ADD COLUMN yes_whose uuid;
ALTER TABLE access_requests ADD COLUMN yes_by uuid;
ALTER TABLE access_requests ADD COLUMN yes_at timestamptz;

-- The address that a person with a role had when another one was proposed.
ALTER TABLE name_proposals ADD COLUMN email_before text;
