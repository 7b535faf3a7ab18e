--sqlite CREATE INDEX wrote_by_title ON wrote(title, person);
DERIVE together(a TEXT, b TEXT) AS SELECT DISTINCT p.person, q.person
  FROM wrote p JOIN wrote q ON q.title = p.title AND p.person < q.person;
DERIVE cited(a TEXT, b TEXT) AS SELECT DISTINCT p.person, q.person
  FROM cites JOIN wrote p ON p.title = cites.title JOIN wrote q ON q.title = cites.other WHERE p.person <> q.person;
SELECT count(*) FROM together;
SELECT count(*) FROM cited;
SELECT count(*) FROM (SELECT DISTINCT o.office, p.office
  FROM cited JOIN employed o ON o.person = cited.a JOIN employed p ON p.person = cited.b WHERE o.office <> p.office);
SELECT count(*) FROM cited WHERE a LIKE '%7'
  AND NOT EXISTS (SELECT 1 FROM together t WHERE t.a = cited.a AND t.b = cited.b)
  AND NOT EXISTS (SELECT 1 FROM together t WHERE t.a = cited.b AND t.b = cited.a);
