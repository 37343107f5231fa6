// Take the beliefs, personas and links of a run and its time windows off a batch of accounts.
UNWIND $accounts AS id
MATCH (a:Account {id: id})-[r:MAY_OPERATE_FROM|SHOWS|SHARES_WITH]->()
WHERE r.run IN $runs
DELETE r
