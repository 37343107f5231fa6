// Every located address: kind of network, operator, and who places it where. Where databases name several operators,
// that of the newest build counts; of equally new ones the database first by name, then the lower number.
MATCH (i:IPAddress)-[l:LOCATED_IN]->(t:Territory)
WITH i, collect([l.kind, l.source, t.code, l.build_date]) AS located
OPTIONAL MATCH (i)-[b:ANNOUNCED_BY]->(s:AutonomousSystem)
WITH i, located, b, s
ORDER BY coalesce(b.build_date, '') DESC, b.source, size(s.id), s.id
WITH i, located, collect(s.id) AS operators
RETURN i.id AS ip, i.network_type AS network_type, i.types_over_time AS types_over_time, operators[0] AS operator, located
