/*
title: Addresses whose sources disagree
question: Which addresses do the databases place in different territories, and how much of the logins rest on them?
parameters:
  min_logins: {type: integer, default: 1, minimum: 1, help: fewest logins from the address}
columns: {address: string, network_type: string, operator: string, places: list<string>, accounts: integer, logins: integer, last_seen: datetime}
tags: [network, data-quality]
revision: 2
caveats: >
  Databases copy one another, so agreement proves little, and disagreement understates error. Hosting and VPN addresses
  are misplaced most often. Each place is written as source, date of its build, kind and territory: a network that
  changed hands between two builds is no error of either. Registered and represented territories
  differ from the country by design and do not count as a disagreement.
*/
MATCH (i:IPAddress)-[g:LOCATED_IN {kind: 'country'}]->(t:Territory)
WITH i, g, t
ORDER BY g.source, t.code
WITH i, count(DISTINCT t.code) AS different
WHERE different >= 2
MATCH (i)-[g:LOCATED_IN]->(t:Territory)
WITH i, CASE WHEN g.build_date IS NULL OR g.source ENDS WITH g.build_date THEN g.source
             ELSE g.source + ' ' + g.build_date END + ' ' + g.kind + ' ' + t.code AS place
ORDER BY place
WITH i, collect(DISTINCT place) AS places
MATCH (i)<-[l:LOGGED_IN_FROM]-(a:Account)
WITH i, places, count(DISTINCT a) AS accounts, sum(coalesce(l.count, 1)) AS logins, max(l.last_seen) AS last_seen
WHERE logins >= $min_logins
OPTIONAL MATCH (i)-[:ANNOUNCED_BY]->(n:AutonomousSystem)
WITH i, places, accounts, logins, last_seen, min(coalesce(n.name, n.id)) AS operator
RETURN i.id AS address, coalesce(i.network_type, 'unknown') AS network_type, operator, places, accounts, logins, last_seen
ORDER BY logins DESC, address
