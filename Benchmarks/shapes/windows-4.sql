WITH RECURSIVE walk(s, a, b, c) AS (
  SELECT f.x, e.x, e.x, e.y FROM from4 f JOIN e ON e.x = f.x
  UNION SELECT walk.s, walk.b, walk.c, e.y FROM walk JOIN e ON e.x = walk.c WHERE e.y <> walk.b
) SELECT count(*) FROM walk;
