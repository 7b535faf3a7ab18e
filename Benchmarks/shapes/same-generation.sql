--sqlite CREATE INDEX up_by_parent ON up(parent, child);
WITH RECURSIVE same(x, y) AS (
  SELECT a.child, b.child FROM up a JOIN up b ON a.parent = b.parent
  UNION SELECT a.child, b.child FROM same JOIN up a ON a.parent = same.x JOIN up b ON b.parent = same.y
) SELECT count(*) FROM same;
