-- What this database is for: a school's real records, or the demonstration's pretend ones. One row, written once.
CREATE TABLE installation (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    kind text NOT NULL CHECK (kind IN ('live', 'demo')),
    created_at text NOT NULL
) STRICT;
