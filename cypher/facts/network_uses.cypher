// Resources that at least two accounts used: identifiers, and the private addresses behind pairs seen on one address
// within a day. `hub` is the number of accounts above which a resource says nothing about any two of them.
MATCH (a:Account)-[:USED]->(d)
WHERE NOT (d:Domain OR d:AnalyticsId)
WITH d, count(a) AS accounts
WHERE accounts >= 2 AND accounts <= $hub
MATCH (d)<-[u:USED]-(a:Account)
RETURN a.id AS account, d.id AS resource, head(labels(d)) AS kind, u.count AS n, u.first_seen AS first_at,
       u.last_seen AS last_at
UNION
MATCH (a:Account)-[s:SHARES_WITH]-(b:Account)
WHERE s.run = $run AND s.rule = 'ip_day'
MATCH (a)-[u:LOGGED_IN_FROM]->(i:IPAddress)<-[:LOGGED_IN_FROM]-(b)
WHERE coalesce(i.network_type, 'unknown') IN ['residential', 'business', 'unknown']
RETURN a.id AS account, i.id AS resource, 'IPAddress' AS kind, u.count AS n, u.first_seen AS first_at,
       u.last_seen AS last_at
