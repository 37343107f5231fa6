// Distinct addresses, logins and accounts on each type of network.
MATCH (a:Account)-[l:LOGGED_IN_FROM]->(i:IPAddress)
WITH coalesce(i.network_type, 'unknown') AS network_type, i, a, l.count AS logins
RETURN network_type, count(DISTINCT i) AS addresses, sum(logins) AS logins, count(DISTINCT a) AS accounts
ORDER BY accounts DESC, network_type
