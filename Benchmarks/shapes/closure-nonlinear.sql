-- The linear form, whose answer is the same: SQLite allows one reference to the recursive table.
WITH RECURSIVE path(x, y) AS (
  SELECT x, y FROM e UNION SELECT path.x, e.y FROM path JOIN e ON e.x = path.y
) SELECT count(*) FROM path;
