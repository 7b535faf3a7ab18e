WITH RECURSIVE walk(s, a, b, c, d) AS (
  SELECT f.x, e.x, e.x, e.x, e.y FROM from5 f JOIN e ON e.x = f.x
  UNION SELECT walk.s, walk.b, walk.c, walk.d, e.y FROM walk JOIN e ON e.x = walk.d WHERE e.y <> walk.c
) SELECT count(*) FROM walk;
