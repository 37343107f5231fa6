/*
title: Bridges between clusters
question: Which accounts join two clusters, by joint activity or by shared infrastructure?
parameters:
  cluster: {type: string, required: false, help: one of the two clusters such as l1/c1; any when not given}
  other_cluster: {type: string, required: false, help: the other one; any when not given}
  links: {type: string, required: false, help: link run such as l1; the newest with clusters when not given}
columns: {cluster: string, other_cluster: string, account: account, role: string, other: account, other_role: string, kind: string, rule: string, q_value: float, weight: float, n: integer, first_at: datetime, last_at: datetime, behind: list<string>}
tags: [links, coordination, infrastructure]
revision: 1
caveats: >
  An edge between clusters may be all that keeps them apart in name only: a community search cuts where edges are few.
  Kind `acts` is joint activity with its q value and shared messages, kind `shares` is infrastructure with the linking
  things. A widely shared thing (a popular exit, a linked domain) bridges strangers: compare the weight, which falls with
  the number of accounts on it.
*/
OPTIONAL MATCH (k:Cluster)
WHERE k.run = coalesce($links, k.run)
WITH DISTINCT k.run AS links
ORDER BY size(links) DESC, links DESC
LIMIT 1
MATCH (k:Cluster {run: links})<-[m:MEMBER_OF]-(a:Account)
MATCH (a)-[e:ACTS_WITH|SHARES_WITH]-(b:Account)
WHERE e.run = links
MATCH (b)-[o:MEMBER_OF]->(l:Cluster {run: links})
WHERE k.id <> l.id
  AND (($cluster IS NULL AND $other_cluster IS NULL AND k.id < l.id)
       OR ($cluster IS NOT NULL AND k.id = $cluster AND l.id = coalesce($other_cluster, l.id))
       OR ($cluster IS NULL AND l.id = $other_cluster))
WITH k, l, a, b, m, o, e, CASE type(e) WHEN 'ACTS_WITH' THEN 'acts' ELSE 'shares' END AS kind
RETURN k.id AS cluster, l.id AS other_cluster, a.id AS account, m.role AS role, b.id AS other, o.role AS other_role, kind,
       e.rule AS rule, e.q_value AS q_value, e.weight AS weight, e.n AS n, e.first_at AS first_at, e.last_at AS last_at,
       CASE kind WHEN 'acts' THEN coalesce(e.message_ids, []) ELSE coalesce(e.node_ids, []) END AS behind
ORDER BY cluster, other_cluster, kind, q_value, weight DESC, account, other, rule, first_at
