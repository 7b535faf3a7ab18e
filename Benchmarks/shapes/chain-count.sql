SELECT count(*) FROM r JOIN s ON s.x = r.y JOIN t ON t.x = s.y;
