// Accounts that have an edge or a membership of a run of links.
MATCH (a:Account)-[r:ACTS_WITH|SHARES_WITH|MEMBER_OF]->()
WHERE r.run = $run
RETURN DISTINCT a.id AS account
