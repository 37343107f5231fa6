// What identifies each account to people, and the territory its profile displays, as a run found it.
MATCH (a:Account)
OPTIONAL MATCH (a)-[:ASSESSED_AS]->(s:Assessment {run: $run})
RETURN a.id AS account, a.platform AS platform, a.handle AS handle, a.display_name AS display_name,
       s.displays AS displays
ORDER BY account
