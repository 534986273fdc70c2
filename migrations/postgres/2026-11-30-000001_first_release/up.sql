-- What this database is for: a school's real records, or the demonstration's pretend ones. One row, written once.
CREATE TABLE installation (
    id smallint NOT NULL PRIMARY KEY CHECK (id = 1),
    kind text NOT NULL CHECK (kind IN ('live', 'demo')),
    created_at timestamptz NOT NULL
);

-- A school of this installation. Its settings are one document.
CREATE TABLE schools (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    settings jsonb NOT NULL,
    calendar jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (slug)
);

-- A sign-in, known by issuer and subject. Belongs to the installation.
CREATE TABLE accounts (
    id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    name text NOT NULL,
    email text,
    provider text,
    vouched jsonb,
    created_at timestamptz NOT NULL,
    last_school_id uuid,
    PRIMARY KEY (id),
    UNIQUE (issuer, subject),
    FOREIGN KEY (last_school_id) REFERENCES schools (id)
);

-- The register of a school: staff, governors, visitors and pupils.
CREATE TABLE people (
    school_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    given_name text,
    family_name text,
    preferred_given text,
    preferred_family text,
    upn text,
    born_on date,
    year_group text,
    tutor_group text,
    post text,
    email text,
    directory_id text,
    added_by text,
    deactivated_by text,
    teaching boolean NOT NULL,
    added_at timestamptz NOT NULL,
    left_at timestamptz,
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id) REFERENCES schools (id)
);
CREATE UNIQUE INDEX people_by_upn ON people (school_id, upn) WHERE upn IS NOT NULL;

-- Which person of a school an account is.
CREATE TABLE bindings (
    school_id uuid NOT NULL,
    account_id uuid NOT NULL,
    person_id uuid NOT NULL,
    how text NOT NULL,
    code_from text,
    bound_at timestamptz NOT NULL,
    PRIMARY KEY (school_id, account_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (account_id) REFERENCES accounts (id)
);
CREATE INDEX bindings_by_account ON bindings (account_id);
CREATE INDEX bindings_by_person ON bindings (school_id, person_id);

-- Who sits at which desk, or holds which office, from when to when.
CREATE TABLE duties (
    school_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    desk text,
    seat text,
    office text,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    why text,
    how_ended text,
    ended_by uuid,
    ended_why text,
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, ended_by) REFERENCES people (school_id, id)
);
CREATE INDEX duties_by_person ON duties (school_id, person_id);

-- People recorded as close to one another: partner, parent, household.
CREATE TABLE person_ties (
    school_id uuid NOT NULL,
    person_id uuid NOT NULL,
    other_id uuid NOT NULL,
    tie text NOT NULL,
    -- From a list, or by whom and on what grounds.
    source text,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid,
    grounds text,
    -- It was decided otherwise: it excludes nobody, and no import brings it back.
    set_aside_at timestamptz,
    set_aside_by uuid,
    set_aside_why text,
    PRIMARY KEY (school_id, person_id, other_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, other_id) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, recorded_by) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, set_aside_by) REFERENCES people (school_id, id)
);

-- A sign-in on its way through the provider.
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

