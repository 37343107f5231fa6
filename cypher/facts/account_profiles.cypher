// What identifies each account to people, and the persona it displays in a run.
MATCH (a:Account)
OPTIONAL MATCH (a)-[s:SHOWS {run: $run}]->(t:Territory)
WITH a, t, s ORDER BY s.share DESC, t.code
WITH a, collect({territory: t.code, share: s.share}) AS shown
RETURN a.id AS account, a.platform AS platform, a.handle AS handle, a.display_name AS display_name,
       CASE WHEN shown[0].share >= 0.3 THEN shown[0].territory END AS displays
ORDER BY account
