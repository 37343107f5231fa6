// Take the run itself out, last.
MATCH (r:Run {id: $run})
DELETE r
