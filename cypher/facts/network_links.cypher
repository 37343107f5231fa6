// Links between two accounts in a run: one address within a day, joint activity, mirrors.
MATCH (a:Account)-[l:SHARES_WITH]->(b:Account)
WHERE l.run = $run AND l.rule = 'ip_day'
RETURN a.id AS source, b.id AS target, 'ip_day' AS kind, l.rule AS rule, l.n AS n, l.q_value AS q_value,
       l.weight AS weight, l.window_s AS window_s, l.first_at AS first_at, l.last_at AS last_at
UNION ALL
MATCH (a:Account)-[l:ACTS_WITH]->(b:Account)
WHERE l.run = $run
RETURN a.id AS source, b.id AS target, 'acts' AS kind, l.rule AS rule, l.n AS n, l.q_value AS q_value,
       l.weight AS weight, l.window_s AS window_s, l.first_at AS first_at, l.last_at AS last_at
UNION ALL
MATCH (a:Account)-[l:MIRRORS]->(b:Account)
WHERE l.run = $run
RETURN a.id AS source, b.id AS target, 'mirrors' AS kind, l.rule AS rule, l.n AS n, l.q_value AS q_value,
       l.weight AS weight, l.window_s AS window_s, l.first_at AS first_at, l.last_at AS last_at
