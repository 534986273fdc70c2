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
