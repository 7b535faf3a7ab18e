WITH RECURSIVE walk(s, a, b) AS (
  SELECT f.x, e.x, e.y FROM from3 f JOIN e ON e.x = f.x
  UNION SELECT walk.s, walk.b, e.y FROM walk JOIN e ON e.x = walk.b WHERE e.y <> walk.a
) SELECT count(*) FROM walk;
