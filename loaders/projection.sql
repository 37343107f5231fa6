-- From observations to the rows of the graph. Every statement gives absolute values for the accounts in `touched`,
-- computed over all observations, so that writing them again changes nothing. `ranked` holds the sources in their order.
-- Each query stands under its name; `loaders/project.py` reads them from here.

-- name: account_sources
CREATE OR REPLACE TEMP TABLE account_sources AS
SELECT DISTINCT account_id, source FROM (
  SELECT account_id, source FROM accounts UNION ALL SELECT account_id, source FROM logins
  UNION ALL SELECT account_id, source FROM posts UNION ALL SELECT account_id, source FROM signals
  UNION ALL SELECT account_id, source FROM identifiers UNION ALL SELECT account_id, source FROM ties
  UNION ALL SELECT other_id, source FROM ties UNION ALL SELECT account_id, source FROM claims
  UNION ALL SELECT account_id, source FROM labels);

-- name: touched
CREATE OR REPLACE TEMP TABLE touched AS
SELECT DISTINCT account_id FROM account_sources WHERE list_contains($sources, source);

-- name: Account
-- The profile seen last that says something about a field wins; without dates the last source.
SELECT s.account_id AS id, split_part(s.account_id, ':', 1) AS platform,
       p.handle, p.display_name, p.created_at::TIMESTAMP AS created_at, p.location, p.language, p.time_zone,
       p.followers, p.following, s.sources
FROM (SELECT account_id, list_sort(list(source)) AS sources FROM account_sources SEMI JOIN touched USING (account_id)
      GROUP BY account_id) s
LEFT JOIN (
  SELECT account_id,
         arg_max(handle, seen) FILTER (handle IS NOT NULL) AS handle,
         arg_max(display_name, seen) FILTER (display_name IS NOT NULL) AS display_name,
         arg_max(created_at, seen) FILTER (created_at IS NOT NULL) AS created_at,
         arg_max(location, seen) FILTER (location IS NOT NULL) AS location,
         arg_max(language, seen) FILTER (language IS NOT NULL) AS language,
         arg_max(time_zone, seen) FILTER (time_zone IS NOT NULL) AS time_zone,
         arg_max(followers, seen) FILTER (followers IS NOT NULL) AS followers,
         arg_max("following", seen) FILTER ("following" IS NOT NULL) AS "following"
  FROM (SELECT *, (coalesce(observed_at, TIMESTAMPTZ '1990-01-01 00:00:00+00'), rank) AS seen
        FROM accounts JOIN ranked USING (source) SEMI JOIN touched USING (account_id)) GROUP BY account_id) p USING (account_id);

-- name: IPAddress
SELECT DISTINCT ip AS id FROM logins SEMI JOIN touched USING (account_id);

-- name: LOGGED_IN_FROM
SELECT account_id AS "start", ip AS "end", count(*) AS count, count(DISTINCT "at"::DATE) AS days,
       min("at")::TIMESTAMP AS first_seen, max("at")::TIMESTAMP AS last_seen, list_sort(list(DISTINCT source)) AS sources
FROM logins SEMI JOIN touched USING (account_id) WHERE kind IS NULL OR kind <> 'registration' GROUP BY account_id, ip;

-- name: REGISTERED_FROM
SELECT account_id AS "start", ip AS "end", count(*) AS count, count(DISTINCT "at"::DATE) AS days,
       min("at")::TIMESTAMP AS first_seen, max("at")::TIMESTAMP AS last_seen, list_sort(list(DISTINCT source)) AS sources
FROM logins SEMI JOIN touched USING (account_id) WHERE kind = 'registration' GROUP BY account_id, ip;

-- name: used
-- Identifiers of both tables, with the time of each use.
CREATE OR REPLACE TEMP TABLE used AS
SELECT account_id, kind, "value", first_seen, coalesce(last_seen, first_seen) AS last_seen, source, display, region, number_kind
FROM identifiers SEMI JOIN touched USING (account_id)
UNION ALL
SELECT account_id, 'device', device_id, "at", "at", source, NULL, NULL, NULL
FROM logins SEMI JOIN touched USING (account_id) WHERE device_id IS NOT NULL
UNION ALL
SELECT account_id, 'cookie', cookie_id, "at", "at", source, NULL, NULL, NULL
FROM logins SEMI JOIN touched USING (account_id) WHERE cookie_id IS NOT NULL;

-- name: identifier
SELECT "value" AS id, min(display) AS display, min(region) AS region, min(number_kind) AS number_kind
FROM used WHERE kind = $kind GROUP BY "value";

-- name: USED
SELECT account_id AS "start", "value" AS "end", count(*) AS count, min(first_seen)::TIMESTAMP AS first_seen,
       max(last_seen)::TIMESTAMP AS last_seen, list_sort(list(DISTINCT source)) AS sources
FROM used WHERE kind = $kind GROUP BY account_id, "value";

-- name: signals
-- One row per account, signal and value, with the newest word on accuracy.
SELECT account_id, signal, "value",
       arg_max(accurate, (coalesce(observed_at, TIMESTAMPTZ '1990-01-01 00:00:00+00'), rank)) AS accurate,
       max(observed_at)::TIMESTAMP AS observed_at, list_sort(list(DISTINCT source)) AS sources
FROM signals JOIN ranked USING (source) SEMI JOIN touched USING (account_id)
WHERE list_contains($names, signal) GROUP BY account_id, signal, "value";

-- name: claims
SELECT source || ':' || record AS id, account_id AS "start", territory, organisation, claimant, relation,
       claimed_at::TIMESTAMP AS claimed_at, grade, url, [source] AS sources
FROM claims SEMI JOIN touched USING (account_id);

-- name: TIED_WITH
SELECT account_id AS "start", other_id AS "end", coalesce(kind, 'unknown') AS kind,
       CASE WHEN bool_or(reciprocal) THEN true ELSE bool_or(reciprocal) END AS reciprocal,
       min(first_seen)::TIMESTAMP AS first_seen, list_sort(list(DISTINCT source)) AS sources
FROM ties SEMI JOIN touched USING (account_id) GROUP BY account_id, other_id, coalesce(kind, 'unknown');
