// When each account was created.
MATCH (a:Account)
WHERE a.created_at IS NOT NULL
RETURN a.id AS account, a.created_at AS at
