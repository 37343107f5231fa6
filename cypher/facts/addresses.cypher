// Every address of the graph, or with $pending only those never looked up; `seen` when an earlier look-up left places.
MATCH (i:IPAddress)
WHERE NOT $pending OR i.network_type IS NULL
RETURN i.id AS id, EXISTS { MATCH (i)-[:LOCATED_IN|ANNOUNCED_BY]->() } AS seen
ORDER BY id
