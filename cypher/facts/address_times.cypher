// When each address was used first and last, by any account.
MATCH (i:IPAddress)<-[l:LOGGED_IN_FROM|REGISTERED_FROM]-(:Account)
RETURN i.id AS id, min(l.first_seen) AS first_at, max(l.last_seen) AS last_at
