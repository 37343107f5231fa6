/*
title: VPN and hosting use by account
question: Which accounts log in through VPNs, hosting, proxies, relays or Tor, how much, and where do the exits stand?
parameters:
  min_share: {type: float, default: 0.01, minimum: 0, maximum: 1, help: smallest share of logins through such networks}
  min_logins: {type: integer, default: 1, minimum: 1, help: fewest logins an account must have}
columns: {account: account, handle: string, logins: integer, anonymised: integer, share: float, vpn: integer, hosting: integer, proxy: integer, relay: integer, tor: integer, exits: list<territory>, exit_operators: list<string>, other_territories: list<territory>, unchecked: integer}
tags: [network, anonymisation]
revision: 1
caveats: >
  Using a VPN accuses nobody: businesses, travellers and the cautious use them, and a relay keeps the region of its user
  by default. Lists age and miss small providers, and residential proxies look like homes, so a share of zero does not
  mean that nothing is hidden. unchecked counts logins from addresses that were not looked up in such lists. Territories
  are those databases give; exits say where a server stands, not where a person sits.
*/
MATCH (a:Account)-[l:LOGGED_IN_FROM]->(i:IPAddress)
WITH a, coalesce(l.count, 1) AS n, i.network_type AS type, coalesce(i.anonymiser_checked, false) AS checked
WITH a, sum(n) AS logins,
     sum(CASE WHEN type IN ['vpn', 'hosting', 'proxy', 'relay', 'tor'] THEN n ELSE 0 END) AS anonymised,
     sum(CASE type WHEN 'vpn' THEN n ELSE 0 END) AS vpn,
     sum(CASE type WHEN 'hosting' THEN n ELSE 0 END) AS hosting,
     sum(CASE type WHEN 'proxy' THEN n ELSE 0 END) AS proxy,
     sum(CASE type WHEN 'relay' THEN n ELSE 0 END) AS relay,
     sum(CASE type WHEN 'tor' THEN n ELSE 0 END) AS tor,
     sum(CASE WHEN checked THEN 0 ELSE n END) AS unchecked
WITH a, logins, anonymised, vpn, hosting, proxy, relay, tor, unchecked, toFloat(anonymised) / logins AS share
WHERE share >= $min_share AND logins >= $min_logins
RETURN a.id AS account, a.handle AS handle, logins, anonymised, share, vpn, hosting, proxy, relay, tor,
       COLLECT {
         MATCH (a)-[:LOGGED_IN_FROM]->(i:IPAddress)-[g:LOCATED_IN]->(t:Territory)
         WHERE i.network_type IN ['vpn', 'hosting', 'proxy', 'relay', 'tor'] AND g.kind = 'country'
         RETURN DISTINCT t.code AS code ORDER BY code
       } AS exits,
       COLLECT {
         MATCH (a)-[:LOGGED_IN_FROM]->(i:IPAddress)-[:ANNOUNCED_BY]->(s:AutonomousSystem)
         WHERE i.network_type IN ['vpn', 'hosting', 'proxy', 'relay', 'tor']
         RETURN DISTINCT coalesce(s.name, s.id) AS name ORDER BY name
       } AS exit_operators,
       COLLECT {
         MATCH (a)-[:LOGGED_IN_FROM]->(i:IPAddress)-[g:LOCATED_IN]->(t:Territory)
         WHERE NOT coalesce(i.network_type, 'unknown') IN ['vpn', 'hosting', 'proxy', 'relay', 'tor']
           AND g.kind = 'country'
         RETURN DISTINCT t.code AS code ORDER BY code
       } AS other_territories,
       unchecked
ORDER BY share DESC, anonymised DESC, account
