--sqlite CREATE INDEX e_by_y ON e(y, x);
WITH RECURSIVE path(x, y) AS (
  SELECT x, y FROM e UNION SELECT e.x, path.y FROM e JOIN path ON e.y = path.x
) SELECT count(*) FROM path;