-- A live sign-in. The token itself is never kept, only its hash.
CREATE TABLE sessions (
    id uuid NOT NULL,
    token_hash text NOT NULL,
    account_id uuid NOT NULL,
    school_id uuid NOT NULL,
    person_id uuid NOT NULL,
    csrf text NOT NULL,
    provider text NOT NULL,
    provider_session text,
    id_token text,
    device text NOT NULL,
    fresh_at timestamptz,
    started_at timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    hidden_at timestamptz,
    ended_at timestamptz,
    PRIMARY KEY (id),
    UNIQUE (token_hash),
    FOREIGN KEY (account_id) REFERENCES accounts (id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
);
CREATE INDEX sessions_by_account ON sessions (account_id, started_at);
-- Whose page a form came from, when it comes after its session is over.
CREATE INDEX sessions_by_csrf ON sessions (csrf);

-- A case: its document, and the columns that lists, counts and clocks read.
CREATE TABLE cases (
    school_id uuid NOT NULL,
    id uuid NOT NULL,
    reference text NOT NULL,
    version integer NOT NULL,
    status text NOT NULL,
    category text NOT NULL,
    severity text NOT NULL,
    owner_id uuid,
    is_open boolean NOT NULL,
    submitted_at timestamptz NOT NULL,
    closed_at timestamptz,
    due_at timestamptz NOT NULL,
    due_desk text NOT NULL,
    counted_as text,
    document jsonb NOT NULL,
    PRIMARY KEY (school_id, id),
    UNIQUE (school_id, reference),
    FOREIGN KEY (school_id) REFERENCES schools (id),
    FOREIGN KEY (school_id, owner_id) REFERENCES people (school_id, id)
);
CREATE INDEX cases_open_by_due ON cases (school_id, is_open, due_at, id);
CREATE INDEX cases_by_submission ON cases (school_id, submitted_at, id, counted_as);

-- Who may read a case: a desk or a person, as what, until when. Written from the case in the same act.
CREATE TABLE case_grants (
    school_id uuid NOT NULL,
    case_id uuid NOT NULL,
    position integer NOT NULL,
    desk text,
    person_id uuid,
    seats text NOT NULL,
    sight text NOT NULL,
    ends_at timestamptz,
    queue boolean NOT NULL,
    due_at timestamptz,
    PRIMARY KEY (school_id, case_id, position),
    FOREIGN KEY (school_id, case_id) REFERENCES cases (school_id, id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
);
CREATE INDEX case_grants_by_person ON case_grants (school_id, person_id, case_id) WHERE person_id IS NOT NULL;

-- Who may not read a case, or not through a desk.
CREATE TABLE case_exclusions (
    school_id uuid NOT NULL,
    case_id uuid NOT NULL,
    person_id uuid NOT NULL,
    scope text NOT NULL,
    PRIMARY KEY (school_id, case_id, person_id),
    FOREIGN KEY (school_id, case_id) REFERENCES cases (school_id, id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
);
CREATE INDEX case_exclusions_by_person ON case_exclusions (school_id, person_id, case_id);

-- Whose concern is in which case: what "my reports" starts from.
CREATE TABLE concerns (
    school_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    reporter_id uuid NOT NULL,
    submitted_at timestamptz NOT NULL,
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id, case_id) REFERENCES cases (school_id, id),
    FOREIGN KEY (school_id, reporter_id) REFERENCES people (school_id, id)
);
CREATE INDEX concerns_by_reporter ON concerns (school_id, reporter_id, submitted_at);

-- Every word that can name a person, with the key its digest in the audit log was made with.
CREATE TABLE texts (
    school_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    words text NOT NULL,
    secret text NOT NULL,
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id, case_id) REFERENCES cases (school_id, id)
);
CREATE INDEX texts_by_case ON texts (school_id, case_id);

-- Every act, chained: each entry holds the hash of the one before.
CREATE TABLE audit_entries (
    school_id uuid NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    case_id uuid,
    actor_id uuid,
    act text NOT NULL,
    entry text NOT NULL,
    previous text NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (school_id, seq),
    FOREIGN KEY (school_id) REFERENCES schools (id)
);
CREATE INDEX audit_entries_by_case ON audit_entries (school_id, case_id, seq);

-- The last entry of each chain.
CREATE TABLE audit_heads (
    school_id uuid NOT NULL,
    seq bigint NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (school_id),
    FOREIGN KEY (school_id) REFERENCES schools (id)
);

-- Who opened what, and who was refused what. Sealed into the audit log once a minute.
CREATE TABLE access_log (
    school_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    person_id uuid NOT NULL,
    kind text NOT NULL,
    case_id uuid,
    detail jsonb NOT NULL,
    sealed_by bigint,
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id) REFERENCES schools (id)
);
CREATE INDEX access_log_by_case ON access_log (school_id, case_id, at);
CREATE INDEX access_log_unsealed ON access_log (school_id, sealed_by, id);

-- Letters to send: a person and how pressing, never words.
CREATE TABLE outbox (
    school_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    case_id uuid,
    kind text NOT NULL,
    created_at timestamptz NOT NULL,
    not_before timestamptz NOT NULL,
    late_at timestamptz NOT NULL,
    attempts integer NOT NULL,
    sent_at timestamptz,
    dropped_at timestamptz,
    why_dropped text,
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
);
CREATE INDEX outbox_waiting ON outbox (sent_at, dropped_at, not_before);
CREATE INDEX outbox_by_person ON outbox (school_id, person_id, created_at);

