CREATE TABLE node AS SELECT x FROM e UNION SELECT y FROM e;
DERIVE path(x INTEGER, y INTEGER) AS WITH RECURSIVE path(x, y) AS (
  SELECT x, y FROM e UNION SELECT path.x, e.y FROM path JOIN e ON e.x = path.y
) SELECT x, y FROM path;
SELECT count(*) FROM node a CROSS JOIN node b
  WHERE NOT EXISTS (SELECT 1 FROM path WHERE path.x = a.x AND path.y = b.x);
