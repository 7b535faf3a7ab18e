SELECT count(*) FROM (SELECT DISTINCT r.x, t.y FROM r JOIN s ON s.x = r.y JOIN t ON t.x = s.y);
