// Take away mirrors of every search that is not among those kept.
MATCH (:Account)-[m:MIRRORS]->(:Account)
WHERE m.run STARTS WITH 'm' AND NOT m.run IN $keep
DELETE m
