/*
Pass on what accounts betray to those they share infrastructure with: one round, one message a pair.

Reads what fuse wrote (own > 0) and the told of neighbours, never p: it may run twice and in any batches. Of an account
that a human labelled, the label is passed on in place of what it tells. In the run of a time window only links of the rule
`window` count (hold is empty then); they name the run whose told is heard.
Grouping keys are nodes and names alone: a key that is a list is hashed row by row. Where a list is gone through for every
territory, the rest of the row travels as one value: the embedded engine copies the row at each step.
Parameters: run, accounts (ids), priors, unknown, temperature, deceivers, hold {label: hold}, crowding, dependence,
max_degree, named_from, limit, story_dependence, story_limit, other_floor, labels {account: territory}, labelled.
*/
UNWIND $accounts AS id
MATCH (a:Account {id: id})
CALL (a) {
  MATCH (a)-[:USED]->(d)
  WHERE $hold[labels(d)[0]] IS NOT NULL
  WITH a, d, COUNT { (d)<-[:USED]-(:Account) } AS degree
  WHERE degree > 1 AND degree <= $max_degree
  MATCH (d)<-[:USED]-(b:Account)
  WHERE a <> b
  RETURN b, $hold[labels(d)[0]] / (1.0 + $crowding * (degree - 2)) AS hold, $run AS heard_in
  UNION ALL
  MATCH (a)-[s:SHARES_WITH {rule: 'ip_day', run: $run}]-(b:Account)
  RETURN b, s.weight AS hold, $run AS heard_in
  UNION ALL
  MATCH (a)<-[s:SHARES_WITH {rule: 'window', run: $run}]-(b:Account)
  RETURN b, s.weight AS hold, s.heard_in AS heard_in
}
WITH a, b, heard_in, max(hold) AS h
WITH b, heard_in, collect({a: a, h: h}) AS hearers
MATCH (b)-[r:MAY_OPERATE_FROM {run: heard_in}]->(t:Territory)
WHERE r.own > 0.0
WITH b, hearers, max(r.deception) AS deception, collect({t: t, code: t.code, told: r.told, prior: r.prior}) AS theirs
WITH b, hearers, deception, theirs, CASE WHEN $labels[b.id] IS NULL THEN NULL ELSE
       COLLECT { MATCH (t:Territory {code: $labels[b.id]}) RETURN t }[0] END AS label
WITH hearers, deception, CASE WHEN label IS NULL THEN theirs ELSE
  [{t: label, code: label.code, told: $labelled, prior: $priors[label.code]}]
  + [x IN theirs WHERE x.code = 'OTHER' |
       {t: x.t, code: x.code, told: 1.0 - $labelled, prior: 1.0 - $unknown - $priors[label.code]}]
  + [x IN theirs WHERE x.code = 'UNKNOWN' | {t: x.t, code: x.code, told: 0.0, prior: x.prior}] END AS theirs
WITH hearers, theirs, [x IN theirs WHERE x.code = 'OTHER'][0] AS rest,
     [x IN theirs WHERE x.told >= $named_from OR x.code IN ['OTHER', 'UNKNOWN']] AS named,
     CASE WHEN deception > $story_limit THEN $story_limit WHEN deception < -$story_limit THEN -$story_limit ELSE deception END AS push
UNWIND hearers AS x
WITH x.a AS a, sum(x.h * push) / (1.0 + $story_dependence * (count(x) - 1)) AS pressure,
     collect({h: x.h, theirs: theirs, rest: rest, named: named}) AS messages
WITH a, messages, log($deceivers / (1.0 - $deceivers))
     + CASE WHEN pressure > $story_limit THEN $story_limit WHEN pressure < -$story_limit THEN -$story_limit ELSE pressure END AS odds
