// The weighed items of one account in a run, by falling strength; without their label, as in fuse.cypher.
MATCH (a:Account {id: $account})-[:HAS_EVIDENCE]->(e {run: $run})
RETURN a.id AS account, e AS item, [(e)-[s:SUPPORTS]->(t:Territory) | [t.code, s.llr, s.llr_cover]] AS supports
ORDER BY item.strength DESC, item.id
