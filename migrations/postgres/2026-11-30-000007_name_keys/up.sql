-- Which keys of names a school has: `candour migrate` writes those of everybody again if they are older than its own.
ALTER TABLE registers ADD COLUMN keyed_as integer NOT NULL DEFAULT 0;
