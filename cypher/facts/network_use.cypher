// How often each account logged in from each type of network, and when.
MATCH (a:Account)-[l:LOGGED_IN_FROM]->(i:IPAddress)
WITH a, coalesce(i.network_type, 'unknown') AS network_type, sum(l.count) AS logins, count(i) AS addresses,
     min(l.first_seen) AS first_at, max(l.last_seen) AS last_at
RETURN a.id AS account, network_type, logins, addresses, first_at, last_at
ORDER BY account, network_type
