/*
title: Accounts on one private address within a day
question: Which accounts logged in from the same private address on the same day, and how much does that say?
parameters:
  min_hold: {type: float, default: 0.2, minimum: 0, maximum: 1, help: weakest tie shown (0 to 1)}
  run: {type: run, required: false, help: run to read; the newest complete one when not given}
columns: {account: account, other: account, hold: float, days: integer, addresses: list<string>, accounts_on_address: integer, operators: list<string>, territory: territory, other_territory: territory, first_at: datetime, last_at: datetime, sources: list<string>}
tags: [links, infrastructure, network]
revision: 1
caveats: >
  Hold falls with the number of accounts on the address that day, because a dormitory, a mobile gateway or a carrier
  that shares addresses makes strangers neighbours. Private means residential, business or unknown networks; an address
  on no list counts as unknown, so a hidden proxy passes for private. accounts_on_address counts every account ever seen
  on the busiest shared address, days counts a day once for each address shared on it. A territory is shown for
  supported accounts only.
*/
OPTIONAL MATCH (r:Run)
WHERE r.complete = true AND r.id = coalesce($run, r.id)
WITH r.id AS run, r.started_at AS at
ORDER BY at DESC, run DESC
LIMIT 1
MATCH (a:Account)-[link:SHARES_WITH {rule: 'ip_day', run: run}]->(b:Account)
WHERE link.weight >= $min_hold
MATCH (a)-[:LOGGED_IN_FROM]->(i:IPAddress)<-[:LOGGED_IN_FROM]-(b)
WHERE coalesce(i.network_type, 'unknown') IN ['residential', 'business', 'unknown'] AND coalesce(i.routable, true)
WITH run, a, b, link, i, COUNT { (i)<-[:LOGGED_IN_FROM]-(:Account) } AS busy
OPTIONAL MATCH (i)-[:ANNOUNCED_BY]->(n:AutonomousSystem)
WITH run, a, b, link, i, busy, n
ORDER BY i.id, n.id
WITH run, a, b, link, collect(DISTINCT i.id) AS addresses, max(busy) AS busy,
     collect(DISTINCT coalesce(n.name, n.id)) AS operators
OPTIONAL MATCH (a)-[:ASSESSED_AS]->(s:Assessment {run: run, outcome: 'supported'})
OPTIONAL MATCH (b)-[:ASSESSED_AS]->(o:Assessment {run: run, outcome: 'supported'})
RETURN a.id AS account, b.id AS other, link.weight AS hold, link.n AS days, addresses, busy AS accounts_on_address,
       operators, s.top AS territory, o.top AS other_territory, link.first_at AS first_at, link.last_at AS last_at,
       coalesce(link.message_ids, []) AS sources
ORDER BY hold DESC, account, other
