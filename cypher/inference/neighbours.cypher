// What an account shares, kind by kind: resources and other accounts.
MATCH (a:Account {id: $account})-[:USED]->(d)<-[:USED]-(b:Account)
WHERE a <> b AND $hold[labels(d)[0]] IS NOT NULL
WITH d, b, COUNT { (d)<-[:USED]-(:Account) } AS degree
WHERE degree <= $max_degree
RETURN labels(d)[0] AS kind, count(DISTINCT d) AS resources, collect(DISTINCT b.id) AS accounts
UNION ALL
MATCH (a:Account {id: $account})-[s:SHARES_WITH {rule: 'ip_day', run: $run}]-(b:Account)
RETURN 'ip_day' AS kind, sum(s.n) AS resources, collect(DISTINCT b.id) AS accounts
