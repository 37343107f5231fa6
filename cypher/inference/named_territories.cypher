// Territories that the evidence of a run names.
MATCH (e:Evidence {run: $run})-[:SUPPORTS]->(t:Territory)
RETURN DISTINCT t.code AS code
