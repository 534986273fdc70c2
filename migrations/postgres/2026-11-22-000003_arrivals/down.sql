DROP TABLE logouts;
DROP TABLE taken_accounts;
DROP TABLE binding_codes;
DROP TABLE arrivals;
DROP TABLE knocks;
