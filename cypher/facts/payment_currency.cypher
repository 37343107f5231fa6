// Currencies of payments: one row per territory whose tender it is.
MATCH (a:Account)-[p:POINTS_TO {signal: 'payment_currency'}]->(place)
RETURN a.id AS account, p.value AS value, p.accurate AS accurate, p.observed_at AS at,
       CASE WHEN place:Region THEN null ELSE place.code END AS place,
       CASE WHEN place:Region THEN place.name ELSE null END AS region
