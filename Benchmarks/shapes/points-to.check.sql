CREATE TABLE points(a INTEGER, b INTEGER, PRIMARY KEY(a, b)) WITHOUT ROWID;
--repeat INSERT OR IGNORE INTO points SELECT a, b FROM address;
--repeat INSERT OR IGNORE INTO points SELECT copy.a, p.b FROM copy JOIN points p ON p.a = copy.b;
--repeat INSERT OR IGNORE INTO points SELECT load.a, q.b FROM load JOIN points p ON p.a = load.b JOIN points q ON q.a = p.b;
--repeat INSERT OR IGNORE INTO points SELECT p.b, q.b FROM store JOIN points p ON p.a = store.a JOIN points q ON q.a = store.b;
SELECT count(*) FROM points;
