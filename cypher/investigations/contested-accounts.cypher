/*
title: Contested accounts and why
question: For which accounts does the answer turn on a single class of evidence, which class, and what would it be without it?
parameters:
  run: {type: run, required: false, help: run to read; the newest complete one when not given}
columns: {account: account, handle: string, top: territory, p: float, strongest_class: string, without_strongest: territory, without_strongest_p: float, runner_up: territory, runner_up_p: float, tension: float, reasons: list<string>}
tags: [assessment, doubt]
revision: 1
caveats: >
  Contested is an abstention: neither territory may be reported as where the account is run from. Travellers, people
  living abroad and shared accounts look the same as a cover. Tension (bits, 0 to 1) is the largest disagreement between
  two classes of evidence and decides nothing by itself. Probabilities are uncalibrated v0, unless
  the run used a calibration.
*/
MATCH (r:Run)
WHERE r.complete = true AND r.id = coalesce($run, r.id)
WITH r.id AS run, r.started_at AS at
ORDER BY at DESC, run DESC
LIMIT 1
MATCH (a:Account)-[:ASSESSED_AS]->(s:Assessment {run: run, outcome: 'contested'})
RETURN a.id AS account, a.handle AS handle, s.top AS top, s.p AS p, s.strongest_class AS strongest_class,
       s.without_strongest AS without_strongest, s.without_strongest_p AS without_strongest_p,
       s.runner_up AS runner_up, s.runner_up_p AS runner_up_p, s.tension AS tension, s.reasons AS reasons
ORDER BY p DESC, account
