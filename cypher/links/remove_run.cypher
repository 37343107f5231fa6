// Take the edges and memberships of a run of links off a batch of accounts.
UNWIND $accounts AS id
MATCH (a:Account {id: id})-[r:ACTS_WITH|SHARES_WITH|MEMBER_OF]->()
WHERE r.run = $run
DELETE r
