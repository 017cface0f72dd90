INSERT INTO sample VALUES ('sqlite');
