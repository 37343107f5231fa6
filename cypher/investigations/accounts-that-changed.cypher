/*
title: Accounts whose territory changed over time
question: Which accounts are assessed differently in one of their time windows than now, and what began the newest window?
parameters:
  only_changed: {type: boolean, default: true, help: false shows every account that has several windows}
  run: {type: run, required: false, help: run to read; the newest complete one when not given}
columns: {account: account, handle: string, windows: integer, outcomes: list<string>, territories: list<territory>, now: territory, now_outcome: string, opened_by: list<string>, since: datetime, whole_run: territory}
tags: [assessment, time]
revision: 1
caveats: >
  Only runs made with time windows have them. A window rests on less evidence than the run, so more of them are
  insufficient; territories are those of supported windows, in the order of time, and registration comes first. A change of
  territory is a move, a sale, a hijacking or a trip: the windows do not say which. Evidence without a date is in no window.
*/
OPTIONAL MATCH (r:Run)
WHERE r.complete = true AND r.id = coalesce($run, r.id)
WITH r.id AS run, r.started_at AS at, coalesce(r.windows, []) AS windows
ORDER BY at DESC, run DESC
LIMIT 1
MATCH (a:Account)-[:ASSESSED_AS]->(w:Assessment)
WHERE w.run IN windows
WITH run, a, w
ORDER BY w.window
WITH run, a, collect(w) AS windows
WITH run, a, windows, [w IN windows | w.outcome] AS outcomes, [w IN windows WHERE w.now][0] AS newest,
     [w IN windows WHERE w.outcome = 'supported' | w.top] AS territories
WITH run, a, windows, outcomes, newest, territories,
     CASE WHEN newest.outcome = 'supported' THEN newest.top END AS now
WHERE NOT $only_changed OR ANY(t IN territories WHERE t <> coalesce(now, t) OR t <> territories[0])
OPTIONAL MATCH (a)-[:ASSESSED_AS]->(s:Assessment {run: run, outcome: 'supported'})
RETURN a.id AS account, a.handle AS handle, size(windows) AS windows, outcomes, territories, now,
       newest.outcome AS now_outcome, newest.opened_by AS opened_by, newest.starts AS since, s.top AS whole_run
ORDER BY account
