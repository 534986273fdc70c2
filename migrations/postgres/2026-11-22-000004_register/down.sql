DROP TABLE case_subjects;
DROP TABLE uploads;
DROP TABLE name_pace;
DROP TABLE name_keys;
DROP TABLE person_context;
DROP TABLE person_sources;
DROP TABLE registers;
