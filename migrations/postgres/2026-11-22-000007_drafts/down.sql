DROP INDEX sessions_by_csrf;
DROP TABLE drafts;
