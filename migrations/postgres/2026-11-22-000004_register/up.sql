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
CREATE TABLE uploads (
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
