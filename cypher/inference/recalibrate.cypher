/*
Map the probability of the leading territory by what was seen on resolved cases; the others keep their proportions.

`knots` are [p, calibrated p], rising; between them the map is straight. The leading territory stays the leading one.
Accounts led by OTHER or UNKNOWN name nothing and stay as they are. Not to be run twice.
Parameters: run, accounts (ids), knots.
*/
UNWIND $accounts AS id
MATCH (a:Account {id: id})-[r:MAY_OPERATE_FROM {run: $run}]->(t:Territory)
WITH a, r, t ORDER BY r.p DESC, t.code
WITH a, collect({code: t.code, p: r.p}) AS rows
WHERE size(rows) > 1 AND NOT rows[0].code IN ['OTHER', 'UNKNOWN'] AND rows[0].p < 1.0
WITH a, rows[0].code AS leading, rows[0].p AS p, rows[1].p AS next,
     reduce(y = $knots[0][1], i IN range(0, size($knots) - 2) |
       CASE WHEN rows[0].p <= $knots[i][0] THEN y
            WHEN rows[0].p >= $knots[i + 1][0] THEN $knots[i + 1][1]
            ELSE $knots[i][1] + ($knots[i + 1][1] - $knots[i][1]) * (rows[0].p - $knots[i][0])
                 / ($knots[i + 1][0] - $knots[i][0]) END) AS mapped
WITH a, leading, p, mapped, next / (1.0 - p + next) AS tie
WITH a, leading, p, mapped, tie + 0.000001 * (1.0 - tie) AS least
WITH a, leading, p, CASE WHEN mapped > least THEN mapped ELSE least END AS q
MATCH (a)-[r:MAY_OPERATE_FROM {run: $run}]->(t:Territory)
SET r.p = CASE WHEN t.code = leading THEN q ELSE r.p * (1.0 - q) / (1.0 - p) END
