-- Whether an account is proven to be its person's, with which account and session things were done, and the
-- addresses people had before.

-- Empty as long as the account opens nothing from before it.
ALTER TABLE bindings ADD COLUMN confirmed_at text;
UPDATE bindings SET confirmed_at = bound_at;
CREATE INDEX bindings_awaited ON bindings (school_id) WHERE confirmed_at IS NULL;

-- Every account that ever was a person's, since when, and since when that is proven; a row is never removed, so
-- that a further account is known as one.
CREATE TABLE known_accounts (
    school_id text NOT NULL,
    person_id text NOT NULL,
    account_id text NOT NULL,
    added_at text NOT NULL,
    proven_at text,
    PRIMARY KEY (school_id, person_id, account_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (account_id) REFERENCES accounts (id)
) STRICT;
INSERT INTO known_accounts (school_id, person_id, account_id, added_at, proven_at)
SELECT school_id, person_id, account_id, bound_at, bound_at FROM bindings;
INSERT INTO known_accounts (school_id, person_id, account_id, added_at, proven_at)
SELECT school_id, person_id, account_id, taken_at, NULL FROM taken_accounts
WHERE NOT EXISTS (
    SELECT 1 FROM bindings
    WHERE bindings.school_id = taken_accounts.school_id AND bindings.account_id = taken_accounts.account_id
    AND bindings.person_id = taken_accounts.person_id
);

-- The account a code let in: whoever made one for it cannot confirm it.
ALTER TABLE binding_codes ADD COLUMN used_by text;

-- The account a report or a draft was written with.
ALTER TABLE concerns ADD COLUMN account_id text;
ALTER TABLE drafts ADD COLUMN account_id text;

-- The account and the session behind the person.
ALTER TABLE access_log ADD COLUMN account_id text;
ALTER TABLE access_log ADD COLUMN session_id text;

-- Where an e-mail goes if not to the address its person has now.
ALTER TABLE outbox ADD COLUMN address text;

-- Addresses that people had, each until it was changed.
CREATE TABLE former_addresses (
    school_id text NOT NULL,
    person_id text NOT NULL,
    until_at text NOT NULL,
    address text NOT NULL,
    PRIMARY KEY (school_id, person_id, until_at),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
) STRICT;
