// Accounts with their assessment in a run, for readers that make objects of nodes and relationships.
MATCH (a:Account)-[r:ASSESSED_AS]->(s:Assessment {run: $run})
RETURN a, r, s
ORDER BY a.id
