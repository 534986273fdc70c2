DROP TABLE logouts;
DROP TABLE binding_codes;
DROP TABLE arrivals;
DROP TABLE knocks;
