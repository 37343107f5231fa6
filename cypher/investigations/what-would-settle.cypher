/*
title: What would settle the open accounts
question: Which accounts are not decided, what is there about them, and which evidence is missing?
parameters:
  accounts: {type: list<account>, required: false, help: only these; all when not given}
  run: {type: run, required: false, help: run to read; the newest complete one when not given}
columns: {account: account, handle: string, outcome: string, top: territory, p: float, classes: list<string>, private_days: integer, anonymised: integer, missing: list<string>}
tags: [assessment, doubt, collection]
revision: 1
caveats: >
  A simple rule for now: it names the kinds of evidence the account lacks, in the order in which they usually settle most
  (login days from private networks, then phone or store, then shared devices). It does not weigh what a particular find
  would change. private_days counts login days address by address, from routed networks on no list of anonymisers.
*/
OPTIONAL MATCH (r:Run)
WHERE r.complete = true AND r.id = coalesce($run, r.id)
WITH r.id AS run, r.started_at AS at
ORDER BY at DESC, run DESC
LIMIT 1
MATCH (a:Account)
WHERE $accounts IS NULL OR a.id IN $accounts
OPTIONAL MATCH (a)-[:ASSESSED_AS]->(s:Assessment {run: run})
WITH run, a, s
WHERE s IS NULL OR s.outcome <> 'supported'
OPTIONAL MATCH (a)-[:HAS_EVIDENCE]->(e:Evidence {run: run})
WITH run, a, s, e.cls AS cls
ORDER BY cls
WITH run, a, s, collect(DISTINCT cls) AS classes
OPTIONAL MATCH (a)-[l:LOGGED_IN_FROM]->(i:IPAddress)
WITH run, a, s, classes,
     sum(CASE WHEN l IS NULL OR i.routable = false THEN 0
              WHEN i.network_type IN ['vpn', 'hosting', 'proxy', 'relay', 'tor'] THEN 0
              ELSE coalesce(l.days, 1) END) AS private_days,
     sum(CASE WHEN i.network_type IN ['vpn', 'hosting', 'proxy', 'relay', 'tor'] THEN coalesce(l.count, 1)
              ELSE 0 END) AS anonymised
WITH a, s, classes, private_days, anonymised,
     EXISTS { (a)-[u:USED]->(d) WHERE NOT (d:Domain OR d:AnalyticsId) } OR EXISTS { (a)-[x:SHARES_WITH]-(:Account) WHERE x.run = run } AS shares
RETURN a.id AS account, a.handle AS handle, coalesce(s.outcome, 'not assessed') AS outcome, s.top AS top, s.p AS p,
       classes, private_days, anonymised,
       [x IN [CASE WHEN private_days < 3 THEN 'three login days from residential or mobile networks' END,
              CASE WHEN NOT 'acquisition' IN classes THEN 'a phone number or an app store' END,
              CASE WHEN NOT shares THEN 'devices or addresses shared with other accounts' END]
        WHERE x IS NOT NULL] AS missing
ORDER BY coalesce(p, 0.0) DESC, account
