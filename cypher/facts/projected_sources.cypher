// Sources whose observations are in the graph as a whole.
MATCH (s:Source {projected: true})
RETURN s.id AS id
ORDER BY id
