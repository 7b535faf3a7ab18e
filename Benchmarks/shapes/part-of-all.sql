WITH RECURSIVE wholes(o) AS (SELECT 19 UNION SELECT whole FROM wholes JOIN part_of ON part_of.o = wholes.o)
  SELECT count(*) FROM wholes;
WITH RECURSIVE wholes(o) AS (SELECT 19 UNION SELECT whole FROM wholes JOIN part_of ON part_of.o = wholes.o)
  SELECT count(DISTINCT p) FROM wholes JOIN employed ON employed.o = wholes.o;
