SELECT count(*) FROM e ab JOIN e bc ON bc.x = ab.y JOIN e ac ON ac.x = ab.x AND ac.y = bc.y JOIN e ad ON ad.x = ab.x
  JOIN e bd ON bd.x = ab.y AND bd.y = ad.y JOIN e cd ON cd.x = bc.y AND cd.y = ad.y;
