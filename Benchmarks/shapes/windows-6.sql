WITH RECURSIVE walk(s, a, b, c, d, f) AS (
  SELECT f.x, e.x, e.x, e.x, e.x, e.y FROM from6 f JOIN e ON e.x = f.x
  UNION SELECT walk.s, walk.b, walk.c, walk.d, walk.f, e.y FROM walk JOIN e ON e.x = walk.f WHERE e.y <> walk.d
) SELECT count(*) FROM walk;
