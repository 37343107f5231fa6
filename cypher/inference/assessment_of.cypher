// The assessment of one account in a run.
MATCH (a:Account {id: $account})-[:ASSESSED_AS]->(s:Assessment {run: $run})
RETURN a.id AS account, a.handle AS handle, s AS assessment
