// Take a slice of the evidence and assessments of a run and its time windows out.
CALL () {
  MATCH (e:Evidence) WHERE e.run IN $runs RETURN e AS n LIMIT $slice
  UNION ALL
  MATCH (s:Assessment) WHERE s.run IN $runs RETURN s AS n LIMIT $slice
}
DETACH DELETE n
