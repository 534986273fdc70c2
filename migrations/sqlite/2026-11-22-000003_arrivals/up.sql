-- Somebody the provider vouched for and no school knows yet: a short wait for a one-time code.
CREATE TABLE knocks (
    token_hash text NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    name text NOT NULL,
    email text,
    vouched text CHECK (json_valid(vouched)),
    provider text NOT NULL,
    provider_session text,
    id_token text,
    return_to text NOT NULL,
    tries integer NOT NULL,
    knocked_at text NOT NULL,
    PRIMARY KEY (token_hash)
) STRICT;

-- Who knocked at which school, for its administrators: until they are let in, or the list is tidied.
CREATE TABLE arrivals (
    school_id text NOT NULL,
    id text NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    name text NOT NULL,
    email text,
    provider text NOT NULL,
    why text NOT NULL,
    first_at text NOT NULL,
    last_at text NOT NULL,
    settled_at text,
    PRIMARY KEY (school_id, id),
    UNIQUE (school_id, issuer, subject),
    FOREIGN KEY (school_id) REFERENCES schools (id)
) STRICT;

-- One-time codes handed over in person. The code itself is never kept, only its hash.
CREATE TABLE binding_codes (
    school_id text NOT NULL,
    id text NOT NULL,
    person_id text NOT NULL,
    code_hash text NOT NULL,
    made_by text,
    made_at text NOT NULL,
    ends_at text NOT NULL,
    used_at text,
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, made_by) REFERENCES people (school_id, id)
) STRICT;
CREATE INDEX binding_codes_by_hash ON binding_codes (code_hash);
CREATE INDEX binding_codes_by_person ON binding_codes (school_id, person_id);

-- Accounts that were taken away from a person: what a provider says of them lets them in no longer, a code does.
CREATE TABLE taken_accounts (
    school_id text NOT NULL,
    account_id text NOT NULL,
    person_id text NOT NULL,
    taken_at text NOT NULL,
    PRIMARY KEY (school_id, account_id, person_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (account_id) REFERENCES accounts (id)
) STRICT;

-- Logouts the provider sent, so that one cannot be sent again.
CREATE TABLE logouts (
    id_hash text NOT NULL,
    ends_at text NOT NULL,
    PRIMARY KEY (id_hash)
) STRICT;
