// Every assessment of a run, by account.
MATCH (a:Account)-[:ASSESSED_AS]->(s:Assessment {run: $run})
RETURN a.id AS account, s AS assessment
ORDER BY account
