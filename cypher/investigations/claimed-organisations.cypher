/*
title: Ties to organisations claimed by third parties
question: Which accounts does somebody publicly tie to an organisation, in whose words, and who else says so?
parameters:
  organisation: {type: string, required: false, help: part of the name of the organisation; all when not given}
  claimant: {type: string, required: false, help: part of the name of who says it; all when not given}
columns: {organisation: string, account: account, handle: string, relation: string, claimant: string, claimed_at: datetime, grade: string, url: string, claimants: integer, files: list<string>}
tags: [claims]
revision: 1
caveats: >
  These are statements of others, in their own verb; they are listed and never judged, and they are no evidence about the
  account. Claimants copy one another: claimants counts names, not independent sources.
*/
MATCH (a:Account)-[c:CLAIMED]->(o:Organisation)
WHERE ($organisation IS NULL OR toLower(coalesce(o.name, o.id)) CONTAINS toLower($organisation))
  AND ($claimant IS NULL OR toLower(c.claimant) CONTAINS toLower($claimant))
MATCH (a)-[every:CLAIMED]->(o)
WITH a, c, o, count(DISTINCT every.claimant) AS claimants
OPTIONAL MATCH (s:Source)
WHERE s.id IN c.sources
WITH a, c, o, claimants, coalesce(s.name, s.id) AS file
ORDER BY file
WITH a, c, o, claimants, collect(DISTINCT file) AS files
RETURN coalesce(o.name, o.id) AS organisation, a.id AS account, a.handle AS handle, c.relation AS relation,
       c.claimant AS claimant, c.claimed_at AS claimed_at, c.grade AS grade, c.url AS url, claimants, files
ORDER BY organisation, account, claimed_at, claimant
