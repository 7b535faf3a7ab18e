WITH RECURSIVE reached(y) AS (SELECT y FROM e WHERE x = 3 UNION SELECT e.y FROM reached JOIN e ON e.x = reached.y)
  SELECT count(*) FROM reached;
