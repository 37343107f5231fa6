-- When the windows of an account begin, and what is dated in them. Each query stands under its name; `find.py` reads them
-- from here. Times leave duckdb as microseconds since 1970. A change lies after `before`, when the old was seen last, and
-- at the latest at `us`, when the new was seen first.

-- name: silence
-- An act after a silence longer than $silence. Two acts of one bucket of that length cannot be so far apart, so the first
-- and the last act of each bucket are enough.
WITH acts AS (
  SELECT account_id, epoch_us("at") AS us FROM logins UNION ALL SELECT account_id, epoch_us("at") FROM posts
), buckets AS (
  SELECT account_id, min(us) AS first, max(us) AS last FROM acts GROUP BY account_id, us // $silence
)
SELECT account_id, before, first AS us, 'silence' AS what
FROM (SELECT account_id, first, lag(last) OVER (PARTITION BY account_id ORDER BY first) AS before FROM buckets)
WHERE first - before > $silence;

-- name: contact
-- A phone or mail that appears when none before it is seen any more; one that is added beside others is no change.
WITH own AS (
  SELECT account_id, kind, "value", min(epoch_us(coalesce(first_seen, last_seen))) AS first,
         max(epoch_us(coalesce(last_seen, first_seen))) AS last
  FROM identifiers WHERE kind IN ('phone', 'email') AND coalesce(first_seen, last_seen) IS NOT NULL GROUP BY ALL
)
SELECT account_id, before, first AS us, CASE kind WHEN 'email' THEN 'mail' ELSE kind END AS what
FROM (SELECT *, max(last) OVER (PARTITION BY account_id, kind ORDER BY first, "value"
                                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM own)
WHERE before < first;

-- name: handle
-- Profiles seen at different times under different handles. Two handles at one time have no order and are left out.
WITH seen AS (
  SELECT account_id, epoch_us(observed_at) AS us, min(lower(handle)) AS handle
  FROM accounts WHERE observed_at IS NOT NULL AND handle IS NOT NULL
  GROUP BY account_id, us HAVING count(DISTINCT lower(handle)) = 1
)
SELECT account_id, before, us, 'handle' AS what
FROM (SELECT *, lag(handle) OVER last AS old, lag(us) OVER last AS before FROM seen
      WINDOW last AS (PARTITION BY account_id ORDER BY us))
WHERE handle <> old;

-- name: store
-- App stores of different places at different times; `store_places` says what place a value means.
WITH seen AS (
  SELECT s.account_id, epoch_us(s.observed_at) AS us, min(p.place) AS place
  FROM signals s JOIN store_places p ON p."value" = s."value"
  WHERE s.signal = 'store_country' AND s.observed_at IS NOT NULL
  GROUP BY s.account_id, us HAVING count(DISTINCT p.place) = 1
)
SELECT account_id, before, us, 'store' AS what
FROM (SELECT *, lag(place) OVER last AS old, lag(us) OVER last AS before FROM seen
      WINDOW last AS (PARTITION BY account_id ORDER BY us))
WHERE place <> old;

-- name: told
-- Changes that a source states; `change_signals` says what changed.
SELECT s.account_id, epoch_us(s.observed_at) AS before, epoch_us(s.observed_at) AS us, c.what
FROM signals s JOIN change_signals c ON c.signal = s.signal WHERE s.observed_at IS NOT NULL;

-- name: dated
-- Every dated row of evidence: a time belongs to one window. What is used for a while counts where it was first used.
CREATE OR REPLACE TEMP VIEW dated AS
SELECT account_id, "at", source, record, kind = 'registration' AS registration FROM logins
UNION ALL SELECT account_id, "at", source, record, false FROM posts
UNION ALL SELECT account_id, observed_at, source, record, signal = 'registration_country' FROM signals
          WHERE observed_at IS NOT NULL AND signal NOT IN (SELECT signal FROM change_signals)
UNION ALL SELECT account_id, coalesce(first_seen, last_seen), source, record, false FROM identifiers
          WHERE coalesce(first_seen, last_seen) IS NOT NULL
UNION ALL SELECT account_id, observed_at, source, record, false FROM accounts WHERE observed_at IS NOT NULL
UNION ALL SELECT account_id, first_seen, source, record, false FROM ties WHERE first_seen IS NOT NULL;

-- name: everyone
SELECT DISTINCT account_id FROM dated;

-- name: counts
-- Dated rows between two cuts, those of registration apart.
SELECT c.account_id, c.number, coalesce(d.registration, false) AS registration, count(*) AS rows,
       min(epoch_us(d."at")) AS first, max(epoch_us(d."at")) AS last
FROM cuts c JOIN dated d ON d.account_id = c.account_id AND epoch_us(d."at") >= c.starts AND epoch_us(d."at") < c.ends
GROUP BY ALL ORDER BY ALL;

-- name: held
-- What accounts used together with others, window by window. `spans` has the windows of accounts that have several; the
-- others have one, the run itself. `hold_kinds` says how strongly each kind ties, `private_addresses` which are homes.
-- Registration rows are of window 0. A use without a time is in no window.
CREATE OR REPLACE TEMP TABLE held AS
WITH uses AS (
  SELECT i.account_id, i.kind, i."value", epoch_us(coalesce(i.first_seen, i.last_seen)) AS first,
         epoch_us(coalesce(i.last_seen, i.first_seen)) AS last, false AS registration, i.source || ':' || i.record AS locator
  FROM identifiers i
  UNION ALL
  SELECT account_id, 'device', device_id, epoch_us("at"), epoch_us("at"), coalesce(kind = 'registration', false),
         source || ':' || record
  FROM logins WHERE device_id IS NOT NULL
  UNION ALL
  SELECT account_id, 'cookie', cookie_id, epoch_us("at"), epoch_us("at"), coalesce(kind = 'registration', false),
         source || ':' || record
  FROM logins WHERE cookie_id IS NOT NULL
  UNION ALL
  SELECT l.account_id, 'ip_day', l.ip || '/' || epoch_us(l."at") // 86400000000, epoch_us(l."at"), epoch_us(l."at"),
         coalesce(l.kind = 'registration', false), l.source || ':' || l.record
  FROM logins l JOIN private_addresses p ON p.ip = l.ip
), shared AS (
  SELECT u.kind, u."value", count(DISTINCT u.account_id) AS degree, any_value(k.hold) AS hold
  FROM uses u JOIN hold_kinds k ON k.kind = u.kind
  GROUP BY u.kind, u."value" HAVING count(DISTINCT u.account_id) BETWEEN 2 AND $max_degree
), told AS (
  SELECT u.*, s.hold / (1 + $crowding * (s.degree - 2)) AS weight FROM uses u JOIN shared s USING (kind, "value")
)
SELECT t.account_id, coalesce(w.run, $run) AS run, w.run IS NOT NULL AS windowed, t.kind, t."value", t.weight,
       min(greatest(t.first, w.starts)) AS first, max(least(t.last, w.ends)) AS last, min(t.locator) AS locator
FROM told t LEFT JOIN spans w ON w.account_id = t.account_id
WHERE w.run IS NULL
   OR (w.registration = t.registration AND t.first IS NOT NULL AND (t.registration OR (t.first < w.ends AND t.last >= w.starts)))
GROUP BY ALL;

-- name: heard
-- One message a window and another account: over the strongest thing they share, from the window in which the other one
-- used it last before this window ended.
WITH pairs AS (
  SELECT a.account_id AS account, a.run, b.account_id AS other, b.run AS heard_in, a.kind, a."value", a.weight,
         a.first, a.last, a.locator AS mine, b.locator AS theirs,
         row_number() OVER (PARTITION BY a.account_id, a.run, b.account_id
                            ORDER BY a.weight DESC, coalesce(b.first <= a.last, true) DESC, b.last DESC, a.kind, a."value") AS best,
         count(DISTINCT a."value") OVER (PARTITION BY a.account_id, a.run, b.account_id, a.kind) AS n
  FROM held a JOIN held b ON b.kind = a.kind AND b."value" = a."value" AND b.account_id <> a.account_id
  WHERE a.windowed
)
SELECT account, run, other, heard_in, kind, weight, n, epoch(make_timestamptz(first)), epoch(make_timestamptz(last)),
       [mine, theirs] AS locators
FROM pairs WHERE best = 1 ORDER BY account, run, other;
