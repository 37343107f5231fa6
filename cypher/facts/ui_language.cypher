// The interface languages of profiles.
MATCH (a:Account)
WHERE a.language IS NOT NULL
RETURN a.id AS account, a.language AS value
