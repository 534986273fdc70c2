-- Names that people no longer go by, for good: who is looked for under one is found.
CREATE TABLE former_names (
    school_id text NOT NULL,
    person_id text NOT NULL,
    name text NOT NULL,
    until text NOT NULL,
    -- Whether it was the name that pages showed; otherwise it was the legal one beside it.
    shown integer NOT NULL CHECK (shown IN (0, 1)),
    PRIMARY KEY (school_id, person_id, name, until),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id)
) STRICT, WITHOUT ROWID;

-- Names that take two people: a change of one, or a person to be added under one. A row never changes but for its decision.
CREATE TABLE name_proposals (
    school_id text NOT NULL,
    id text NOT NULL,
    -- Whose name is to change; or who was added, once it was confirmed.
    person_id text,
    name text NOT NULL,
    -- The name they had when it was proposed; nothing for a person to be added.
    name_before text,
    -- What a person to be added is, and their address.
    person_kind text,
    email text,
    why text NOT NULL,
    road text NOT NULL,
    -- Nobody for the school's sign-in, and for a command on the machine.
    proposed_by text,
    proposed_at text NOT NULL,
    state text NOT NULL,
    decided_by text,
    decided_at text,
    PRIMARY KEY (school_id, id),
    FOREIGN KEY (school_id, person_id) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, proposed_by) REFERENCES people (school_id, id),
    FOREIGN KEY (school_id, decided_by) REFERENCES people (school_id, id)
) STRICT;
CREATE INDEX name_proposals_by_state ON name_proposals (school_id, state, proposed_at);
