/*
Pairs of accounts that used the same devices, cookies, cards, mails, phones or domains, and what links them, by kind.

A thing that n accounts used counts 1 / ln(1 + n); what more than $max_degree used says nothing about any two of them.
Where $gaps has seconds for a kind, two uses of one thing lie at most so far apart: numbers, mailboxes and domains are
given to others after a while. Uses without a time are kept.
Parameters: rules {label: rule}, gaps {label: seconds}, max_degree, most (things named).
*/
MATCH (d)<-[u:USED]-(a:Account)
WHERE $rules[labels(d)[0]] IS NOT NULL
WITH d, a.id AS account, coalesce(u.first_seen, u.last_seen) AS first, coalesce(u.last_seen, u.first_seen) AS last
WITH d, collect({id: account, first: first, last: last, begins: first.epochSeconds, ends: last.epochSeconds}) AS users
WHERE size(users) >= 2 AND size(users) <= $max_degree
WITH d, labels(d)[0] AS label, size(users) AS degree, users
UNWIND users AS x
UNWIND users AS y
WITH d, label, degree, x, y
WHERE x.id < y.id
WITH d, label, degree, x, y, CASE WHEN x.begins > y.begins THEN x.begins - y.ends ELSE y.begins - x.ends END AS apart
WHERE coalesce(apart <= $gaps[label], true)
WITH d.id AS thing, label, degree, x.id AS account, y.id AS other,
     CASE WHEN x.begins <= y.begins THEN x.first ELSE coalesce(y.first, x.first) END AS first,
     CASE WHEN x.ends >= y.ends THEN x.last ELSE coalesce(y.last, x.last) END AS last
ORDER BY degree, thing
WITH label, account, other, count(*) AS n, sum(1.0 / log(1.0 + degree)) AS weight, collect(thing) AS things,
     collect(degree) AS degrees, min(first) AS first_at, max(last) AS last_at
RETURN label, $rules[label] AS rule, account, other, n, weight, things[..$most] AS things, degrees[..$most] AS degrees,
       first_at, last_at
ORDER BY rule, account, other
