SELECT count(*) FROM e ab JOIN e bc ON bc.x = ab.y JOIN e cd ON cd.x = bc.y JOIN e da ON da.x = cd.y AND da.y = ab.x;
