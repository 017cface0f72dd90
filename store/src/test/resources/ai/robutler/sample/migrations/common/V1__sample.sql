CREATE TABLE sample (word TEXT PRIMARY KEY);
INSERT INTO sample VALUES ('common');
