-- What an import of people is told by hand, and when the last one was kept. One row a school: imports take turns at it.
CREATE TABLE registers (
    school_id text NOT NULL,
    org text,
    imported_at text,
    PRIMARY KEY (school_id),
    FOREIGN KEY (school_id) REFERENCES schools (id)
) STRICT, WITHOUT ROWID;

-- The lists somebody has been on, with what each calls them where it calls them anything. Not unique: pupils and staff
-- of one system may share numbers.
CREATE TABLE person_sources (
    school_id text NOT NULL,
    person_id text NOT NULL,
    source text NOT NULL,
    external_id text,
    seen_at text NOT NULL,
    PRIMARY KEY (school_id, person_id, source),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
) STRICT, WITHOUT ROWID;

-- A pupil's situation, apart from the register: read from inside a case and by an import only.
CREATE TABLE person_context (
    school_id text NOT NULL,
    person_id text NOT NULL,
    send text,
    looked_after text,
    child_in_need text,
    protection_plan text,
    social_worker text,
    changed_at text NOT NULL,
    PRIMARY KEY (school_id, person_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
) STRICT, WITHOUT ROWID;

-- How a name is found while it is being typed: a handful of folded words for everybody, in the order of bytes.
CREATE TABLE name_keys (
    school_id text NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    person_id text NOT NULL,
    PRIMARY KEY (school_id, key, name, person_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX name_keys_by_person ON name_keys (school_id, person_id, key);

-- How often somebody asked for names in the minute that began then: one row each, which every node counts in.
CREATE TABLE name_pace (
    school_id text NOT NULL,
    person_id text NOT NULL,
    since text NOT NULL,
    asked integer NOT NULL,
    PRIMARY KEY (school_id, person_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
) STRICT, WITHOUT ROWID;

-- A list somebody sent on the import page, between looking through it and keeping it: an hour at most, theirs alone.
CREATE TABLE uploads (
    school_id text NOT NULL,
    id text NOT NULL,
    person_id text NOT NULL,
    file_name text NOT NULL,
    bytes blob NOT NULL,
    sent_at text NOT NULL,
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
) STRICT;

-- Who is in which case now: where the earlier cases of a person are found.
CREATE TABLE case_subjects (
    school_id text NOT NULL,
    person_id text NOT NULL,
    case_id text NOT NULL,
    PRIMARY KEY (school_id, person_id, case_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, case_id) REFERENCES cases (school_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_subjects_by_case ON case_subjects (school_id, case_id);
