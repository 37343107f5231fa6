// Every located address: kind of network, operator, and who places it where.
MATCH (i:IPAddress)-[l:LOCATED_IN]->(t:Territory)
WITH i, collect([l.kind, l.source, t.code]) AS located
RETURN i.id AS ip, i.network_type AS network_type, [(i)-[:ANNOUNCED_BY]->(s:AutonomousSystem) | s.id][0] AS operator, located
