// Territories of telephone numbers: numbers the accounts used (place is null where none is known), and regions given.
MATCH (a:Account)-[:USED]->(p:PhoneNumber)
RETURN a.id AS account, p.id AS value, p.region AS place, p.kind AS kind
UNION ALL
MATCH (a:Account)-[p:POINTS_TO {signal: 'phone_region'}]->(t:Territory)
RETURN a.id AS account, p.value AS value, t.code AS place, null AS kind
