// What an account shares, thing by thing: the other accounts, days, and the rows behind a shared address. In the run of a
// time window (hold is empty): with whom it shared something within the window, and the strongest thing.
MATCH (a:Account {id: $account})-[:USED]->(d)
WHERE $hold[labels(d)[0]] IS NOT NULL
MATCH (d)<-[:USED]-(b:Account)
WHERE a <> b
WITH d, collect(b.id) AS others
WHERE size(others) < $max_degree
RETURN labels(d)[0] AS kind, d.id AS id, others, 1 AS n, [] AS locators, null AS network
ORDER BY kind, id
UNION ALL
MATCH (a:Account {id: $account})-[s:SHARES_WITH {rule: 'ip_day', run: $run}]-(b:Account)
RETURN 'ip_day' AS kind, b.id AS id, [b.id] AS others, s.n AS n, coalesce(s.message_ids, []) AS locators,
       s.network AS network
ORDER BY id
UNION ALL
MATCH (a:Account {id: $account})<-[s:SHARES_WITH {rule: 'window', run: $run}]-(b:Account)
RETURN s.network AS kind, b.id AS id, [b.id] AS others, s.n AS n, coalesce(s.message_ids, []) AS locators,
       null AS network
ORDER BY id
