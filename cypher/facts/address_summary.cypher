// How enrichment went: addresses, how many have a territory, how many were named by several sources, how many disagree.
MATCH (i:IPAddress)
OPTIONAL MATCH (i)-[l:LOCATED_IN {kind: 'country'}]->(:Territory)
WITH i, count(DISTINCT l.source) AS named_by
RETURN count(i) AS addresses, sum(CASE WHEN named_by > 0 THEN 1 ELSE 0 END) AS located,
       sum(CASE WHEN named_by > 1 THEN 1 ELSE 0 END) AS compared,
       sum(CASE WHEN coalesce(i.disagreement, false) THEN 1 ELSE 0 END) AS disagreeing,
       sum(CASE WHEN i.network_type IS NULL THEN 1 ELSE 0 END) AS pending
