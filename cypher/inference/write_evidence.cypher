/*
Items of a batch of accounts, with what each says about the territories it names.
rows: {account, items: [{item: {properties}, supports: [[code, llr, llr_cover]]}]}
Every property is named where the node is made: one write of the record, where SET from a map takes two.
*/
UNWIND $rows AS row
MATCH (a:Account {id: row.account})
UNWIND row.items AS made
WITH a, made.item AS item, made.supports AS supports
CREATE (a)-[:HAS_EVIDENCE]->(e:Evidence {
  id: item.id, run: item.run, cls: item.cls, signal: item.signal, llr_default: item.llr_default,
  cover_default: item.cover_default, strength: item.strength, n: item.n, summary: item.summary,
  sources: item.sources, `from`: item.first_at, to: item.last_at
})
WITH e, supports
UNWIND supports AS s
MATCH (t:Territory {code: s[0]})
CREATE (e)-[:SUPPORTS {llr: s[1], llr_cover: s[2]}]->(t)
