WITH RECURSIVE reached(s, x, minute) AS (
  SELECT x, x, 0 FROM start
  UNION SELECT s, target, arrives FROM reached JOIN leg ON source = reached.x AND leaves >= minute
) SELECT count(*) FROM reached;
