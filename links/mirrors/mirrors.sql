-- What the search for mirrors asks of the observations. Each query stands under its name; blocking.py and compare.py read
-- them from here. Tables made here live with the connection.

-- name: profiles
-- The newest known value of every column of a profile.
CREATE OR REPLACE TEMP TABLE mirror_profiles AS
SELECT account_id, last(handle ORDER BY observed_at NULLS FIRST) FILTER (handle IS NOT NULL) AS handle,
       last(display_name ORDER BY observed_at NULLS FIRST) FILTER (display_name IS NOT NULL) AS name,
       last(bio ORDER BY observed_at NULLS FIRST) FILTER (bio IS NOT NULL) AS bio,
       last(lower(image_hash) ORDER BY observed_at NULLS FIRST) FILTER (image_hash IS NOT NULL) AS picture,
       last(profile_url ORDER BY observed_at NULLS FIRST) FILTER (profile_url IS NOT NULL) AS url,
       min(created_at) AS created_at, max(followers) AS followers
FROM accounts GROUP BY account_id;

-- name: handles
-- Every handle an account is known to have had, in lower case, with the time it was seen first and last.
CREATE OR REPLACE TEMP TABLE mirror_handles AS
SELECT account_id, ltrim(lower(handle), '@') AS handle, min(observed_at) AS first_at, max(observed_at) AS last_at
FROM (SELECT account_id, handle, observed_at FROM accounts UNION ALL
      SELECT account_id, "value", observed_at FROM signals WHERE signal = 'handle_change')
WHERE handle IS NOT NULL AND NOT contains(handle, ' ') GROUP BY ALL;

-- name: texts
-- Texts of their own that accounts post, mentions and links left out, first time each; and how many accounts post them.
CREATE OR REPLACE TEMP TABLE mirror_texts AS
WITH own AS (
  SELECT account_id, "at", coalesce(post_id, source || ':' || record) AS id,
         trim(regexp_replace(regexp_replace(cleaned_text(text), 'https?://[^ ]*', '', 'g'), ' +', ' ', 'g')) AS words
  FROM posts WHERE repost_of IS NULL AND text IS NOT NULL
), each AS (
  SELECT account_id, hash(words) AS words, min("at") AS "at", arg_min(id, "at") AS id
  FROM own WHERE len(string_split(words, ' ')) >= $least_words GROUP BY account_id, hash(words)
)
SELECT *, count(*) OVER (PARTITION BY words) AS accounts FROM each;

-- name: things
-- What accounts used: devices, cookies, cards, phones, mails, and domains; values are keyed hashes.
CREATE OR REPLACE TEMP TABLE mirror_things AS
SELECT *, count(*) OVER (PARTITION BY kind, "value") AS accounts FROM (
  SELECT DISTINCT account_id, kind, "value" FROM (
    SELECT account_id, kind, "value" FROM identifiers UNION ALL
    SELECT account_id, 'device', device_id FROM logins UNION ALL
    SELECT account_id, 'cookie', cookie_id FROM logins
  ) WHERE "value" IS NOT NULL
);