-- When somebody last looked at their first page; until then one letter is enough.
CREATE TABLE attention (
    school_id uuid NOT NULL,
    person_id uuid NOT NULL,
    looked_at timestamptz NOT NULL,
    PRIMARY KEY (school_id, person_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
);

-- Forms that were taken: the key each carried and what was answered.
CREATE TABLE forms (
    school_id uuid NOT NULL,
    person_id uuid NOT NULL,
    form_key text NOT NULL,
    address text NOT NULL,
    digest text NOT NULL,
    answer text NOT NULL,
    taken_at timestamptz NOT NULL,
    PRIMARY KEY (school_id, person_id, form_key),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
);

-- Published term reports, frozen.
CREATE TABLE term_reports (
    school_id uuid NOT NULL,
    term text NOT NULL,
    revision integer NOT NULL,
    report jsonb NOT NULL,
    hash text NOT NULL,
    published_at timestamptz NOT NULL,
    published_by uuid NOT NULL,
    PRIMARY KEY (school_id, term, revision),
    FOREIGN KEY (school_id, published_by) REFERENCES people (school_id, id)
);

-- Somebody the provider vouched for and no school knows yet: a short wait for a one-time code.
CREATE TABLE pending_sign_ins (
    token_hash text NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    name text NOT NULL,
    email text,
    vouched jsonb,
    provider text NOT NULL,
    provider_session text,
    id_token text,
    return_to text NOT NULL,
    tries integer NOT NULL,
    started_at timestamptz NOT NULL,
    PRIMARY KEY (token_hash)
);

-- Who knocked at which school, for its administrators: until they are let in, or the list is tidied.
CREATE TABLE access_requests (
    school_id uuid NOT NULL,
    id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    name text NOT NULL,
    email text,
    provider text NOT NULL,
    why text NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    settled_at timestamptz,
    PRIMARY KEY (school_id, id),
    UNIQUE (school_id, issuer, subject),
    FOREIGN KEY (school_id) REFERENCES schools (id)
);

-- One-time codes handed over in person. The code itself is never kept, only its hash.
CREATE TABLE binding_codes (
    school_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    code_hash text NOT NULL,
    made_by uuid,
    made_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, made_by) REFERENCES people (school_id, id)
);
CREATE INDEX binding_codes_by_hash ON binding_codes (code_hash);
CREATE INDEX binding_codes_by_person ON binding_codes (school_id, person_id);

