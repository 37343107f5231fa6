// The location texts of profiles.
MATCH (a:Account)
WHERE a.location IS NOT NULL
RETURN a.id AS account, a.location AS value
