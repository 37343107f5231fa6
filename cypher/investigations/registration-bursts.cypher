/*
title: Registration bursts from one network
question: Which networks created several accounts one shortly after another?
parameters:
  min_accounts: {type: integer, default: 5, minimum: 2, help: smallest burst shown}
  gap_minutes: {type: integer, default: 60, minimum: 1, help: longest pause between two registrations of one burst}
columns: {network: string, operator: string, size: integer, started: datetime, ended: datetime, addresses: integer, network_types: list<string>, territories: list<territory>, of_network: integer, accounts: list<account>}
tags: [network, registration]
revision: 1
caveats: >
  Large networks never pause: for a national carrier a burst may be an ordinary day, so compare size with of_network (all
  registrations the case knows from that network) and shorten the gap. The case holds the accounts somebody selected,
  which makes bursts likelier than on the whole platform. Where a registration has no time, the creation time of the
  account is used. Territories are where databases place the addresses.
*/
MATCH (a:Account)-[g:REGISTERED_FROM]->(i:IPAddress)-[:ANNOUNCED_BY]->(n:AutonomousSystem)
WITH n, a, i, coalesce(g.first_seen, a.created_at) AS at
WHERE at IS NOT NULL
WITH n, a, min(at) AS at, collect(DISTINCT i) AS addresses
ORDER BY at, a.id
WITH n, collect({account: a.id, at: at, second: at.epochSeconds, addresses: addresses}) AS born
WITH n, born, [k IN range(0, size(born) - 1)
              WHERE k = 0 OR born[k].second - born[k - 1].second > 60 * $gap_minutes | k] + [size(born)] AS starts
UNWIND range(0, size(starts) - 2) AS k
WITH n, size(born) AS of_network, born[starts[k]..starts[k + 1]] AS burst
WHERE size(burst) >= $min_accounts
UNWIND burst AS one
UNWIND one.addresses AS i
OPTIONAL MATCH (i)-[:LOCATED_IN {kind: 'country'}]->(t:Territory)
WITH n, of_network, burst, i, t
ORDER BY i.network_type, t.code
WITH n, of_network, burst, count(DISTINCT i) AS addresses, collect(DISTINCT coalesce(i.network_type, 'unknown')) AS types,
     collect(DISTINCT t.code) AS territories
RETURN n.id AS network, n.name AS operator, size(burst) AS size, burst[0].at AS started, burst[size(burst) - 1].at AS ended,
       addresses, types AS network_types, territories, of_network, [one IN burst | one.account] AS accounts
ORDER BY size DESC, started, network
