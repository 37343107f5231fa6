/*
title: Accounts on one device
question: Which accounts used the same device (or cookie, card, phone, mail address), and where are they run from?
parameters:
  kind: {type: string, default: device, choices: [device, cookie, payment_card, phone, email, any], help: kind of identifier}
  min_accounts: {type: integer, default: 2, minimum: 2, help: smallest group shown}
  run: {type: run, required: false, help: run whose territories are shown; the newest complete one when not given}
columns: {kind: string, identifier: string, size: integer, accounts: list<account>, territories: list<territory>, undecided: integer, first_seen: datetime, last_seen: datetime}
tags: [links, infrastructure]
revision: 1
caveats: >
  A shared identifier shows one pair of hands or one shop: internet cafes, resold telephones, call centres and anti-detect
  browsers put strangers on one device. Territories are those of supported accounts; undecided counts the others. An
  identifier with more than 200 accounts passes nothing between accounts in the assessment.
*/
OPTIONAL MATCH (r:Run)
WHERE r.complete = true AND r.id = coalesce($run, r.id)
WITH r.id AS run, r.started_at AS at
ORDER BY at DESC, run DESC
LIMIT 1
WITH run, {Device: 'device', Cookie: 'cookie', PaymentCard: 'payment_card', PhoneNumber: 'phone',
           EmailAddress: 'email'} AS kinds
MATCH (d)<-[u:USED]-(a:Account)
WITH run, d, kinds[labels(d)[0]] AS kind, a, u
WHERE kind = $kind OR ($kind = 'any' AND kind IS NOT NULL)
OPTIONAL MATCH (a)-[:ASSESSED_AS]->(s:Assessment {run: run, outcome: 'supported'})
WITH d, kind, a, u, s.top AS top
ORDER BY a.id
WITH d, kind, collect(a.id) AS accounts, collect(top) AS tops, collect(DISTINCT top) AS territories,
     min(u.first_seen) AS first_seen, max(u.last_seen) AS last_seen
WHERE size(accounts) >= $min_accounts
RETURN kind, coalesce(d.display, d.id) AS identifier, size(accounts) AS size, accounts, territories,
       size(accounts) - size(tops) AS undecided, first_seen, last_seen
ORDER BY size DESC, kind, accounts[0], identifier
