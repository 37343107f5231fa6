/*
title: Shortest chains of shared infrastructure between two accounts
question: Through which devices, numbers, addresses and accounts are two accounts connected, if at all?
parameters:
  account: {type: account, help: one end of the chain}
  other: {type: account, help: the other end}
  min_weight: {type: float, default: 0.3, minimum: 0, help: weakest tie a chain may run over; .3 is a thing of about 27 accounts}
  chains: {type: integer, default: 10, minimum: 1, maximum: 100, help: how many chains are shown}
  links: {type: string, required: false, help: link run such as l1; the newest with shared infrastructure when not given}
columns: {steps: integer, accounts: list<account>, over: list<string>, things: list<string>, weakest: float, first_at: datetime, last_at: datetime}
tags: [links, infrastructure]
revision: 1
caveats: >
  Chains of up to three steps, the shortest ones only. Each step may be true and the chain still mean nothing: two
  customers of one repair shop, two tenants after each other. What counts is the weakest step and whether the steps lie
  in the same time. `over` names the kind of each step, `things` its rarest linking thing.
*/
OPTIONAL MATCH (:Account)-[e:SHARES_WITH]->(:Account)
WHERE e.run STARTS WITH 'l' AND e.run = coalesce($links, e.run)
WITH DISTINCT e.run AS links
ORDER BY size(links) DESC, links DESC
LIMIT 1
MATCH (a:Account {id: $account})
MATCH (b:Account {id: $other})
WHERE a <> b
WITH a, b, links,
     EXISTS { MATCH (a)-[r:SHARES_WITH {run: links}]-(b) WHERE r.weight >= $min_weight } AS one,
     EXISTS { MATCH (a)-[r:SHARES_WITH {run: links}]-(:Account)-[s:SHARES_WITH {run: links}]-(b)
              WHERE r.weight >= $min_weight AND s.weight >= $min_weight } AS two
CALL (a, b, links, one, two) {
  MATCH (a)-[r:SHARES_WITH {run: links}]-(b)
  WHERE one
  RETURN [a.id, b.id] AS accounts, [r] AS ties
  UNION ALL
  MATCH (a)-[r:SHARES_WITH {run: links}]-(x:Account)-[s:SHARES_WITH {run: links}]-(b)
  WHERE two AND NOT one AND r.weight >= $min_weight AND s.weight >= $min_weight
  RETURN [a.id, x.id, b.id] AS accounts, [r, s] AS ties
  UNION ALL
  MATCH (a)-[r:SHARES_WITH {run: links}]-(x:Account)-[s:SHARES_WITH {run: links}]-(y:Account)-[t:SHARES_WITH {run: links}]-(b)
  WHERE NOT one AND NOT two AND x <> b AND y <> a AND x <> y
    AND r.weight >= $min_weight AND s.weight >= $min_weight AND t.weight >= $min_weight
  RETURN [a.id, x.id, y.id, b.id] AS accounts, [r, s, t] AS ties
}
WITH accounts, ties, reduce(least = 1000.0, t IN ties | CASE WHEN t.weight < least THEN t.weight ELSE least END) AS weakest
WHERE weakest >= $min_weight
WITH accounts, ties, weakest, size(ties) AS steps
ORDER BY steps, weakest DESC, accounts[1], accounts[2], [t IN ties | t.rule]
WITH collect({accounts: accounts, ties: ties, weakest: weakest, steps: steps}) AS found
WITH [f IN found WHERE f.steps = found[0].steps][..$chains] AS shortest
UNWIND shortest AS f
UNWIND f.ties AS t
WITH f.steps AS steps, f.accounts AS accounts, f.weakest AS weakest, [x IN f.ties | x.rule] AS over,
     [x IN f.ties | coalesce(x.node_ids[0], '')] AS things, min(t.first_at) AS first_at, max(t.last_at) AS last_at
RETURN steps, accounts, over, things, weakest, first_at, last_at
ORDER BY weakest DESC, accounts[1], accounts[2], over[0], over[1], over[2]
