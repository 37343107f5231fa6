// What the profiles of a batch of accounts display, from a least share on, one row an account.
UNWIND $accounts AS id
MATCH (a:Account {id: id})-[s:SHOWS {run: $run}]->(t:Territory)
WHERE s.own >= $least
RETURN id AS account, collect([t.code, s.own]) AS displayed
