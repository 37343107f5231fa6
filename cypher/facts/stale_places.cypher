// Take off what the latest look-up of an address does not say any more; `places` are source, kind and territory.
UNWIND $rows AS row
MATCH (i:IPAddress {id: row.id})-[l:LOCATED_IN]->(t:Territory)
WHERE NOT (l.source + ' ' + l.kind + ' ' + t.code) IN row.places
DELETE l
