SELECT count(*) FROM (SELECT DISTINCT f.o FROM employed e JOIN attended a ON a.p = e.p JOIN attended b ON b.m = a.m
  JOIN employed f ON f.p = b.p WHERE e.o = 12 AND f.o <> 12);
