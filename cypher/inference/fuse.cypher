/*
Fuse the evidence of a batch of accounts under both stories into one MAY_OPERATE_FROM per candidate territory.

Named territories cost something, all others share the silent score: the discounted sum of the defaults of a class.
An item is looked for from its account: by its label Neo4j may take all items of the run from the index, for each account
anew, as long as it has not counted them.
Parameters: run, accounts (ids), priors {territory: prior}, unknown, other_floor, temperature, deceivers.
*/
UNWIND $accounts AS id
MATCH (a:Account {id: id})-[:HAS_EVIDENCE]->(e {run: $run})
WITH a, e ORDER BY e.strength DESC, e.id
WITH a, e.cls AS cls, collect(e) AS items
MATCH (k:EvidenceClass {name: cls})
WITH a, k, items,
     reduce(t = 0.0, i IN range(0, size(items) - 1) | t + items[i].llr_default * k.rho ^ i) AS silent,
     reduce(t = 0.0, i IN range(0, size(items) - 1) | t + items[i].cover_default * k.rho ^ i) AS silent_cover
UNWIND range(0, size(items) - 1) AS i
WITH a, k, silent, silent_cover, items[i] AS e, k.rho ^ i AS discount
MATCH (e)-[s:SUPPORTS]->(c:Territory)
WITH a, k, silent, silent_cover, c,
     silent + sum(discount * (s.llr - e.llr_default)) AS raw,
     silent_cover + sum(discount * (s.llr_cover - e.cover_default)) AS raw_cover
WITH a, k.name AS cls, c,
     CASE WHEN silent > k.cap_pos THEN k.cap_pos WHEN silent < k.cap_neg THEN k.cap_neg ELSE silent END AS rest,
     CASE WHEN silent_cover > k.cap_pos THEN k.cap_pos WHEN silent_cover < k.cap_neg THEN k.cap_neg ELSE silent_cover END AS rest_cover,
     CASE WHEN raw > k.cap_pos THEN k.cap_pos WHEN raw < k.cap_neg THEN k.cap_neg ELSE raw END AS score,
     CASE WHEN raw_cover > k.cap_pos THEN k.cap_pos WHEN raw_cover < k.cap_neg THEN k.cap_neg ELSE raw_cover END AS score_cover
WITH a, cls, rest, rest_cover, collect({c: c, honest: score, cover: score_cover}) AS named
WITH a, collect({cls: cls, rest: rest, rest_cover: rest_cover, named: named}) AS classes,
     sum(rest) AS other, sum(rest_cover) AS other_cover
UNWIND classes AS k
UNWIND k.named AS x
WITH a, classes, other, other_cover, x.c AS c,
     collect({cls: k.cls, honest: x.honest, cover: x.cover}) AS own,
     sum(x.honest - k.rest) AS gain, sum(x.cover - k.rest_cover) AS gain_cover
WITH a, classes, other, other_cover,
     collect({c: c, code: c.code, honest: other + gain, cover: other_cover + gain_cover, own: own}) AS named
MATCH (o:Territory {code: 'OTHER'})
MATCH (u:Territory {code: 'UNKNOWN'})
WITH a, classes, o, u, other, other_cover, [n IN named WHERE n.code <> 'OTHER'] AS named,
     [n IN named WHERE n.code = 'OTHER'][0] AS rest,
     [(a)-[s:SHOWS {run: $run}]->(t:Territory) | {code: t.code, share: s.share}] AS shown
WITH a, classes, u, named, shown,
     coalesce(rest, {c: o, code: 'OTHER', honest: other, cover: other_cover, own: []}) AS rest,
     1.0 - $unknown - reduce(t = 0.0, n IN named | t + $priors[n.code]) AS left
WITH a, classes,
     [n IN named | {c: n.c, honest: n.honest, cover: n.cover, own: n.own, prior: $priors[n.code],
                    shown: coalesce([s IN shown WHERE s.code = n.code | s.share][0], 0.0), silent: 1.0}]
     + [{c: rest.c, honest: rest.honest, cover: rest.cover, own: rest.own,
         prior: CASE WHEN left > $other_floor THEN left ELSE $other_floor END, shown: 0.0, silent: 1.0},
        {c: u, honest: 0.0, cover: 0.0, own: [], prior: $unknown, shown: 0.0, silent: 0.0}] AS rows
WITH a, classes, rows,
     log(reduce(t = 0.0, r IN rows | t + r.silent * r.prior * (1.0 - r.shown) * exp(r.cover)))
     - log(reduce(t = 0.0, r IN rows | t + r.silent * r.prior * exp(r.honest))) AS deception
UNWIND rows AS r
WITH a, classes, r, deception,
     log((1.0 - $deceivers) * exp(r.honest) + $deceivers * (1.0 - r.shown) * exp(r.cover)) AS llr,
     log(r.prior) + r.cover + log(1.0 - r.shown) AS z_cover
WITH a, classes, r, deception, llr, z_cover, log(r.prior) + llr AS z
WITH a, classes, deception, collect({r: r, llr: llr, z: z, z_cover: z_cover}) AS scored, max(z) AS top, max(z_cover) AS top_cover
WITH a, classes, deception, scored, top, top_cover,
     reduce(t = 0.0, s IN scored | t + exp((s.z - top) / $temperature)) AS norm,
     reduce(t = 0.0, s IN scored | t + exp(s.z_cover - top_cover)) AS norm_cover
UNWIND scored AS s
WITH a, classes, deception, s.r AS r, s.llr AS llr,
     exp((s.z - top) / $temperature) / norm AS p, exp(s.z_cover - top_cover) / norm_cover AS told
WITH a, r, llr, p, told, deception, r.c AS c, [k IN classes | k.cls] AS names,
     [k IN classes | coalesce([o IN r.own WHERE o.cls = k.cls | o.honest][0], k.rest * r.silent)] AS honest,
     [k IN classes | coalesce([o IN r.own WHERE o.cls = k.cls | o.cover][0], k.rest_cover * r.silent)] AS cover
CREATE (a)-[:MAY_OPERATE_FROM {run: $run, own: p, p: p, told: told, prior: r.prior, shown: r.shown,
                               llr: llr, llr_honest: r.honest, llr_cover: r.cover, deception: deception, deceivers: $deceivers,
                               infra: 0.0, classes: names, honest: honest, cover: cover}]->(c)
