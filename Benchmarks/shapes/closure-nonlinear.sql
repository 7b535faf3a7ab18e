-- SQLite allows one reference to the recursive table, and DuckDB is slower with two: the linear form, whose answer is the same.
WITH RECURSIVE path(x, y) AS (
  SELECT x, y FROM e UNION SELECT path.x, e.y FROM path JOIN e ON e.x = path.y
) SELECT count(*) FROM path;
