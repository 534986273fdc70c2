DROP TABLE code_tries;
DROP TABLE used_sign_ins;
DROP TABLE cookie_keys;

CREATE TABLE sign_ins (
    state_hash text NOT NULL,
    provider text NOT NULL,
    nonce text NOT NULL,
    verifier text NOT NULL,
    return_to text NOT NULL,
    asked text NOT NULL,
    started_at timestamptz NOT NULL,
    PRIMARY KEY (state_hash)
);
