-- Changes of a school's settings that somebody proposed, and what became of each. Never deleted.
CREATE TABLE proposals (
    school_id text NOT NULL,
    id text NOT NULL,
    status text NOT NULL,
    proposed_at text NOT NULL,
    proposed_by text NOT NULL,
    decided_at text,
    decided_by text,
    document text NOT NULL CHECK (json_valid(document)),
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id, proposed_by) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, decided_by) REFERENCES people (school_id, id)
) STRICT;
CREATE INDEX proposals_by_status ON proposals (school_id, status, proposed_at);

-- Who of the DSL's desk was on duty on a day, as said on that day. Never deleted; the last word of a day counts.
CREATE TABLE on_duty (
    school_id text NOT NULL,
    said_at text NOT NULL,
    person_id text NOT NULL,
    phone text,
    said_by text NOT NULL,
    PRIMARY KEY (school_id, said_at),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, said_by) REFERENCES people (school_id, id)
) STRICT;

-- Every calendar a school has had since it first changed it. Never deleted; the one in force is in schools.
CREATE TABLE calendars (
    school_id text NOT NULL,
    kept_at text NOT NULL,
    kept_by text NOT NULL,
    calendar text NOT NULL CHECK (json_valid(calendar)),
    PRIMARY KEY (school_id, kept_at),
    FOREIGN KEY (school_id, kept_by) REFERENCES people (school_id, id)
) STRICT;
