CREATE TABLE points(a INTEGER, b INTEGER, PRIMARY KEY(a, b)) WITHOUT ROWID;
--repeat INSERT OR IGNORE INTO points SELECT a, b FROM address;
--repeat INSERT OR IGNORE INTO points SELECT copy.a, p.b FROM copy JOIN points p ON p.a = copy.b;
--repeat INSERT OR IGNORE INTO points SELECT l.a, q.b FROM load l, points p, points q WHERE p.a = l.b AND q.a = p.b;
--repeat INSERT OR IGNORE INTO points SELECT p.b, q.b FROM store s, points p, points q WHERE p.a = s.a AND q.a = s.b;
SELECT count(*) FROM points;
