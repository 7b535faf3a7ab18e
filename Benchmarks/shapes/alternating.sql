CREATE TABLE edge AS SELECT 0 AS colour, x, y FROM red UNION ALL SELECT 1, x, y FROM blue;
--sqlite CREATE INDEX edge_by_x ON edge(colour, x, y);
DERIVE path(colour INTEGER, x INTEGER, y INTEGER) AS WITH RECURSIVE path(colour, x, y) AS (
  SELECT colour, x, y FROM edge
  UNION SELECT edge.colour, path.x, edge.y FROM path JOIN edge ON edge.x = path.y AND edge.colour = 1 - path.colour
) SELECT colour, x, y FROM path;
SELECT count(*) FROM path WHERE colour = 0;
SELECT count(*) FROM path WHERE colour = 1;
