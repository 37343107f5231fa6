// What is known of accounts with ties: audience, location text, and the territories of labels, kit and private addresses.
MATCH (a:Account)
WHERE EXISTS { MATCH (a)-[:TIED_WITH]-(:Account) }
RETURN a.id AS account, a.followers AS followers, a.following AS following, a.location AS location,
       [(a)-[p:POINTS_TO]->(t:Territory) | [p.signal, t.code]] AS pointing,
       [(a)-[:LOGGED_IN_FROM]->(i:IPAddress)-[l:LOCATED_IN]->(t:Territory)
         WHERE l.kind = 'country' AND coalesce(i.network_type, 'unknown') IN $private | t.code] AS addresses
