DROP TABLE roster_follow_ups;
DROP TABLE duty_news;
DROP TABLE duty_proposals;
