// Take a slice of a run's evidence and assessments out.
CALL () {
  MATCH (e:Evidence {run: $run}) RETURN e AS n LIMIT $slice
  UNION ALL
  MATCH (s:Assessment {run: $run}) RETURN s AS n LIMIT $slice
}
DETACH DELETE n
