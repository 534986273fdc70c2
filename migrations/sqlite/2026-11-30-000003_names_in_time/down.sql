DROP TABLE name_proposals;
DROP TABLE former_names;
