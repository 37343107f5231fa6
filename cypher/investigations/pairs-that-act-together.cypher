/*
title: Pairs of accounts that act together
question: Which pairs of accounts do the same thing at the same time more often than chance explains, and with which messages?
parameters:
  max_q: {type: float, default: 0.05, minimum: 0, maximum: 1, help: largest q value shown}
  network: {type: string, required: false, help: one network such as co_retweet; all of them when not given}
  account: {type: account, required: false, help: only pairs with this account}
  links: {type: string, required: false, help: link run such as l1; the newest with such pairs when not given}
columns: {account: account, other: account, network: string, q_value: float, p_value: float, shift_p: float, weight: float, n: integer, window_s: float, median_delta_s: float, first_at: datetime, last_at: datetime, messages: list<string>, other_messages: list<string>}
tags: [links, coordination]
revision: 1
caveats: >
  q is the p value of the stated null after Benjamini-Hochberg over all pairs that were tested, not only those shown. The
  null knows how busy the accounts are, not how popular an object is: fans of one page or subscribers of one news agency
  pass it. shift_p tests the timing alone; without it a pair shares interests, not a clock. Each message stands beside
  the nearest one of the other account; at most 20 are kept here. attrigraph pair A B prints their texts.
*/
OPTIONAL MATCH (:Account)-[e:ACTS_WITH]->(:Account)
WHERE e.run = coalesce($links, e.run)
WITH DISTINCT e.run AS links
ORDER BY size(links) DESC, links DESC
LIMIT 1
MATCH (a:Account)-[e:ACTS_WITH]->(b:Account)
WHERE e.run = links AND e.q_value <= $max_q AND ($network IS NULL OR e.network = $network)
  AND ($account IS NULL OR a.id = $account OR b.id = $account)
RETURN a.id AS account, b.id AS other, e.network AS network, e.q_value AS q_value, e.p_value AS p_value,
       e.shift_p AS shift_p, e.weight AS weight, e.n AS n, e.window_s AS window_s, e.median_delta_s AS median_delta_s,
       e.first_at AS first_at, e.last_at AS last_at, coalesce(e.message_ids, []) AS messages,
       coalesce(e.other_ids, []) AS other_messages
ORDER BY q_value, p_value, weight DESC, account, other, network
