/*
title: Mirrored and cloned accounts
question: Which accounts are twins of one hand, which are clones of others, and what does that rest on?
parameters:
  min_p: {type: float, default: 0.8, minimum: 0, maximum: 1, help: least probability of the verdict (0 to 1)}
  search: {type: string, required: false, help: search to read such as m1; the newest when not given}
  run: {type: run, required: false, help: inference run whose territories are shown; the newest complete one when not given}
columns: {account: account, verdict: string, of: account, p: float, prior: float, nats: float, copied: integer, copied_share: float, lag_s: float, reasons: list<string>, compared: list<string>, territory: territory, of_territory: territory, posts: list<string>, copies_of: list<string>}
tags: [links, mirrors]
revision: 1
caveats: >
  A clone stands before its source; of twins the smaller id stands first. Numbers are uncalibrated v0. The clone is often
  an impersonator and its source a victim: nothing about the source follows from the clone, least of all its territory,
  and no country passes between them. lag_s is the median of the seconds from a post of the source to its copy; negative
  means the first account posted first. Few are found where profiles lack pictures, bios and posts. A territory is shown
  for accounts that are supported.
*/
OPTIONAL MATCH (:Account)-[m:MIRRORS]->(:Account)
WHERE m.run STARTS WITH 'm' AND m.run = coalesce($search, m.run)
WITH DISTINCT m.run AS search
ORDER BY size(search) DESC, search DESC
LIMIT 1
OPTIONAL MATCH (r:Run)
WHERE r.complete = true AND r.id = coalesce($run, r.id)
WITH search, r.id AS run, r.started_at AS at
ORDER BY at DESC, run DESC
LIMIT 1
MATCH (a:Account)-[m:MIRRORS]->(b:Account)
WHERE m.run = search AND m.p >= $min_p
OPTIONAL MATCH (a)-[:ASSESSED_AS]->(s:Assessment {run: run, outcome: 'supported'})
OPTIONAL MATCH (b)-[:ASSESSED_AS]->(o:Assessment {run: run, outcome: 'supported'})
RETURN a.id AS account, m.rule AS verdict, b.id AS of, m.p AS p, m.prior AS prior, m.weight AS nats, m.n AS copied,
       m.copied_share AS copied_share, m.median_delta_s AS lag_s, m.reasons AS reasons, m.values AS compared,
       s.top AS territory, o.top AS of_territory, coalesce(m.message_ids, []) AS posts,
       coalesce(m.other_ids, []) AS copies_of
ORDER BY p DESC, account, of
