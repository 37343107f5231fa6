/*
title: New accounts joining a cluster
question: Which accounts began to act with a cluster since a date?
parameters:
  since: {type: datetime, help: "accounts whose first joint message is of this time or later (UTC): 2026-06-30"}
  cluster: {type: string, required: false, help: one cluster such as l1/c1; all when not given}
  links: {type: string, required: false, help: link run such as l1; the newest with clusters when not given}
  run: {type: run, required: false, help: inference run whose territories are shown; the newest complete one when not given}
columns: {cluster: string, account: account, handle: string, joined_at: datetime, created_at: datetime, role: string, stability: float, partners: integer, networks: list<string>, q_value: float, outcome: string, territory: territory}
tags: [links, coordination, change]
revision: 1
caveats: >
  joined_at is the first joint message that survived the test, not the day the account was made or bought: an account may
  have been there unseen, and data that begin late make everybody new. A young account in an old cluster may replace one
  that was suspended: compare created_at. The territory is shown for supported accounts only.
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
WHERE k.id = coalesce($cluster, k.id)
MATCH (a)-[e:ACTS_WITH]-(b:Account)-[:MEMBER_OF]->(k)
WHERE e.run = links
WITH k, run, m, a, b, e
ORDER BY e.network
WITH k, run, m, a, min(e.first_at) AS joined_at, count(DISTINCT b) AS partners, collect(DISTINCT e.network) AS networks,
     min(e.q_value) AS q_value
WHERE joined_at >= $since
OPTIONAL MATCH (a)-[:ASSESSED_AS]->(s:Assessment {run: run})
RETURN k.id AS cluster, a.id AS account, a.handle AS handle, joined_at, a.created_at AS created_at, m.role AS role,
       m.stability AS stability, partners, networks, q_value, coalesce(s.outcome, 'not assessed') AS outcome,
       CASE WHEN s.outcome = 'supported' THEN s.top END AS territory
ORDER BY cluster, joined_at, account
