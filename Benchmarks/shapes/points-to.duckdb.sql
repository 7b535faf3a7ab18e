-- In each round what is new, `points`, is joined with everything so far, `recurring.points`.
WITH RECURSIVE points(a, b) USING KEY (a, b) AS (
  SELECT a, b FROM address UNION (
    SELECT copy.a, p.b FROM copy JOIN points p ON p.a = copy.b
    UNION SELECT load.a, q.b FROM load JOIN points p ON p.a = load.b JOIN recurring.points q ON q.a = p.b
    UNION SELECT load.a, q.b FROM load JOIN recurring.points p ON p.a = load.b JOIN points q ON q.a = p.b
    UNION SELECT p.b, q.b FROM store JOIN points p ON p.a = store.a JOIN recurring.points q ON q.a = store.b
    UNION SELECT p.b, q.b FROM store JOIN recurring.points p ON p.a = store.a JOIN points q ON q.a = store.b
  )
) SELECT count(*) FROM points;
