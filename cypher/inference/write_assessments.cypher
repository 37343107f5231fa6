// Outcomes of a batch of accounts. rows: {account, and the properties of the assessment}
UNWIND $rows AS row
MATCH (a:Account {id: row.account})
CREATE (a)-[:ASSESSED_AS]->(:Assessment {
  id: row.id, run: row.run, outcome: row.outcome, confidence: row.confidence, top: row.top, p: row.p, prior: row.prior,
  runner_up: row.runner_up, runner_up_p: row.runner_up_p, strongest_class: row.strongest_class, survives: row.survives,
  without_strongest: row.without_strongest, without_strongest_p: row.without_strongest_p,
  honest_share: row.honest_share, tension: row.tension, region: row.region, reasons: row.reasons,
  displays: row.displays, displays_share: row.displays_share, displays_p: row.displays_p, persona: row.persona,
  under_cover: row.under_cover
})
