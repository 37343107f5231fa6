/*
Personas of a batch of accounts: each territory is looked up once.
accounts: ids; places: [[code, [[number of the account in the batch, share, share of its own profile or null], ...]], ...]
*/
UNWIND $accounts AS id
MATCH (a:Account {id: id})
WITH collect(a) AS accounts
UNWIND $places AS place
MATCH (t:Territory {code: place[0]})
UNWIND place[1] AS s
WITH t, s, accounts[s[0]] AS a
CREATE (a)-[:SHOWS {run: $run, share: s[1], own: s[2]}]->(t)
