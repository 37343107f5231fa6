/*
title: Displayed and operating territories side by side
question: Which territories do the profiles display, and from where are those accounts operated?
parameters:
  run: {type: run, required: false, help: run to read; the newest complete one when not given}
columns: {displays: territory, outcome: string, top: territory, accounts: integer, contradicting: integer, under_cover: float}
tags: [assessment, persona, contradiction]
revision: 1
caveats: >
  displays is unknown where a profile shows no territory. Accounts that are contested or insufficient name none: they
  stand in their own rows, and contradicting counts those among them whose displayed territory keeps almost no chance.
  under_cover is the mean probability of the cover story, given the assumed share of such accounts.
*/
MATCH (r:Run)
WHERE r.complete = true AND r.id = coalesce($run, r.id)
WITH r.id AS run, r.started_at AS at
ORDER BY at DESC, run DESC
LIMIT 1
MATCH (:Account)-[:ASSESSED_AS]->(s:Assessment {run: run})
WITH s.displays AS displays, s.outcome AS outcome, CASE s.outcome WHEN 'supported' THEN s.top END AS top, s
RETURN displays, outcome, top, count(s) AS accounts,
       sum(CASE s.persona WHEN 'contradicts' THEN 1 ELSE 0 END) AS contradicting, avg(s.under_cover) AS under_cover
ORDER BY accounts DESC, coalesce(displays, '~'), outcome, coalesce(top, '~')
