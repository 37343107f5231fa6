// Things that too many accounts used to say anything about two of them.
MATCH (d)<-[:USED]-(a:Account)
WHERE $rules[labels(d)[0]] IS NOT NULL
WITH d, count(a) AS accounts
WHERE accounts > $max_degree
RETURN labels(d)[0] AS label, coalesce(d.display, d.id) AS shown, accounts
ORDER BY accounts DESC, label, shown
