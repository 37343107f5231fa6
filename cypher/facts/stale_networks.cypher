// Take off networks that the latest look-up of an address does not say any more; `networks` are source and system.
UNWIND $rows AS row
MATCH (i:IPAddress {id: row.id})-[l:ANNOUNCED_BY]->(s:AutonomousSystem)
WHERE NOT (l.source + ' ' + s.id) IN row.networks
DELETE l
