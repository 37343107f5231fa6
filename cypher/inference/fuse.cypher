/*
Fuse the evidence of a batch of accounts under both stories into one MAY_OPERATE_FROM per candidate territory.

Named territories cost something, all others share the silent score: the discounted sum of the defaults of a class.
Grouping happens inside the subqueries, on nodes and names alone: a grouping key that is a list is hashed row by row.
Parameters: run, accounts (ids), priors {territory: prior}, unknown, other_floor, temperature, deceivers.
*/
UNWIND $accounts AS id
MATCH (a:Account {id: id})
CALL (a) {
  MATCH (a)-[:HAS_EVIDENCE]->(e:Evidence {run: $run})
  WITH e ORDER BY e.strength DESC, e.id
  WITH e.cls AS cls, collect(e) AS items
  MATCH (k:EvidenceClass {name: cls})
  WITH cls, items, k,
       reduce(t = 0.0, i IN range(0, size(items) - 1) | t + items[i].llr_default * k.rho ^ i) AS silent,
       reduce(t = 0.0, i IN range(0, size(items) - 1) | t + items[i].cover_default * k.rho ^ i) AS silent_cover
  RETURN collect({
    cls: cls, items: items, rho: k.rho, most: k.cap_pos, least: k.cap_neg, silent: silent, silent_cover: silent_cover,
    rest: CASE WHEN silent > k.cap_pos THEN k.cap_pos WHEN silent < k.cap_neg THEN k.cap_neg ELSE silent END,
    rest_cover: CASE WHEN silent_cover > k.cap_pos THEN k.cap_pos WHEN silent_cover < k.cap_neg THEN k.cap_neg ELSE silent_cover END
  }) AS classes
}
CALL (classes) {
  UNWIND classes AS k
  UNWIND range(0, size(k.items) - 1) AS i
  WITH k.cls AS cls, k, k.items[i] AS e, k.rho ^ i AS discount
  MATCH (e)-[s:SUPPORTS]->(c:Territory)
  WITH cls, c, head(collect(k)) AS k,
       sum(discount * (s.llr - e.llr_default)) AS more, sum(discount * (s.llr_cover - e.cover_default)) AS more_cover
  WITH cls, c, k, k.silent + more AS raw, k.silent_cover + more_cover AS raw_cover
  WITH cls, c, k.rest AS rest, k.rest_cover AS rest_cover,
       CASE WHEN raw > k.most THEN k.most WHEN raw < k.least THEN k.least ELSE raw END AS score,
       CASE WHEN raw_cover > k.most THEN k.most WHEN raw_cover < k.least THEN k.least ELSE raw_cover END AS score_cover
  WITH c, collect({cls: cls, honest: score, cover: score_cover}) AS own,
       sum(score - rest) AS gain, sum(score_cover - rest_cover) AS gain_cover
  RETURN collect({c: c, code: c.code, gain: gain, gain_cover: gain_cover, own: own}) AS named
}
WITH a, classes, named, reduce(t = 0.0, k IN classes | t + k.rest) AS other,
     reduce(t = 0.0, k IN classes | t + k.rest_cover) AS other_cover
MATCH (o:Territory {code: 'OTHER'})
MATCH (u:Territory {code: 'UNKNOWN'})
WITH a, classes, o, u, other, other_cover, [n IN named WHERE n.code <> 'OTHER'] AS named,
     [n IN named WHERE n.code = 'OTHER'][0] AS rest,
     [(a)-[s:SHOWS {run: $run}]->(t:Territory) | {code: t.code, share: s.share}] AS shown
WITH a, classes, u, named, shown, other, other_cover,
     coalesce(rest, {c: o, gain: 0.0, gain_cover: 0.0, own: []}) AS rest,
     1.0 - $unknown - reduce(t = 0.0, n IN named | t + $priors[n.code]) AS left
WITH a, classes,
     [n IN named | {c: n.c, honest: other + n.gain, cover: other_cover + n.gain_cover, own: n.own, prior: $priors[n.code],
                    shown: coalesce([s IN shown WHERE s.code = n.code | s.share][0], 0.0), silent: 1.0}]
     + [{c: rest.c, honest: other + rest.gain, cover: other_cover + rest.gain_cover, own: rest.own,
         prior: CASE WHEN left > $other_floor THEN left ELSE $other_floor END, shown: 0.0, silent: 1.0},
        {c: u, honest: 0.0, cover: 0.0, own: [], prior: $unknown, shown: 0.0, silent: 0.0}] AS rows
WITH a, classes, rows,
     log(reduce(t = 0.0, r IN rows | t + r.silent * r.prior * (1.0 - r.shown) * exp(r.cover)))
     - log(reduce(t = 0.0, r IN rows | t + r.silent * r.prior * exp(r.honest))) AS deception,
     [r IN rows | {r: r, prior: log(r.prior), cover: log(r.prior) + r.cover + log(1.0 - r.shown),
                   llr: log((1.0 - $deceivers) * exp(r.honest) + $deceivers * (1.0 - r.shown) * exp(r.cover))}] AS scored
WITH a, classes, deception, scored,
     reduce(t = scored[0].prior + scored[0].llr, s IN scored | CASE WHEN s.prior + s.llr > t THEN s.prior + s.llr ELSE t END) AS top,
     reduce(t = scored[0].cover, s IN scored | CASE WHEN s.cover > t THEN s.cover ELSE t END) AS top_cover
WITH a, classes, [k IN classes | k.cls] AS names, deception, scored, top, top_cover,
     reduce(t = 0.0, s IN scored | t + exp((s.prior + s.llr - top) / $temperature)) AS norm,
     reduce(t = 0.0, s IN scored | t + exp(s.cover - top_cover)) AS norm_cover
UNWIND scored AS s
WITH a, classes, names, deception, s.r AS r, s.llr AS llr,
     exp((s.prior + s.llr - top) / $temperature) / norm AS p, exp(s.cover - top_cover) / norm_cover AS told
WITH a, r, llr, p, told, deception, r.c AS c, names,
     [k IN classes | coalesce([o IN r.own WHERE o.cls = k.cls | o.honest][0], k.rest * r.silent)] AS honest,
     [k IN classes | coalesce([o IN r.own WHERE o.cls = k.cls | o.cover][0], k.rest_cover * r.silent)] AS cover
CREATE (a)-[:MAY_OPERATE_FROM {run: $run, own: p, p: p, told: told, prior: r.prior, shown: r.shown,
                               llr: llr, llr_honest: r.honest, llr_cover: r.cover, deception: deception, deceivers: $deceivers,
                               infra: 0.0, classes: names, honest: honest, cover: cover}]->(c)
