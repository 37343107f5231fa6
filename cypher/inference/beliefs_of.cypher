// The beliefs of a batch of accounts, one row an account: what assess reads.
UNWIND $accounts AS id
MATCH (a:Account {id: id})-[r:MAY_OPERATE_FROM {run: $run}]->(t:Territory)
RETURN id AS account,
       collect({territory: t.code, p: r.p, own: r.own, told: r.told, prior: r.prior, shown: r.shown, llr: r.llr,
                llr_honest: r.llr_honest, llr_cover: r.llr_cover, infra: r.infra, deception: r.deception,
                deceivers: r.deceivers, classes: r.classes, honest: r.honest, cover: r.cover}) AS beliefs
