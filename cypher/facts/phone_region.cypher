// Territories of telephone numbers: numbers the accounts used, and regions given directly.
MATCH (a:Account)-[:USED]->(p:PhoneNumber)
WHERE p.region IS NOT NULL
RETURN a.id AS account, p.id AS value, p.region AS place, p.kind AS kind
UNION ALL
MATCH (a:Account)-[p:POINTS_TO {signal: 'phone_region'}]->(t:Territory)
RETURN a.id AS account, p.value AS value, t.code AS place, null AS kind
