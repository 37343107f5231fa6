// Every belief of a run, by account and falling probability.
MATCH (a:Account)-[r:MAY_OPERATE_FROM {run: $run}]->(t:Territory)
RETURN a.id AS account, t.code AS territory, r.p AS p, r.own AS own, r.told AS told, r.prior AS prior, r.shown AS shown,
       r.llr AS llr, r.llr_honest AS llr_honest, r.llr_cover AS llr_cover, r.infra AS infra, r.deception AS deception,
       r.deceivers AS deceivers, r.classes AS classes, r.honest AS honest, r.cover AS cover
ORDER BY account, p DESC, territory
