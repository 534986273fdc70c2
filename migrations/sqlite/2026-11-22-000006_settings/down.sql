DROP TABLE calendars;
DROP TABLE on_duty;
DROP TABLE proposals;
