// The accounts of a cluster.
MATCH (a:Account)-[:MEMBER_OF]->(:Cluster {id: $cluster})
RETURN DISTINCT a.id AS account
ORDER BY account
