/*
Items of a batch of accounts, with what each says about the territories it names: each territory is looked up once.
rows: [[account, [[id, cls, signal, llr_default, cover_default, strength, n, summary, sources, from, to, rank], ...]], ...]
places: [[code, [[number of the item in the batch, llr, llr_cover], ...]], ...]
Every property is named where the node is made: one write of the record, where SET from a map takes two.
*/
UNWIND $rows AS row
MATCH (a:Account {id: row[0]})
UNWIND row[1] AS item
CREATE (a)-[:HAS_EVIDENCE]->(e:Evidence {
  id: item[0], run: $run, cls: item[1], signal: item[2], llr_default: item[3], cover_default: item[4], strength: item[5],
  n: item[6], summary: item[7], sources: item[8], `from`: item[9], to: item[10], rank: item[11]
})
WITH collect(e) AS items
UNWIND $places AS place
MATCH (t:Territory {code: place[0]})
UNWIND place[1] AS s
WITH t, s, items[s[0]] AS e
CREATE (e)-[:SUPPORTS {llr: s[1], llr_cover: s[2]}]->(t)
