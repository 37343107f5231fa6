// How many accounts used anything of a kind: what rarity is measured against.
MATCH (a:Account)-[:USED]->(d)
WHERE $rules[labels(d)[0]] IS NOT NULL
WITH labels(d)[0] AS label, count(DISTINCT a) AS accounts
RETURN label, accounts
ORDER BY label
