/*
title: Accounts whose profile contradicts the evidence
question: Which accounts display one territory while the evidence points to another, or leaves the displayed one no chance?
parameters:
  min_share: {type: float, default: 0.5, minimum: 0.5, maximum: 1, help: smallest share of the persona on the displayed territory}
  supported_only: {type: boolean, default: true, help: leave out contested and insufficient accounts}
  run: {type: run, required: false, help: run to read; the newest complete one when not given}
columns: {account: account, handle: string, displays: territory, share: float, displays_p: float, outcome: string, confidence: string, top: territory, p: float, under_cover: float, classes: list<string>}
tags: [assessment, persona, contradiction]
revision: 2
caveats: >
  People live abroad, learn languages and joke in their profiles: a displayed territory that is not the operating one is
  no deception by itself. under_cover is the probability of the cover story given all evidence and the assumed share of
  such accounts; it is as good as that assumption. displays_p is unknown when no evidence names the displayed territory.
  Without supported_only the list also holds accounts of which only this may be said: not from where they display.
*/
MATCH (r:Run)
WHERE r.complete = true AND r.id = coalesce($run, r.id)
WITH r.id AS run, r.started_at AS at
ORDER BY at DESC, run DESC
LIMIT 1
MATCH (a:Account)-[:ASSESSED_AS]->(s:Assessment {run: run})
WHERE s.persona = 'contradicts' AND s.displays_share >= $min_share
  AND (s.outcome = 'supported' OR NOT $supported_only)
OPTIONAL MATCH (a)-[m:MAY_OPERATE_FROM {run: run}]->(top:Territory)
WHERE top.code = s.top
RETURN a.id AS account, a.handle AS handle, s.displays AS displays, s.displays_share AS share,
       s.displays_p AS displays_p, s.outcome AS outcome, s.confidence AS confidence, s.top AS top, s.p AS p,
       s.under_cover AS under_cover, coalesce(m.classes, []) AS classes
ORDER BY CASE outcome WHEN 'supported' THEN 0 WHEN 'contested' THEN 1 ELSE 2 END, p DESC, account
