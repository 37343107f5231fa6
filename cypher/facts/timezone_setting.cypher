// The time zones of profiles.
MATCH (a:Account)
WHERE a.time_zone IS NOT NULL
RETURN a.id AS account, a.time_zone AS value
