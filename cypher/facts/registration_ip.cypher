// Addresses accounts were created from, with every source that places them.
MATCH (a:Account)-[r:REGISTERED_FROM]->(i:IPAddress)-[l:LOCATED_IN]->(t:Territory)
RETURN a.id AS account, i.id AS value, i.network_type AS network_type, i.types_over_time AS types_over_time,
       r.first_seen AS at, l.kind AS kind, l.source AS source, t.code AS place, l.build_date AS built