-- name: keys
-- Every key of every account once. A picture that too many show is left out as one key, not as four.
CREATE OR REPLACE TEMP TABLE mirror_keys AS
SELECT DISTINCT account_id, kind, key FROM (
  SELECT account_id, 'handle' AS kind, looks(handle) AS key FROM mirror_handles UNION ALL
  SELECT account_id, 'name', looks(name) FROM mirror_profiles UNION ALL
  SELECT account_id, 'sound', sounds(name) FROM mirror_profiles UNION ALL
  SELECT account_id, 'sound', sounds(handle) FROM mirror_profiles UNION ALL
  SELECT account_id, 'picture', picture FROM mirror_profiles UNION ALL
  SELECT account_id, 'url', canonical_url(url) FROM mirror_profiles UNION ALL
  SELECT account_id, 'bio', array_to_string(words[:8], ' ')
  FROM (SELECT account_id, string_split(cleaned_text(bio), ' ') AS words FROM mirror_profiles) WHERE len(words) >= 4 UNION ALL
  SELECT account_id, 'near picture', band || ':' || substr(picture, 1 + band * (length(picture) // 4), length(picture) // 4)
  FROM mirror_profiles, range(4) AS bands(band)
  WHERE length(picture) >= 16 AND length(picture) % 4 = 0 AND regexp_full_match(picture, '[0-9a-f]+')
    AND picture NOT IN (SELECT picture FROM mirror_profiles WHERE picture IS NOT NULL GROUP BY picture HAVING count(*) > $large)
  UNION ALL
  SELECT account_id, 'kit', kind || ' ' || "value" FROM mirror_things WHERE kind <> 'domain'
) WHERE key <> '';

-- name: sizes
CREATE OR REPLACE TEMP TABLE mirror_sizes AS
SELECT kind, key, count(*) AS accounts, min(account_id) AS example FROM mirror_keys GROUP BY kind, key;

-- name: large
SELECT kind, key, accounts, accounts * (accounts - 1) // 2 AS pairs, example
FROM mirror_sizes WHERE accounts > $large ORDER BY accounts DESC, kind, key;

-- name: keyed
SELECT kind, count(DISTINCT account_id) FROM mirror_keys WHERE kind <> 'near picture' GROUP BY kind ORDER BY kind;

-- name: pairs
-- Pairs of one platform or of two, with the kinds of what they share: keys, pictures that are nearly the same, and
-- several texts that few others post.
CREATE OR REPLACE TEMP TABLE mirror_pairs AS
WITH shared AS (
  SELECT k.kind, k.key, k.account_id FROM mirror_keys k JOIN mirror_sizes s USING (kind, key)
  WHERE s.accounts BETWEEN 2 AND $large
), found AS (
  SELECT a.account_id AS one, b.account_id AS two, a.kind
  FROM shared a JOIN shared b ON a.kind = b.kind AND a.key = b.key AND a.account_id < b.account_id
  GROUP BY ALL
)
SELECT one, two, list(kind ORDER BY kind) AS kinds FROM (
  SELECT one, two, kind FROM found WHERE kind <> 'near picture' UNION ALL
  SELECT one, two, kind FROM found JOIN mirror_profiles p ON p.account_id = one JOIN mirror_profiles q ON q.account_id = two
  WHERE kind = 'near picture' AND p.picture <> q.picture AND bits_apart(p.picture, q.picture) <= $near_bits
  UNION ALL
  SELECT one, two, 'copies' FROM (
    SELECT a.account_id AS one, b.account_id AS two, count(*) AS texts FROM mirror_texts a
    JOIN mirror_texts b ON a.words = b.words AND a.account_id < b.account_id
    WHERE a.accounts BETWEEN 2 AND $rare_text AND b.accounts BETWEEN 2 AND $rare_text GROUP BY ALL
  ) WHERE texts >= $least_copies
) GROUP BY one, two;

-- name: read
SELECT p.account_id, p.handle, p.name, p.bio, p.picture, p.url, p.created_at::TIMESTAMP, p.followers, h.handles
FROM mirror_profiles p LEFT JOIN (SELECT account_id, list(handle) AS handles FROM mirror_handles GROUP BY account_id) h
USING (account_id)
WHERE account_id IN (SELECT one FROM mirror_pairs UNION SELECT two FROM mirror_pairs);

-- name: sample
-- Accounts as good as at random, the same every time.
SELECT account_id, handle, name, bio, picture FROM mirror_profiles ORDER BY md5(account_id), account_id LIMIT $accounts;

-- name: copying
-- Of accounts that post: with how many others half of them at least share one rare text, a few, or many; all of them.
WITH few AS (SELECT * FROM mirror_texts WHERE accounts BETWEEN 2 AND $rare_text),
pairs AS (
  SELECT a.account_id, b.account_id AS other, count(*) AS texts
  FROM few a JOIN few b ON a.words = b.words AND a.account_id <> b.account_id GROUP BY ALL
), of_each AS (
  SELECT account_id, count(*) FILTER (texts = 1) AS one_text, count(*) FILTER (texts BETWEEN 2 AND $many - 1) AS several,
         count(*) FILTER (texts >= $many) AS many
  FROM pairs GROUP BY account_id
)
SELECT quantile_disc(coalesce(one_text, 0), 0.5), quantile_disc(coalesce(several, 0), 0.5),
       quantile_disc(coalesce(many, 0), 0.5), count(*)
FROM (SELECT DISTINCT account_id FROM mirror_texts) LEFT JOIN of_each USING (account_id);

-- name: holders
SELECT kind, key, accounts FROM mirror_sizes WHERE accounts > 1;

-- name: copies
-- Of each pair that shares rare texts: how many, who was first how often, seconds from the one to the two, ids of posts.
WITH few AS (SELECT * FROM mirror_texts WHERE accounts BETWEEN 2 AND $rare_text)
SELECT one, two, count(*) AS texts, count(*) FILTER (a."at" < b."at") AS one_first,
       count(*) FILTER (b."at" < a."at") AS two_first,
       median(epoch_us(b."at") - epoch_us(a."at")) / 1e6 AS lag_s,
       median(abs(epoch_us(b."at") - epoch_us(a."at"))) / 1e6 AS apart_s,
       list(a.id ORDER BY a."at", a.id)[:20] AS one_ids, list(b.id ORDER BY a."at", a.id)[:20] AS two_ids
FROM mirror_pairs p JOIN few a ON a.account_id = one JOIN few b ON b.account_id = two AND a.words = b.words
GROUP BY one, two;

-- name: own_texts
SELECT account_id, count(*) FROM mirror_texts GROUP BY account_id;

-- name: shared_things
SELECT one, two, a.kind, count(*) AS things, min(a.accounts) AS accounts
FROM mirror_pairs p JOIN mirror_things a ON a.account_id = one
JOIN mirror_things b ON b.account_id = two AND a.kind = b.kind AND a."value" = b."value"
GROUP BY one, two, a.kind ORDER BY one, two, a.kind;

-- name: kinds_of_things
SELECT account_id, list(DISTINCT kind) FROM mirror_things GROUP BY account_id;

-- name: taken_handles
-- A handle of one platform that both accounts had, and that one of them gave up; who had it first, NULL when the times do
-- not tell. Two that bear it now are namesakes, where the platform allows it.
SELECT one, two, a.handle, CASE WHEN a.last_at < b.first_at THEN one WHEN b.last_at < a.first_at THEN two END AS first
FROM mirror_pairs p JOIN mirror_handles a ON a.account_id = one
JOIN mirror_handles b ON b.account_id = two AND a.handle = b.handle
JOIN mirror_profiles p1 ON p1.account_id = one JOIN mirror_profiles p2 ON p2.account_id = two
WHERE split_part(one, ':', 1) = split_part(two, ':', 1)
  AND (a.handle <> ltrim(lower(p1.handle), '@') OR b.handle <> ltrim(lower(p2.handle), '@')) ORDER BY one, two, a.handle;
