/*
title: Clusters of accounts that act together
question: Which groups act together, how large and how long, and where are their accounts operated from?
parameters:
  min_accounts: {type: integer, default: 2, minimum: 1, help: smallest cluster shown}
  links: {type: string, required: false, help: link run such as l1; the newest with clusters when not given}
  run: {type: run, required: false, help: inference run whose territories are shown; the newest complete one when not given}
columns: {cluster: string, accounts: integer, networks: list<string>, edges: integer, first_at: datetime, last_at: datetime, days: integer, stability: float, e_value: float, significant: boolean, territories: list<string>, supported: integer, contested: integer, insufficient: integer, not_assessed: integer, initiators: list<account>, bridges: list<account>}
tags: [links, coordination, assessment]
revision: 2
caveats: >
  A cluster is made of edges that survived the test; it says that its accounts behave alike, not that one person runs
  them, and joint activity tells nothing about a country. Territories are those of supported accounts, with their number;
  the others are counted as contested, insufficient or not assessed. Stability is the mean share of 20 seeds in which a
  member stays with the core: below .8 the border of the cluster is a matter of chance. A cluster that is not significant
  is made of edges that survived, but there are so many pairs to choose from that shifted times may give as much.
*/
OPTIONAL MATCH (k:Cluster)
WHERE k.run = coalesce($links, k.run)
WITH DISTINCT k.run AS links
ORDER BY size(links) DESC, links DESC
LIMIT 1
OPTIONAL MATCH (r:Run)
WHERE r.complete = true AND r.id = coalesce($run, r.id)
WITH links, r.id AS run, r.started_at AS at
ORDER BY at DESC, run DESC
LIMIT 1
MATCH (k:Cluster {run: links})<-[m:MEMBER_OF]-(a:Account)
OPTIONAL MATCH (a)-[:ASSESSED_AS]->(s:Assessment {run: run})
WITH k, a.id AS account, m.role AS role, coalesce(s.outcome, 'not assessed') AS outcome,
     CASE WHEN s.outcome = 'supported' THEN s.top END AS top
ORDER BY account
WITH k, collect({account: account, role: role, outcome: outcome, top: top}) AS members, collect(DISTINCT top) AS tops
WHERE size(members) >= $min_accounts
WITH k, members, size(members) AS accounts, [m IN members | m.outcome] AS outcomes,
     [t IN tops | {code: t, n: size([m IN members WHERE m.top = t])}] AS counted
UNWIND CASE WHEN size(counted) = 0 THEN [{code: '', n: 0}] ELSE counted END AS c
WITH k, members, accounts, outcomes, c
ORDER BY c.n DESC, c.code
WITH k, members, accounts, outcomes, collect(c) AS counted
RETURN k.id AS cluster, accounts, coalesce(k.networks, []) AS networks, k.edges AS edges, k.first_at AS first_at,
       k.last_at AS last_at, duration.inDays(k.first_at, k.last_at).days AS days, k.stability AS stability,
       k.e_value AS e_value, k.significant AS significant,
       [c IN counted WHERE c.n > 0 | c.code + ' ' + toString(c.n)] AS territories,
       size([o IN outcomes WHERE o = 'supported']) AS supported, size([o IN outcomes WHERE o = 'contested']) AS contested,
       size([o IN outcomes WHERE o = 'insufficient']) AS insufficient,
       size([o IN outcomes WHERE o = 'not assessed']) AS not_assessed,
       [m IN members WHERE m.role = 'initiator' | m.account] AS initiators,
       [m IN members WHERE m.role = 'bridge' | m.account] AS bridges
ORDER BY accounts DESC, cluster
