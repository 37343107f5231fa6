// Links and memberships of a run of links, for readers that make objects of nodes and relationships.
MATCH (a:Account)-[l:ACTS_WITH|SHARES_WITH|MEMBER_OF]->(b)
WHERE l.run = $links
RETURN a, l, b, type(l) AS type
ORDER BY type, a.id, b.id
