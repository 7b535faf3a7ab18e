SELECT count(*) FROM r JOIN s ON s.x = r.x JOIN t ON t.x = r.x;
