// What is stated about each account, by signal: the places it points to, and the fields of its profile.
MATCH (a:Account)
WITH a,
     [(a)-[p:POINTS_TO]->(place) |
       [p.signal, p.value, p.accurate, p.observed_at,
        CASE WHEN place:Region THEN null ELSE place.code END, CASE WHEN place:Region THEN place.name ELSE null END]
     ] + [field IN [['location_text', a.location], ['timezone_setting', a.time_zone], ['ui_language', a.language]]
          WHERE field[1] IS NOT NULL] AS stated
WHERE size(stated) > 0
RETURN a.id AS account, stated
