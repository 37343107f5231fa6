// Clusters found by links, with how many accounts each has.
MATCH (c:Cluster)<-[:MEMBER_OF]-(a:Account)
RETURN c.id AS id, count(a) AS accounts
ORDER BY accounts DESC, id