WITH a, messages, 1.0 / (1.0 + exp(-odds)) AS deceivers
WITH a, messages, deceivers,
     [(a)-[r:MAY_OPERATE_FROM {run: $run}]->(t:Territory) WHERE r.own > 0.0 |
        {r: r, t: t, code: t.code, prior: r.prior, shown: r.shown, llr_honest: r.llr_honest, llr_cover: r.llr_cover,
         deception: r.deception, classes: r.classes, honest: r.honest, cover: r.cover}] AS mine,
     [(a)-[s:SHOWS {run: $run}]->(t:Territory) | {code: t.code, share: s.share}] AS shown
WITH a, messages, deceivers, mine, shown, [x IN mine | x.code] AS known, [x IN mine WHERE x.code = 'OTHER'][0] AS rest
CALL (messages, known) {
  UNWIND messages AS m
  UNWIND m.named AS x
  WITH x WHERE NOT x.code IN known
  RETURN collect(DISTINCT x.t) AS heard
}
WITH a, messages, deceivers, mine, rest,
     [t IN heard |
        {t: t, code: t.code, prior: $priors[t.code], shown: coalesce([s IN shown WHERE s.code = t.code | s.share][0], 0.0),
         llr_honest: rest.llr_honest, llr_cover: rest.llr_cover, deception: rest.deception,
         classes: rest.classes, honest: rest.honest, cover: rest.cover}] AS added
WITH a, messages, deceivers, mine, added, rest.prior - reduce(s = 0.0, x IN added | s + x.prior) AS left
UNWIND mine + added AS c
WITH a, messages, c, deceivers,
     CASE WHEN c.code <> 'OTHER' THEN c.prior WHEN left > $other_floor THEN left ELSE $other_floor END AS prior,
     log((1.0 - deceivers) * exp(c.llr_honest) + deceivers * (1.0 - c.shown) * exp(c.llr_cover)) AS llr
WITH messages, {a: a, deceivers: deceivers, c: c, code: c.code, prior: prior, llr: llr} AS x
WITH x, CASE WHEN x.code = 'UNKNOWN' THEN 0.0
             ELSE reduce(s = 0.0, m IN messages | s + log(1.0 - m.h + m.h / x.prior * coalesce(
                    [y IN m.theirs WHERE y.code = x.code | y.told][0],
                    m.rest.told * CASE WHEN x.prior < m.rest.prior THEN x.prior / m.rest.prior ELSE 1.0 END)))
                  / (1.0 + $dependence * (size(messages) - 1)) END AS raw
WITH x.a AS a, x.deceivers AS deceivers, x.c AS c, x.prior AS prior, x.llr AS llr,
     CASE WHEN raw > $limit THEN $limit WHEN raw < -$limit THEN -$limit ELSE raw END AS infra
WITH a, max(deceivers) AS deceivers,
     collect({c: c, prior: prior, llr: llr, infra: infra, z: (log(prior) + llr + infra) / $temperature}) AS rows
WITH a, deceivers, rows, reduce(t = rows[0].z, k IN rows | CASE WHEN k.z > t THEN k.z ELSE t END) AS top
WITH a, deceivers, rows, top, reduce(s = 0.0, k IN rows | s + exp(k.z - top)) AS norm
UNWIND rows AS k
WITH a, deceivers, k.c.r AS own, k.c.t AS t, k.c AS c, k.prior AS prior, k.llr AS llr, k.infra AS infra, exp(k.z - top) / norm AS p
FOREACH (r IN CASE WHEN own IS NULL THEN [] ELSE [own] END | SET r.p = p, r.infra = infra, r.llr = llr, r.deceivers = deceivers)
FOREACH (x IN CASE WHEN own IS NULL THEN [t] ELSE [] END |
  MERGE (a)-[r:MAY_OPERATE_FROM {run: $run}]->(x)
  ON CREATE SET r.own = 0.0, r.told = 0.0, r.prior = prior, r.shown = c.shown, r.llr_honest = c.llr_honest, r.llr_cover = c.llr_cover,
                r.deception = c.deception, r.classes = c.classes, r.honest = c.honest, r.cover = c.cover
  SET r.p = p, r.infra = infra, r.llr = llr, r.deceivers = deceivers)
