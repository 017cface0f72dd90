INSERT INTO sample VALUES ('postgresql');
