/*
title: Accounts by operating territory
question: From which territories are the accounts operated, and for how many can it not be said?
parameters:
  run: {type: run, required: false, help: run to read; the newest complete one when not given}
columns: {outcome: string, territory: territory, name: string, region: string, accounts: integer, share: float, high: integer, moderate: integer, low: integer}
tags: [assessment, overview]
revision: 1
caveats: >
  Only supported accounts have a territory. Contested, insufficient and not assessed accounts are counted apart and may
  be run from any territory; a share is a share of all accounts, never of the supported ones. A region is where most of
  the probability of an insufficient account lies; no territory is named for it.
*/
OPTIONAL MATCH (r:Run)
WHERE r.complete = true AND r.id = coalesce($run, r.id)
WITH r.id AS run, r.started_at AS at
ORDER BY at DESC, run DESC
LIMIT 1
MATCH (everyone:Account)
WITH run, count(everyone) AS total
MATCH (a:Account)
OPTIONAL MATCH (a)-[:ASSESSED_AS]->(s:Assessment {run: run})
WITH total, coalesce(s.outcome, 'not assessed') AS outcome,
     CASE WHEN s.outcome = 'supported' THEN s.top END AS territory,
     CASE WHEN s.outcome = 'insufficient' THEN s.region END AS region,
     s.confidence AS confidence
WITH total, outcome, territory, region, count(*) AS accounts,
     sum(CASE WHEN confidence = 'high' THEN 1 ELSE 0 END) AS high,
     sum(CASE WHEN confidence = 'moderate' THEN 1 ELSE 0 END) AS moderate,
     sum(CASE WHEN confidence = 'low' THEN 1 ELSE 0 END) AS low
OPTIONAL MATCH (t:Territory {code: territory})
RETURN outcome, territory, t.name AS name, region, accounts, toFloat(accounts) / total AS share, high, moderate, low
ORDER BY CASE outcome WHEN 'supported' THEN 0 WHEN 'contested' THEN 1 WHEN 'insufficient' THEN 2 ELSE 3 END,
         accounts DESC, territory, region
