// Personas of a batch of accounts. rows: {account, shares: [[code, share, share of its own profile or null]]}
UNWIND $rows AS row
MATCH (a:Account {id: row.account})
UNWIND row.shares AS s
MATCH (t:Territory {code: s[0]})
CREATE (a)-[:SHOWS {run: $run, share: s[1], own: s[2]}]->(t)
