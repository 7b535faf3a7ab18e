CREATE TABLE walks AS WITH RECURSIVE walks(x, y, n) AS (
  SELECT x, y, 1 FROM e UNION SELECT walks.x, e.y, n + 1 FROM walks JOIN e ON e.x = walks.y WHERE n < 60
) SELECT * FROM walks;
SELECT count(*) FROM (SELECT DISTINCT x, y FROM walks);
SELECT sum(n) FROM (SELECT min(n) AS n FROM walks GROUP BY x, y);
