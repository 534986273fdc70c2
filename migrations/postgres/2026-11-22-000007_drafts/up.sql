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

-- Whose page a form came from, when it comes after its session is over.
CREATE INDEX sessions_by_csrf ON sessions (csrf);
