// The beliefs of a batch of accounts, one row an account: what assess reads.
UNWIND $accounts AS id
MATCH (a:Account {id: id})-[r:MAY_OPERATE_FROM {run: $run}]->(t:Territory)
RETURN id AS account,
       collect([t.code, r.p, r.own, r.told, r.prior, r.shown, r.llr, r.llr_honest, r.llr_cover, r.infra, r.deception,
                r.deceivers, r.classes, r.honest, r.cover]) AS beliefs
