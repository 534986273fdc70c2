-- What was proposed about duties, by whom, and what became of it. A row never changes but for its decision.
CREATE TABLE duty_proposals (
    school_id text NOT NULL,
    id text NOT NULL,
    person_id text NOT NULL,
    desk text,
    seat text,
    office text,
    -- The duty that is to end; or the one that began, once it was confirmed.
    duty_id text,
    kind text NOT NULL,
    starts_at text,
    ends_at text,
    why text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at text NOT NULL,
    state text NOT NULL,
    decided_by text,
    decided_at text,
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, duty_id) REFERENCES duties (school_id, id),
    FOREIGN KEY (school_id, proposed_by) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, decided_by) REFERENCES people (school_id, id)
) STRICT;
CREATE INDEX duty_proposals_by_state ON duty_proposals (school_id, state, proposed_at);

-- Who has not seen yet that duties changed at their desk, or that a proposal waits for them.
CREATE TABLE duty_news (
    school_id text NOT NULL,
    person_id text NOT NULL,
    since text NOT NULL,
    PRIMARY KEY (school_id, person_id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
) STRICT;

-- Until when open cases were moved after the duties that began and ended: what came later is still to be followed.
CREATE TABLE roster_follow_ups (
    school_id text NOT NULL,
    followed_at text NOT NULL,
    PRIMARY KEY (school_id),
    FOREIGN KEY (school_id) REFERENCES schools (id)
) STRICT;
