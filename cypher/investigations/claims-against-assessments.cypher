/*
title: Claims against assessments
question: What do others publicly say about each account, and does the evidence support it, contradict it, or leave it open?
parameters:
  claimant: {type: string, required: false, help: part of the name of who says it; all when not given}
  run: {type: run, required: false, help: run to read; the newest complete one when not given}
columns: {claimant: string, relation: string, territory: territory, organisation: string, claimed_at: datetime, grade: string, url: string, account: account, handle: string, verdict: string, outcome: string, confidence: string, top: territory, p: float, runner_up: territory, runner_up_p: float, region: string, claimed_p: float, reasons: list<string>, source: string}
tags: [claims, assessment]
revision: 1
caveats: >
  supported: the account is assessed as operated from the claimed territory. contradicted: as operated from another.
  contested: the answer turns on one class of evidence. cannot be told: the evidence is insufficient or the account was
  not assessed, which speaks neither for nor against the claim. Claims about organisations are listed, never judged. No
  claim is evidence about itself, and a claim about who pays or commands is not answered by where somebody sits.
*/
OPTIONAL MATCH (r:Run)
WHERE r.complete = true AND r.id = coalesce($run, r.id)
WITH r.id AS run, r.started_at AS at
ORDER BY at DESC, run DESC
LIMIT 1
MATCH (a:Account)-[c:CLAIMED]->(said)
WHERE $claimant IS NULL OR toLower(c.claimant) CONTAINS toLower($claimant)
OPTIONAL MATCH (a)-[:ASSESSED_AS]->(s:Assessment {run: run})
OPTIONAL MATCH (a)-[m:MAY_OPERATE_FROM {run: run}]->(said)
RETURN c.claimant AS claimant, c.relation AS relation, said.code AS territory,
       CASE WHEN said.code IS NULL THEN coalesce(said.name, said.id) END AS organisation,
       c.claimed_at AS claimed_at, c.grade AS grade, c.url AS url, a.id AS account, a.handle AS handle,
       CASE WHEN said.code IS NULL THEN 'not judged'
            WHEN s.outcome = 'supported' AND s.top = said.code THEN 'supported'
            WHEN s.outcome = 'supported' THEN 'contradicted'
            WHEN s.outcome = 'contested' THEN 'contested'
            ELSE 'cannot be told' END AS verdict,
       coalesce(s.outcome, 'not assessed') AS outcome, s.confidence AS confidence, s.top AS top, s.p AS p,
       s.runner_up AS runner_up, s.runner_up_p AS runner_up_p, s.region AS region, m.p AS claimed_p,
       coalesce(s.reasons, []) AS reasons, c.id AS source
ORDER BY claimant, claimed_at, relation, territory, organisation, account, c.id
