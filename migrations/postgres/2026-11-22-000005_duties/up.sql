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
