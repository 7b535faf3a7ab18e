CREATE TABLE allowed AS SELECT * FROM booking WHERE organisation NOT IN (SELECT organisation FROM barred);
CREATE TABLE by_country AS SELECT country, month, sum(amount) AS total
  FROM (SELECT DISTINCT country, month, amount, organisation FROM allowed) AS spent GROUP BY country, month;
CREATE TABLE by_organisation AS SELECT organisation, sum(amount) AS total, count(*) AS bookings, max(amount) AS largest
  FROM allowed GROUP BY organisation;
SELECT count(*) FROM by_country;
SELECT count(*) FROM by_organisation;
SELECT count(*) FROM by_organisation WHERE total * 2 > bookings * largest;
SELECT sum(total) FROM by_country;
SELECT sum(largest) FROM by_organisation;