-- Accounts that were taken away from a person: what a provider says of them lets them in no longer, a code does.
CREATE TABLE taken_accounts (
    school_id uuid NOT NULL,
    account_id uuid NOT NULL,
    person_id uuid NOT NULL,
    taken_at timestamptz NOT NULL,
    PRIMARY KEY (school_id, account_id, person_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (account_id) REFERENCES accounts (id)
);

-- Logouts the provider sent, so that one cannot be sent again.
CREATE TABLE logouts (
    id_hash text NOT NULL,
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (id_hash)
);

-- What an import of people is told by hand, and when the last one was kept. One row a school: imports take turns at it.
CREATE TABLE registers (
    school_id uuid NOT NULL,
    org text,
    imported_at timestamptz,
    PRIMARY KEY (school_id),
    FOREIGN KEY (school_id) REFERENCES schools (id)
);

-- The lists somebody has been on, with what each calls them where it calls them anything. Not unique: pupils and staff
-- of one system may share numbers.
CREATE TABLE person_sources (
    school_id uuid NOT NULL,
    person_id uuid NOT NULL,
    source text NOT NULL,
    external_id text,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (school_id, person_id, source),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
);

-- A pupil's situation, apart from the register: read from inside a case and by an import only.
CREATE TABLE person_context (
    school_id uuid NOT NULL,
    person_id uuid NOT NULL,
    send text,
    looked_after text,
    child_in_need text,
    protection_plan text,
    social_worker text,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (school_id, person_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
);

-- How a name is found while it is being typed: a handful of folded words for everybody, in the order of bytes.
CREATE TABLE name_keys (
    school_id uuid NOT NULL,
    key text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    person_id uuid NOT NULL,
    PRIMARY KEY (school_id, key, name, person_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
);
CREATE INDEX name_keys_by_person ON name_keys (school_id, person_id, key);

-- How often somebody asked for names in the minute that began then: one row each, which every node counts in.
CREATE TABLE name_pace (
    school_id uuid NOT NULL,
    person_id uuid NOT NULL,
    since timestamptz NOT NULL,
    asked integer NOT NULL,
    PRIMARY KEY (school_id, person_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
);

-- A list somebody sent on the import page, between looking through it and keeping it: an hour at most, theirs alone.
CREATE TABLE sent_lists (
    school_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    file_name text NOT NULL,
    bytes bytea NOT NULL,
    sent_at timestamptz NOT NULL,
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
);

-- Who is in which case now: where the earlier cases of a person are found.
CREATE TABLE case_subjects (
    school_id uuid NOT NULL,
    person_id uuid NOT NULL,
    case_id uuid NOT NULL,
    PRIMARY KEY (school_id, person_id, case_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, case_id) REFERENCES cases (school_id, id)
);
CREATE INDEX case_subjects_by_case ON case_subjects (school_id, case_id);

-- What was proposed about duties, by whom, and what became of it. A row never changes but for its decision.
CREATE TABLE duty_proposals (
    school_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    desk text,
    seat text,
    office text,
    -- The duty that is to end; or the one that began, once it was confirmed.
    duty_id uuid,
    kind text NOT NULL,
    starts_at timestamptz,
    ends_at timestamptz,
    why text NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    state text NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, duty_id) REFERENCES duties (school_id, id),
    FOREIGN KEY (school_id, proposed_by) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, decided_by) REFERENCES people (school_id, id)
);
CREATE INDEX duty_proposals_by_state ON duty_proposals (school_id, state, proposed_at);

-- Who has not seen yet that duties changed at their desk, or that a proposal waits for them.
CREATE TABLE duty_news (
    school_id uuid NOT NULL,
    person_id uuid NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (school_id, person_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
);

-- Until when open cases were moved after the duties that began and ended: what came later is still to be followed.
CREATE TABLE roster_follow_ups (
    school_id uuid NOT NULL,
    followed_at timestamptz NOT NULL,
    PRIMARY KEY (school_id),
    FOREIGN KEY (school_id) REFERENCES schools (id)
);

-- Changes of a school's settings that somebody proposed, and what became of each. Never deleted.
CREATE TABLE proposals (
    school_id uuid NOT NULL,
    id uuid NOT NULL,
    status text NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL,
    decided_at timestamptz,
    decided_by uuid,
    document jsonb NOT NULL,
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id, proposed_by) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, decided_by) REFERENCES people (school_id, id)
);
CREATE INDEX proposals_by_status ON proposals (school_id, status, proposed_at);

-- Who of the DSL's desk was on duty on a day, as said on that day. Never deleted; the last word of a day counts.
CREATE TABLE on_duty (
    school_id uuid NOT NULL,
    said_at timestamptz NOT NULL,
    person_id uuid NOT NULL,
    phone text,
    said_by uuid NOT NULL,
    PRIMARY KEY (school_id, said_at),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, said_by) REFERENCES people (school_id, id)
);

-- Every calendar a school has had since it first changed it. Never deleted; the one in force is in schools.
CREATE TABLE calendars (
    school_id uuid NOT NULL,
    kept_at timestamptz NOT NULL,
    kept_by uuid NOT NULL,
    calendar jsonb NOT NULL,
    PRIMARY KEY (school_id, kept_at),
    FOREIGN KEY (school_id, kept_by) REFERENCES people (school_id, id)
);

-- Reports that were not sent yet: a person's own words, seen by nobody else, gone when sent, deleted or 7 days old.
-- The fields are kept as a form posts them, so that any character can be kept.
CREATE TABLE drafts (
    school_id uuid NOT NULL,
    person_id uuid NOT NULL,
    form_key text NOT NULL,
    category text,
    fields text NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (school_id, person_id, form_key),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
);
CREATE INDEX drafts_by_age ON drafts (saved_at);
