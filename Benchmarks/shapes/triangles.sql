SELECT count(*) FROM e ab JOIN e bc ON bc.x = ab.y JOIN e ac ON ac.x = ab.x AND ac.y = bc.y;
