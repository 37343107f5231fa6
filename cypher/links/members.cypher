// Who belongs to which cluster in a run of links.
MATCH (a:Account)-[m:MEMBER_OF {run: $links}]->(c:Cluster)
RETURN a.id AS account, c.id AS cluster, m.role AS role, m.stability AS stability
ORDER BY account
