// Where platforms say the managers of a page sit: one row per territory of a statement.
MATCH (a:Account)-[p:POINTS_TO {signal: 'admin_country'}]->(place)
RETURN a.id AS account, p.value AS value, p.accurate AS accurate, p.observed_at AS at,
       CASE WHEN place:Region THEN null ELSE place.code END AS place,
       CASE WHEN place:Region THEN place.name ELSE null END AS region
