/*
Fuse the evidence of a batch of accounts under both stories into one MAY_OPERATE_FROM per candidate territory.

Named territories cost something, all others share the silent score: the discounted sum of the defaults of a class.
An item is looked for from its account: by its label Neo4j may take all items of the run from the index, for each account
anew, as long as it has not counted them. Items are taken by their rank: those of a class are discounted in this order, and
sums of floats come out the same whatever order the engine keeps relationships in.
Grouping keys are nodes, names and numbers: a key that is a list is hashed row by row. Where a list is gone through, the rest
of the row travels as one value: the embedded engine copies the row at each step.
Parameters: run, accounts (ids), priors {territory: prior}, unknown, other_floor, temperature, deceivers.
*/
UNWIND $accounts AS id
MATCH (a:Account {id: id})-[:HAS_EVIDENCE]->(e {run: $run})
WITH a, e, e.rank AS rank ORDER BY rank
WITH a, e.cls AS cls, collect({e: e, honest: e.llr_default, cover: e.cover_default}) AS items
MATCH (k:EvidenceClass {name: cls})
WITH a, k, items,
     reduce(t = 0.0, i IN range(0, size(items) - 1) | t + items[i].honest * k.rho ^ i) AS silent,
     reduce(t = 0.0, i IN range(0, size(items) - 1) | t + items[i].cover * k.rho ^ i) AS silent_cover
UNWIND range(0, size(items) - 1) AS i
WITH a, k, silent, silent_cover, items[i] AS item, k.rho ^ i AS discount
WITH a, k, silent, silent_cover, discount, item.e AS e, item.honest AS default, item.cover AS default_cover
MATCH (e)-[s:SUPPORTS]->(c:Territory)
WITH a, k, silent, silent_cover, c,
     silent + sum(discount * (s.llr - default)) AS raw,
     silent_cover + sum(discount * (s.llr_cover - default_cover)) AS raw_cover
WITH a, k.name AS cls, c,
     CASE WHEN silent > k.cap_pos THEN k.cap_pos WHEN silent < k.cap_neg THEN k.cap_neg ELSE silent END AS rest,
     CASE WHEN silent_cover > k.cap_pos THEN k.cap_pos WHEN silent_cover < k.cap_neg THEN k.cap_neg ELSE silent_cover END AS rest_cover,
     CASE WHEN raw > k.cap_pos THEN k.cap_pos WHEN raw < k.cap_neg THEN k.cap_neg ELSE raw END AS score,
     CASE WHEN raw_cover > k.cap_pos THEN k.cap_pos WHEN raw_cover < k.cap_neg THEN k.cap_neg ELSE raw_cover END AS score_cover
WITH a, cls, rest, rest_cover, collect({c: c, honest: score, cover: score_cover}) AS named
WITH a, collect({cls: cls, rest: rest, rest_cover: rest_cover, named: named}) AS classes,
     sum(rest) AS other, sum(rest_cover) AS other_cover
UNWIND range(0, size(classes) - 1) AS at
WITH a, classes, other, other_cover, at, classes[at] AS k
UNWIND k.named AS x
WITH a, x.c AS c, head(collect(classes)) AS classes, max(other) AS other, max(other_cover) AS other_cover,
     collect({at: at, honest: x.honest, cover: x.cover}) AS own,
     sum(x.honest - k.rest) AS gain, sum(x.cover - k.rest_cover) AS gain_cover
WITH a, head(collect(classes)) AS classes, max(other) AS other, max(other_cover) AS other_cover,
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
WITH a, head(collect(classes)) AS classes, max(deception) AS deception,
     collect({r: r, llr: llr, z: z, z_cover: z_cover}) AS scored, max(z) AS top, max(z_cover) AS top_cover
WITH a, classes, deception, scored, top, top_cover,
     reduce(t = 0.0, s IN scored | t + exp((s.z - top) / $temperature)) AS norm,
     reduce(t = 0.0, s IN scored | t + exp(s.z_cover - top_cover)) AS norm_cover
WITH a, deception, scored, top, top_cover, norm, norm_cover, [k IN classes | k.cls] AS names, [k IN classes | 0.0] AS none,
     [k IN classes | k.rest] AS rest, [k IN classes | k.rest_cover] AS rest_cover
UNWIND scored AS s
WITH {a: a, deception: deception, names: names, r: s.r, llr: s.llr,
      p: exp((s.z - top) / $temperature) / norm, told: exp(s.z_cover - top_cover) / norm_cover} AS x, s.r.own AS own,
     CASE WHEN s.r.silent = 0.0 THEN none ELSE rest END AS rest, CASE WHEN s.r.silent = 0.0 THEN none ELSE rest_cover END AS rest_cover
WITH x, reduce(l = rest, o IN own | l[0..o.at] + [o.honest] + l[o.at + 1..]) AS honest,
     reduce(l = rest_cover, o IN own | l[0..o.at] + [o.cover] + l[o.at + 1..]) AS cover
WITH x.a AS a, x.r AS r, x.r.c AS c, x.llr AS llr, x.p AS p, x.told AS told, x.deception AS deception, x.names AS names, honest, cover
CREATE (a)-[:MAY_OPERATE_FROM {run: $run, own: p, p: p, told: told, prior: r.prior, shown: r.shown,
                               llr: llr, llr_honest: r.honest, llr_cover: r.cover, deception: deception, deceivers: $deceivers,
                               infra: 0.0, classes: names, honest: honest, cover: cover}]->(c)
