// The outcomes of the windows of a run, by account and window; of one account when $account is given.
MATCH (a:Account)-[:ASSESSED_AS]->(s:Assessment)
WHERE s.run IN $runs AND ($account IS NULL OR a.id = $account)
RETURN a.id AS account, s AS assessment
ORDER BY account, assessment.window
