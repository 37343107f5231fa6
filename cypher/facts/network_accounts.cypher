// Every account with its outcome in a run, for the attribution network. `prior` belongs to the leading territory.
MATCH (a:Account)
OPTIONAL MATCH (a)-[:ASSESSED_AS]->(s:Assessment)
WHERE s.run = $run
RETURN a.id AS account, a.handle AS handle, s.outcome AS outcome, s.confidence AS confidence, s.top AS top, s.p AS p,
       s.prior AS prior, s.runner_up AS runner_up, s.without_strongest AS without_strongest, s.region AS region,
       s.strongest_class AS strongest_class, s.reasons AS reasons
ORDER BY account
