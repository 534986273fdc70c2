ALTER TABLE registers DROP COLUMN keyed_as;
