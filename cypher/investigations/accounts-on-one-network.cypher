/*
title: Accounts on one /24 or /48 within a day
question: Which accounts came from neighbouring addresses at nearly the same time?
parameters:
  hours: {type: integer, default: 24, minimum: 0, maximum: 720, help: how far apart two uses may lie}
  min_accounts: {type: integer, default: 2, minimum: 2, help: fewest accounts shown}
  max_accounts: {type: integer, default: 50, minimum: 2, maximum: 500, help: "networks that more accounts ever used are left out: they belong to many"}
  private: {type: boolean, default: true, help: "only residential, business and unknown networks"}
columns: {network: string, accounts: integer, account_ids: list<string>, addresses: list<string>, accounts_ever: integer, network_types: list<string>, operators: list<string>, territories: list<string>, first_at: datetime, last_at: datetime}
tags: [links, infrastructure, network]
revision: 1
caveats: >
  A /24 (of IPv6 a /48) is what providers often hand to one site, and just as often a street, a town or a data centre: a
  neighbour is a lead, not a tie. The graph knows the first and the last use of an address by an account, so an account
  that came back counts for the time between too. accounts_ever counts every account seen on the network.
  `attrigraph link` counts days one by one and weighs how busy a network is.
*/
MATCH (a:Account)-[l:LOGGED_IN_FROM]->(i:IPAddress)
WHERE coalesce(i.routable, true)
      AND (NOT $private OR coalesce(i.network_type, 'unknown') IN ['residential', 'business', 'unknown'])
WITH a, i, l.first_seen AS first, l.last_seen AS last, split(i.id, '.') AS bytes,
     split(split(i.id, '::')[0], ':') AS groups
WITH a, i, first, last, CASE WHEN i.id CONTAINS ':'
     THEN replace(replace(groups[0] + ':' + coalesce(groups[1], '0') + ':' + coalesce(groups[2], '0') + '::/48',
                          ':0:0::/48', '::/48'), ':0::/48', '::/48')
     ELSE bytes[0] + '.' + bytes[1] + '.' + bytes[2] + '.0/24' END AS network
WITH network, count(DISTINCT a) AS accounts_ever,
     collect({account: a.id, address: i.id, type: coalesce(i.network_type, 'unknown'), first: first,
              last: last, begins: first.epochSeconds, ends: last.epochSeconds}) AS uses
WHERE accounts_ever >= $min_accounts AND accounts_ever <= $max_accounts
UNWIND uses AS x
UNWIND uses AS y
WITH network, accounts_ever, x, y
WHERE x.account <> y.account AND x.begins - y.ends <= $hours * 3600 AND y.begins - x.ends <= $hours * 3600
WITH DISTINCT network, accounts_ever, x
MATCH (i:IPAddress {id: x.address})
OPTIONAL MATCH (i)-[:ANNOUNCED_BY]->(n:AutonomousSystem)
OPTIONAL MATCH (i)-[:LOCATED_IN {kind: 'country'}]->(t:Territory)
WITH network, accounts_ever, x, n, t
ORDER BY x.account, x.address, x.type, n.id, t.code
WITH network, accounts_ever, collect(DISTINCT x.account) AS account_ids, collect(DISTINCT x.address) AS addresses,
     collect(DISTINCT x.type) AS network_types, collect(DISTINCT coalesce(n.name, n.id)) AS operators,
     collect(DISTINCT t.code) AS territories, min(x.first) AS first_at, max(x.last) AS last_at
WHERE size(account_ids) >= $min_accounts
RETURN network, size(account_ids) AS accounts, account_ids, addresses, accounts_ever, network_types, operators,
       territories, first_at, last_at
ORDER BY accounts DESC, network
