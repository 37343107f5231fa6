// Addresses of each account, and how many were looked up in VPN, hosting and Tor lists with known dates.
MATCH (a:Account)-[:LOGGED_IN_FROM|REGISTERED_FROM]->(i:IPAddress)
WHERE coalesce(i.routable, true)
RETURN a.id AS account, count(DISTINCT i) AS addresses,
       count(DISTINCT CASE WHEN i.anonymiser_checked THEN i END) AS checked
