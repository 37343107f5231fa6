/*
Accounts without evidence: OTHER and UNKNOWN alone, S = C = 0, so that they receive messages and are counted.
Parameters: run, accounts (ids), unknown, deceivers.
*/
UNWIND $accounts AS id
MATCH (a:Account {id: id})
MATCH (t:Territory)
WHERE t.code IN ['OTHER', 'UNKNOWN']
WITH a, t, CASE t.code WHEN 'UNKNOWN' THEN $unknown ELSE 1.0 - $unknown END AS prior
CREATE (a)-[:MAY_OPERATE_FROM {run: $run, own: prior, p: prior, told: prior, prior: prior, shown: 0.0,
                               llr: 0.0, llr_honest: 0.0, llr_cover: 0.0, deception: 0.0, deceivers: $deceivers,
                               infra: 0.0, classes: [], honest: [], cover: []}]->(t)
