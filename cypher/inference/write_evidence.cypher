/*
Items of a batch of accounts, with what each says about the territories it names.
rows: {account, items: [{properties, supports: [[code, llr, llr_cover]]}]}
*/
UNWIND $rows AS row
MATCH (a:Account {id: row.account})
UNWIND row.items AS item
CREATE (a)-[:HAS_EVIDENCE]->(e:Evidence)
SET e = item.properties
WITH e, item
UNWIND item.supports AS s
MATCH (t:Territory {code: s[0]})
CREATE (e)-[:SUPPORTS {llr: s[1], llr_cover: s[2]}]->(t)
