// Ties that go both ways: said so, a friendship nobody denied, or a tie in each direction.
MATCH (a:Account)-[t:TIED_WITH]->(b:Account)
WHERE a <> b AND (t.reciprocal = true
   OR (t.reciprocal IS NULL AND (t.kind = 'friend' OR EXISTS { MATCH (b)-[:TIED_WITH]->(a) })))
RETURN a.id AS account, b.id AS other
