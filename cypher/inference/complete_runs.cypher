// Ids of the complete runs, the newest first.
MATCH (r:Run)
WHERE r.complete = true
RETURN r.id AS id
ORDER BY r.started_at DESC, id DESC
