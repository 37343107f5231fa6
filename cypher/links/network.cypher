/*
Links between two accounts: what a run of links leaves, and the mirrors of the newest search, with all their properties.

Parameters: links (a run of links, or an empty text).
*/
OPTIONAL MATCH (:Account)-[m:MIRRORS]->(:Account)
WITH DISTINCT m.run AS mirrors
ORDER BY size(mirrors) DESC, mirrors DESC
LIMIT 1
MATCH (a:Account)-[l:ACTS_WITH|SHARES_WITH|MIRRORS]->(b:Account)
WHERE (type(l) = 'MIRRORS' AND l.run = mirrors) OR (type(l) <> 'MIRRORS' AND l.run = $links)
RETURN a.id AS source, b.id AS target, type(l) AS type, l.rule AS rule, l AS link
ORDER BY source, target, type, rule
