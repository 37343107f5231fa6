// Take a run's beliefs, personas and shared-address links off a batch of accounts.
UNWIND $accounts AS id
MATCH (a:Account {id: id})-[r:MAY_OPERATE_FROM|SHOWS|SHARES_WITH {run: $run}]->()
DELETE r
