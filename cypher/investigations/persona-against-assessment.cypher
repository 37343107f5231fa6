/*
title: Accounts that show one territory and are assessed in another
question: Which accounts display a persona of one territory while the evidence points to another?
parameters:
  min_shown: {type: float, default: 0.3, minimum: 0, maximum: 1, help: smallest share of the persona on the displayed territory}
  supported_only: {type: boolean, default: true, help: leave out contested and insufficient accounts}
  run: {type: run, required: false, help: run to read; the newest complete one when not given}
columns: {account: account, handle: string, shows: territory, shown: float, outcome: string, confidence: string, top: territory, p: float, shown_p: float, under_cover: float, classes: list<string>}
tags: [assessment, persona, contradiction]
revision: 1
caveats: >
  People live abroad, learn languages and joke in their profiles: a displayed territory that is not the operating one is
  no deception by itself. under_cover is the probability, given the assumed share of such accounts, that the persona is a
  cover; it is uncalibrated v0. Without supported_only the list holds accounts for which nothing may be reported.
*/
MATCH (r:Run)
WHERE r.complete = true AND r.id = coalesce($run, r.id)
WITH r.id AS run, r.started_at AS at
ORDER BY at DESC, run DESC
LIMIT 1
MATCH (a:Account)-[persona:SHOWS {run: run}]->(t:Territory)
WITH run, a, persona.share AS share, t
ORDER BY share DESC, t.code
WITH run, a, collect({territory: t, share: share})[0] AS persona
WHERE persona.share >= $min_shown
MATCH (a)-[:ASSESSED_AS]->(s:Assessment {run: run})
WHERE s.top <> persona.territory.code AND NOT s.top IN ['OTHER', 'UNKNOWN']
  AND (s.outcome = 'supported' OR NOT $supported_only)
OPTIONAL MATCH (a)-[m:MAY_OPERATE_FROM {run: run}]->(top:Territory)
WHERE top.code = s.top
OPTIONAL MATCH (a)-[o:MAY_OPERATE_FROM {run: run}]->(shown:Territory)
WHERE shown.code = persona.territory.code
RETURN a.id AS account, a.handle AS handle, persona.territory.code AS shows, persona.share AS shown, s.outcome AS outcome,
       s.confidence AS confidence, s.top AS top, s.p AS p, o.p AS shown_p, m.deceivers AS under_cover,
       coalesce(m.classes, []) AS classes
ORDER BY CASE outcome WHEN 'supported' THEN 0 WHEN 'contested' THEN 1 ELSE 2 END, p DESC, account
