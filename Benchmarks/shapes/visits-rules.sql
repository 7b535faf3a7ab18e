DERIVE within(o ID, whole ID) AS WITH RECURSIVE within(o, whole) AS (
  SELECT o, o FROM organisation
  UNION SELECT within.o, part_of.whole FROM within JOIN part_of ON part_of.o = within.whole
) SELECT o, whole FROM within;
DERIVE belongs(p ID, o ID) AS SELECT DISTINCT p, whole FROM employed JOIN within ON within.o = employed.o;
DERIVE represented(m ID, o ID) AS SELECT DISTINCT m, o FROM attended JOIN belongs ON belongs.p = attended.p;
DERIVE met(a ID, b ID) AS SELECT DISTINCT x.o, y.o FROM represented x JOIN represented y ON y.m = x.m AND x.o < y.o;
DERIVE agreed(a ID, b ID) AS SELECT DISTINCT x.o, y.o FROM party x JOIN party y ON y.g = x.g AND x.o < y.o;
DERIVE contact(p ID, q ID) AS SELECT DISTINCT x.p, y.p FROM attended x JOIN attended y ON y.m = x.m AND x.p <> y.p;
DERIVE from_country(m ID, c TEXT) AS SELECT DISTINCT m, country
  FROM represented JOIN organisation ON organisation.o = represented.o;
CREATE TABLE last_seen AS SELECT o, max(day) AS day
  FROM represented JOIN meeting ON meeting.m = represented.m GROUP BY o;
SELECT count(*) FROM person;
SELECT count(*) FROM agreement;
SELECT count(*) FROM within;
SELECT count(*) FROM represented;
SELECT count(*) FROM met;
SELECT count(*) FROM met WHERE NOT EXISTS (SELECT 1 FROM agreed WHERE agreed.a = met.a AND agreed.b = met.b);
SELECT count(*) FROM contact;
SELECT count(*) FROM (SELECT DISTINCT i.p, y.q
  FROM of_interest i JOIN contact x ON x.p = i.p JOIN contact y ON y.p = x.q
  WHERE y.q <> i.p AND NOT EXISTS (SELECT 1 FROM contact k WHERE k.p = i.p AND k.q = y.q));
SELECT count(*) FROM (SELECT DISTINCT o, topic FROM represented JOIN meeting ON meeting.m = represented.m);
SELECT count(*) FROM last_seen WHERE day < '2020-01-01';
SELECT sum(n) FROM (SELECT count(*) AS n
  FROM from_country x JOIN from_country y ON y.m = x.m AND x.c < y.c GROUP BY x.c, y.c);
