CREATE TABLE steps AS WITH RECURSIVE steps(x, y, n) USING KEY (x, y) AS (
  SELECT x, y, 1 FROM e
  UNION SELECT s.x, e.y, min(s.n + 1) FROM steps s JOIN e ON e.x = s.y
    LEFT JOIN recurring.steps known ON known.x = s.x AND known.y = e.y WHERE known.n IS NULL OR known.n > s.n + 1
    GROUP BY s.x, e.y
) SELECT * FROM steps;
SELECT count(*) FROM steps;
SELECT sum(n) FROM steps;
