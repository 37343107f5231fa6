// Accounts, for readers that make objects of nodes.
MATCH (a:Account)
RETURN a
ORDER BY a.id
