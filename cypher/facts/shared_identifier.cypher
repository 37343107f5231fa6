// Devices, cookies, cards, mails and phones that more than one and at most $max_degree accounts used.
MATCH (a:Account)-[:USED]->(d)
WHERE $hold[labels(d)[0]] IS NOT NULL
WITH d, collect(a.id) AS accounts
WHERE size(accounts) > 1 AND size(accounts) <= $max_degree
RETURN labels(d)[0] AS kind, d.id AS id, accounts
