/*
title: Identifiers reused across territories
question: Which devices, cookies, cards, phones or mail addresses are used by accounts assessed as operated from different territories?
parameters:
  run: {type: run, required: false, help: run to read; the newest complete one when not given}
columns: {kind: string, identifier: string, territories: list<territory>, supported: list<account>, undecided: list<account>, first_seen: datetime, last_seen: datetime}
tags: [links, infrastructure, contradiction]
revision: 1
caveats: >
  One of the assessments may be wrong, the identifier may have been sold or shared, or one operator moved: look at the
  dates first. Sharing already pulls the assessments together, so what is listed here resisted it.
*/
MATCH (r:Run)
WHERE r.complete = true AND r.id = coalesce($run, r.id)
WITH r.id AS run, r.started_at AS at
ORDER BY at DESC, run DESC
LIMIT 1
WITH run, {Device: 'device', Cookie: 'cookie', PaymentCard: 'payment_card', PhoneNumber: 'phone',
           EmailAddress: 'email'} AS kinds
MATCH (d)<-[u:USED]-(a:Account)
WITH run, d, kinds[labels(d)[0]] AS kind, a, u
WHERE kind IS NOT NULL
OPTIONAL MATCH (a)-[:ASSESSED_AS]->(s:Assessment {run: run, outcome: 'supported'})
WITH d, kind, a, u, s.top AS top
ORDER BY top, a.id
WITH d, kind, collect(DISTINCT top) AS territories, collect(CASE WHEN top IS NOT NULL THEN a.id END) AS supported,
     collect(CASE WHEN top IS NULL THEN a.id END) AS undecided, min(u.first_seen) AS first_seen,
     max(u.last_seen) AS last_seen
WHERE size(territories) >= 2
RETURN kind, coalesce(d.display, d.id) AS identifier, territories, supported, undecided, first_seen, last_seen
ORDER BY size(supported) DESC, kind, supported[0], identifier
