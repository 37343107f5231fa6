/*
title: Evidence of one account with its sources
question: What was weighed for this account, what does each item say about which territory, and which rows is it read from?
parameters:
  account: {type: account, help: the account}
  run: {type: run, required: false, help: run to read; the newest complete one when not given}
columns: {class: string, signal: string, summary: string, territory: territory, honest: float, cover: float, honest_others: float, cover_others: float, observations: integer, first_at: datetime, last_at: datetime, sources: list<string>, files: list<string>}
tags: [evidence, account]
revision: 1
caveats: >
  Nats (natural logarithm of a likelihood ratio) before discounts and limits of the class, so the rows do not add up to
  the answer: the waterfall of `attrigraph explain` does. honest and cover are what the item says of the territory under
  the two stories, honest_others and cover_others what it says of every territory it does not name. A missing signal has
  no row, and its absence is no evidence. sources are capped.
*/
MATCH (r:Run)
WHERE r.complete = true AND r.id = coalesce($run, r.id)
WITH r.id AS run, r.started_at AS at
ORDER BY at DESC, run DESC
LIMIT 1
MATCH (a:Account {id: $account})-[:HAS_EVIDENCE]->(e:Evidence {run: run})
OPTIONAL MATCH (e)-[s:SUPPORTS]->(t:Territory)
WITH e, s, t, [locator IN coalesce(e.sources, []) | split(locator, ':')[0]] AS ids
OPTIONAL MATCH (f:Source)
WHERE f.id IN ids
WITH e, s, t, coalesce(f.name, f.id) AS file
ORDER BY file
WITH e, s, t, collect(DISTINCT file) AS files
RETURN e.cls AS class, e.signal AS signal, e.summary AS summary, t.code AS territory, s.llr AS honest,
       s.llr_cover AS cover, e.llr_default AS honest_others, e.cover_default AS cover_others, e.n AS observations,
       e.`from` AS first_at, e.`to` AS last_at, coalesce(e.sources, []) AS sources, files
ORDER BY e.strength DESC, e.id, honest DESC, territory
