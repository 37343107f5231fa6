// Clusters of the newest link run that has any, with their span, tests and accounts; the largest first.
MATCH (k:Cluster)
WITH DISTINCT k.run AS links
ORDER BY size(links) DESC, links DESC
LIMIT 1
MATCH (c:Cluster {run: links})<-[:MEMBER_OF]-(a:Account)
WITH c.id AS id, c.first_at AS first_at, c.last_at AS last_at, c.e_value AS e_value,
     c.significant AS significant, a.id AS account
ORDER BY account
WITH id, first_at, last_at, e_value, significant, collect(DISTINCT account) AS members
RETURN id, first_at, last_at, e_value, significant, members
ORDER BY size(members) DESC, size(id), id
