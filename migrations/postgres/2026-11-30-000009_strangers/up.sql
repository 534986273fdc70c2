-- A sign-in on its way through the provider is kept by the browser, in a sealed cookie: one that is only started leaves no row.
DROP TABLE sign_ins;

-- The key that cookies are sealed with, drawn once and shared by every node.
CREATE TABLE cookie_keys (
    id smallint NOT NULL PRIMARY KEY CHECK (id = 1),
    secret text NOT NULL,
    made_at timestamptz NOT NULL
);

-- Sign-ins that came back with the provider's word, until their cookie would be too old: each is used once.
CREATE TABLE used_sign_ins (
    state_hash text NOT NULL,
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (state_hash)
);

-- How often each account tried one-time codes while signed in.
CREATE TABLE code_tries (
    account_id uuid NOT NULL,
    since timestamptz NOT NULL,
    tries integer NOT NULL,
    PRIMARY KEY (account_id),
    FOREIGN KEY (account_id) REFERENCES accounts (id)
);
