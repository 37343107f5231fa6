// Evidence of a run by signal: class, items, accounts.
MATCH (a:Account)-[:HAS_EVIDENCE]->(e:Evidence {run: $run})
RETURN e.cls AS cls, e.signal AS signal, count(e) AS items, count(DISTINCT a) AS accounts
ORDER BY cls, signal
