WITH RECURSIVE at_(s, x, n) AS (
  SELECT x, x, 0 FROM from3 UNION SELECT s, e.y, n + 1 FROM at_ JOIN e ON e.x = at_.x WHERE n < 12
) SELECT count(*) FROM at_;
