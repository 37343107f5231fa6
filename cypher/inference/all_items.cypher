// Every weighed item of a run, by account and falling strength.
MATCH (a:Account)-[:HAS_EVIDENCE]->(e:Evidence {run: $run})
RETURN a.id AS account, e AS item, [(e)-[s:SUPPORTS]->(t:Territory) | [t.code, s.llr, s.llr_cover]] AS supports
ORDER BY account, item.strength DESC, item.id
