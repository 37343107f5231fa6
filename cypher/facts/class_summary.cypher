// Evidence of a run by class, with the limits of the class.
MATCH (k:EvidenceClass)
OPTIONAL MATCH (a:Account)-[:HAS_EVIDENCE]->(e:Evidence {run: $run})
WHERE e.cls = k.name
RETURN k.name AS name, k.rho AS rho, k.cap_pos AS cap_pos, k.cap_neg AS cap_neg, count(e) AS items,
       count(DISTINCT a) AS accounts, collect(DISTINCT e.signal) AS signals
ORDER BY items DESC, name
