/*
title: Platform label against logins
question: Which accounts carry a platform label (country or region) that their own logins contradict?
parameters:
  min_logins: {type: integer, default: 2, minimum: 1, help: fewest contradicting logins}
  min_share: {type: float, default: 0.5, minimum: 0, maximum: 1, help: smallest part of the placed logins that contradicts}
columns: {account: account, handle: string, label: string, signal: string, accurate: boolean, label_territories: list<territory>, contradicting: integer, agreeing: integer, anonymised: integer, unplaced: integer, login_territories: list<territory>, first_seen: datetime, last_seen: datetime}
tags: [network, platform-label, contradiction]
revision: 1
caveats: >
  Labels and logins may be of different times: a move, a journey or a sold account explains a contradiction as well as a
  cover does. Logins through VPN, hosting, proxy, relay or Tor are counted apart and never contradict. A login agrees
  when any of the databases places its address within the label. accurate is what the platform says of its own label.
*/
MATCH (a:Account)-[q:POINTS_TO]->(place)
WHERE q.signal IN ['platform_country', 'platform_region']
OPTIONAL MATCH (place)-[:CONTAINS]->(member:Territory)
WITH a, q.signal AS signal, q.value AS label, q.accurate AS accurate, coalesce(place.code, member.code) AS code
ORDER BY a.id, code
WITH a, signal, label, min(CASE WHEN accurate IS NULL THEN null WHEN accurate THEN 1 ELSE 0 END) AS accurate,
     collect(DISTINCT code) AS allowed
MATCH (a)-[l:LOGGED_IN_FROM]->(i:IPAddress)
WITH a, signal, label, accurate, allowed, l, coalesce(l.count, 1) AS n,
     coalesce(i.network_type, 'unknown') IN ['vpn', 'hosting', 'proxy', 'relay', 'tor'] AS hidden,
     [(i)-[g:LOCATED_IN]->(t:Territory) WHERE g.kind = 'country' | t.code] AS codes
WITH a, signal, label, accurate, allowed, l, n, codes,
     CASE WHEN hidden THEN 'anonymised' WHEN size(codes) = 0 THEN 'unplaced'
          WHEN any(c IN codes WHERE c IN allowed) THEN 'agrees' ELSE 'contradicts' END AS verdict
WITH a, signal, label, accurate, allowed,
     sum(CASE verdict WHEN 'contradicts' THEN n ELSE 0 END) AS contradicting,
     sum(CASE verdict WHEN 'agrees' THEN n ELSE 0 END) AS agreeing,
     sum(CASE verdict WHEN 'anonymised' THEN n ELSE 0 END) AS anonymised,
     sum(CASE verdict WHEN 'unplaced' THEN n ELSE 0 END) AS unplaced,
     min(CASE verdict WHEN 'contradicts' THEN l.first_seen END) AS first_seen,
     max(CASE verdict WHEN 'contradicts' THEN l.last_seen END) AS last_seen,
     collect(CASE verdict WHEN 'contradicts' THEN codes ELSE [] END) AS elsewhere
WHERE contradicting >= $min_logins AND contradicting >= $min_share * (contradicting + agreeing)
UNWIND elsewhere AS codes
UNWIND codes AS code
WITH a, signal, label, accurate, allowed, contradicting, agreeing, anonymised, unplaced, first_seen, last_seen, code
ORDER BY code
WITH a, signal, label, accurate, allowed, contradicting, agreeing, anonymised, unplaced, first_seen, last_seen,
     collect(DISTINCT code) AS login_territories
RETURN a.id AS account, a.handle AS handle, label, signal, accurate = 1 AS accurate, allowed AS label_territories,
       contradicting, agreeing, anonymised, unplaced, login_territories, first_seen, last_seen
ORDER BY contradicting DESC, account, label
