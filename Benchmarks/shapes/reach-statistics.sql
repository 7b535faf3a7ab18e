DERIVE path(x INTEGER, y INTEGER) AS WITH RECURSIVE path(x, y) AS (
  SELECT x, y FROM e UNION SELECT path.x, e.y FROM path JOIN e ON e.x = path.y
) SELECT x, y FROM path;
CREATE TABLE reaches AS SELECT x, count(*) AS n FROM path GROUP BY x;
SELECT count(*) FROM reaches;
SELECT sum(n) FROM reaches;
SELECT sum(y) FROM (SELECT x, max(y) AS y FROM path GROUP BY x);
