-- A change of an address is one that the version before cannot read.
DELETE FROM name_proposals WHERE person_kind IS NULL AND name_before IS NULL;
ALTER TABLE name_proposals DROP COLUMN email_before;
ALTER TABLE access_requests DROP COLUMN yes_at;
ALTER TABLE access_requests DROP COLUMN yes_by;
ALTER TABLE access_requests DROP COLUMN yes_whose;
ALTER TABLE access_requests DROP COLUMN claim_id;
ALTER TABLE access_requests DROP COLUMN claim_email;
