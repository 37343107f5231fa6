/*
title: Timeline of one coordinated burst
question: Who posted what, in which order, in the largest burst of joint activity (of a cluster, of a network, around a time)?
parameters:
  cluster: {type: string, required: false, help: only messages between members of this cluster}
  network: {type: string, required: false, help: only this network such as co_retweet}
  around: {type: datetime, required: false, help: the burst that holds this time (UTC) instead of the largest}
  gap_s: {type: float, default: 600, minimum: 1, help: "longest pause within one burst, seconds"}
  links: {type: string, required: false, help: link run such as l1; the newest with such pairs when not given}
columns: {at: datetime, account: account, message: string, networks: list<string>, with_accounts: list<account>, since_start_s: float, burst_accounts: integer, burst_messages: integer}
tags: [links, coordination, time]
revision: 1
caveats: >
  Only messages behind surviving edges are in the graph, at most 20 an edge; the figure `burst` reads all of them. A burst
  is a run of such messages without a pause longer than gap_s: a long gap glues a busy day together. The first to post is
  not the one who gave the order.
*/
OPTIONAL MATCH (:Account)-[e:ACTS_WITH]->(:Account)
WHERE e.run = coalesce($links, e.run)
WITH DISTINCT e.run AS links
ORDER BY size(links) DESC, links DESC
LIMIT 1
MATCH (a:Account)-[e:ACTS_WITH]->(b:Account)
WHERE e.run = links AND e.message_at IS NOT NULL AND ($network IS NULL OR e.network = $network)
  AND ($cluster IS NULL OR (EXISTS { (a)-[:MEMBER_OF]->(:Cluster {id: $cluster}) }
                            AND EXISTS { (b)-[:MEMBER_OF]->(:Cluster {id: $cluster}) }))
UNWIND range(0, size(e.message_at) - 1) AS i
WITH e.message_at[i] AS at, a.id AS account, e.message_ids[i] AS message, e.network AS network, b.id AS other
ORDER BY network, other
WITH at, account, message, collect(DISTINCT network) AS networks, collect(DISTINCT other) AS others
ORDER BY at, account, message
WITH collect({at: at, account: account, message: message, networks: networks, others: others}) AS posts
WITH posts, [k IN range(0, size(posts) - 1) WHERE k = 0 OR posts[k].at - posts[k - 1].at > $gap_s | k] + [size(posts)] AS starts
UNWIND range(0, size(starts) - 2) AS k
WITH posts[starts[k]..starts[k + 1]] AS burst
WHERE $around IS NULL OR (burst[0].at <= $around.epochSeconds + 1 AND burst[size(burst) - 1].at >= $around.epochSeconds)
UNWIND burst AS post
WITH burst, count(DISTINCT post.account) AS accounts
ORDER BY accounts DESC, size(burst) DESC, burst[0].at
LIMIT 1
UNWIND burst AS post
RETURN datetime({epochMillis: toInteger(round(1000 * post.at))}) AS at, post.account AS account, post.message AS message,
       post.networks AS networks, post.others AS with_accounts, post.at - burst[0].at AS since_start_s,
       accounts AS burst_accounts, size(burst) AS burst_messages
ORDER BY since_start_s, account, message
