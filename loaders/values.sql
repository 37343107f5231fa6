-- How a cell of a file becomes a value: one macro a kind (`read_…`), text in, NULL for "missing or not readable"; and
-- why it could not be read (`…_problem`). The commonest form of each kind comes first, for speed.
-- `loaders/values.py` says which macro reads which column; docs/formats.md says the same in words.

-- Cells ------------------------------------------------------------------------------------------------------------
-- Missing: empty, NA, N/A, NaN, null, None, - and \N. Not so in text a person wrote (verbatim): only empty is missing.
-- (Written for speed: trim is slow, and of IN duckdb makes a join; the common cell meets neither. Words are looked up in
-- maps, because of CASE text WHEN ... duckdb computes the text once for each WHEN.)
CREATE OR REPLACE MACRO spaced(x) AS starts_with(x, ' ') OR ends_with(x, ' ');
CREATE OR REPLACE MACRO is_missing(x) AS
  strlen(x) <= 4
  AND list_contains(['', 'NA', 'N/A', 'n/a', 'NaN', 'nan', 'null', 'NULL', 'Null', 'None', '-', '\N'], x);
CREATE OR REPLACE MACRO cell(x) AS
  CASE WHEN spaced(x) THEN CASE WHEN is_missing(trim(x)) THEN NULL ELSE trim(x) END
       WHEN is_missing(x) THEN NULL
       ELSE x END;
CREATE OR REPLACE MACRO verbatim(x) AS nullif(x, '');
-- A place: "NA" is Namibia, unless the file writes NA for missing cells elsewhere.
CREATE OR REPLACE MACRO place_cell(x, na_is_missing) AS
  CASE WHEN NOT na_is_missing AND trim(x) = 'NA' THEN 'NA' ELSE cell(x) END;

-- Text -------------------------------------------------------------------------------------------------------------
CREATE OR REPLACE MACRO up_to(c, longest) AS CASE WHEN strlen(c) <= longest OR length(c) <= longest THEN c END;
CREATE OR REPLACE MACRO read_verbatim(x, longest) AS
  CASE WHEN x = '' THEN NULL WHEN strlen(x) <= longest OR length(x) <= longest THEN x END;
CREATE OR REPLACE MACRO read_text(x, longest) AS
  CASE WHEN spaced(x) THEN up_to(cell(x), longest)
       WHEN is_missing(x) THEN NULL
       WHEN strlen(x) <= longest OR length(x) <= longest THEN x END;

-- Mail addresses, and telephone numbers with their calling code, masked wherever they stand in a text; what is masked
-- already stays as it is.
CREATE OR REPLACE MACRO mails_masked(x) AS
  regexp_replace(x, '([^\s…"''@,;:=/\\<>(){}\[\]])[^\s…"''@,;:=/\\<>(){}\[\]]*@([\w-]+\.[\w.-]+|[\w.-]*$)', '\1…@\2', 'g');
CREATE OR REPLACE MACRO phones_masked(x) AS
  regexp_replace(x, '\+([1-9]\d)(?:(?:[ ().-]{0,2}\d){5,17}|\d{4})[ ().-]{0,2}(\d)[ ().-]{0,2}(\d)', '+\1…\2\3', 'g');
CREATE OR REPLACE MACRO contacts_masked(x) AS
  CASE WHEN contains(x, '@') THEN phones_masked(mails_masked(x)) WHEN contains(x, '+') THEN phones_masked(x) ELSE x END;

-- Ids --------------------------------------------------------------------------------------------------------------
-- 1.2E+18 and 1234567890123456789.0 were spreadsheet numbers: their last digits are gone.
CREATE OR REPLACE MACRO digits_lost(x) AS
  (contains(x, '.') OR contains(x, 'E+') OR contains(x, 'e+') OR strlen(x) <= 6)
  AND regexp_full_match(x, '\d(\.\d+)?[eE]\+?\d+|\d{16,}\.0+');
CREATE OR REPLACE MACRO id_problem(x) AS
  CASE WHEN contains(x, chr(0)) THEN 'holds a NUL character'
       WHEN strlen(x) > 256 THEN 'longer than 256 bytes'
       WHEN digits_lost(x) THEN 'digits lost to scientific or decimal notation' END;
CREATE OR REPLACE MACRO whole(x) AS
  CASE WHEN ends_with(x, '.0') AND regexp_full_match(x, '\d{1,15}\.0') THEN left(x, -2) ELSE x END;
-- A whole number in plain digits is an id without further questions.
CREATE OR REPLACE MACRO is_digits(x) AS try_cast(x AS UBIGINT)::VARCHAR = x;
CREATE OR REPLACE MACRO any_id(c) AS CASE WHEN id_problem(c) IS NULL THEN whole(c) END;
CREATE OR REPLACE MACRO read_id(x) AS CASE WHEN x IS NULL THEN NULL WHEN is_digits(x) THEN x ELSE any_id(cell(x)) END;

CREATE OR REPLACE MACRO known_platform(x) AS x = 'x' OR list_contains([
  'x', 'facebook', 'instagram', 'threads', 'tiktok', 'youtube', 'telegram', 'reddit', 'mastodon', 'bluesky', 'vk', 'ok',
  'weibo', 'douyin', 'snapchat', 'linkedin', 'discord', 'whatsapp', 'pinterest', 'tumblr', 'twitch', 'gab', 'rumble', 'simulated'], x);
CREATE OR REPLACE MACRO usual_platform(x) AS map_extract_value(MAP {
  'twitter': 'x', 'x.com': 'x', 'twitter.com': 'x', 'fb': 'facebook', 'facebook.com': 'facebook', 'ig': 'instagram',
  'insta': 'instagram', 'yt': 'youtube', 'tg': 'telegram', 'vkontakte': 'vk', 'vk.com': 'vk'}, x);
CREATE OR REPLACE MACRO any_platform(x) AS
  coalesce(usual_platform(x), CASE WHEN regexp_full_match(x, '[a-z][a-z0-9_.-]{0,30}') THEN x END);
CREATE OR REPLACE MACRO read_platform(x) AS CASE WHEN known_platform(x) THEN x ELSE any_platform(lower(trim(x))) END;
-- The platform of a row: its own, or the one given for the file when the cell is missing.
CREATE OR REPLACE MACRO row_platform(x, given) AS
  CASE WHEN known_platform(x) THEN x WHEN cell(x) IS NULL THEN given ELSE read_platform(cell(x)) END;
-- The platform an id names itself (x:1042); did:, urn: and addresses are not platforms.
CREATE OR REPLACE MACRO own_platform(x) AS
  CASE WHEN contains(x, ':') AND regexp_matches(x, '^[A-Za-z][A-Za-z0-9_.-]{0,30}:[^/:]')
        AND NOT list_contains(['did', 'urn', 'acct', 'http', 'https', 'at'], lower(split_part(x, ':', 1)))
       THEN read_platform(split_part(x, ':', 1)) END;
CREATE OR REPLACE MACRO after_colon(x) AS substring(x, strpos(x, ':') + 1);
CREATE OR REPLACE MACRO native_id(x) AS CASE WHEN starts_with(x, '@') THEN whole(x[2:]) ELSE whole(x) END;
-- c: the cell; own: own_platform(c); platform: of the row. Either may be NULL.
CREATE OR REPLACE MACRO account_problem(c, own, platform) AS
  CASE WHEN id_problem(c) IS NOT NULL THEN id_problem(c)
       WHEN id_problem(after_colon(c)) IS NOT NULL THEN id_problem(after_colon(c))
       WHEN c = '@' OR ends_with(c, ':') THEN 'not an account id'
       WHEN platform IS NULL AND own IS NULL THEN 'the platform is not known'
       WHEN platform IS NOT NULL AND own <> platform AND known_platform(own)
       THEN 'the id names another platform than the row' END;
CREATE OR REPLACE MACRO read_account(c, own, platform) AS
  CASE WHEN is_digits(c) THEN platform || ':' || c
       WHEN c IS NULL OR account_problem(c, own, platform) IS NOT NULL THEN NULL
       WHEN platform IS NULL OR own = platform THEN own || ':' || native_id(after_colon(c))
       ELSE platform || ':' || native_id(c) END;

-- Times ------------------------------------------------------------------------------------------------------------
-- A count since 1970: seconds below 1e11, milliseconds below 1e14, microseconds below 1e17.
-- Whole numbers only: a cast to DECIMAL costs a hundred times a cast to BIGINT.
CREATE OR REPLACE MACRO unix_micros(whole, fraction) AS
  CASE WHEN whole < 100000000000 THEN whole * 1000000 + rpad(fraction[1:6], 6, '0')::BIGINT
       WHEN whole < 100000000000000 THEN whole * 1000 + rpad(fraction[1:3], 3, '0')::BIGINT
       WHEN whole < 100000000000000000 THEN whole END;
CREATE OR REPLACE MACRO unix_time(x) AS
  make_timestamptz(unix_micros(try_cast(split_part(x, '.', 1) AS BIGINT), split_part(x, '.', 2)));
CREATE OR REPLACE MACRO is_number(x) AS regexp_full_match(x, '\d{1,17}(\.\d{1,9})?');
CREATE OR REPLACE MACRO has_zone(x) AS
  regexp_full_match(x, '\d{4}[-/]\d\d?[-/]\d\d?[T ]\d\d?:\d\d(:\d\d([.,]\d+)?)? ?([Zz]|UTC|GMT|[+-]\d\d(:?\d\d)?)');
CREATE OR REPLACE MACRO no_zone(x) AS
  regexp_full_match(x, '\d{4}[-/]\d\d?[-/]\d\d?([T ]\d\d?:\d\d(:\d\d([.,]\d+)?)?)?');
CREATE OR REPLACE MACRO is_www(x) AS
  regexp_full_match(x, '[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (UTC|GMT|[+-]\d{4}) \d{4}');
CREATE OR REPLACE MACRO iso(x) AS replace(replace(x, '/', '-'), ',', '.');
CREATE OR REPLACE MACRO iso_zone(x) AS
  CASE WHEN regexp_matches(x, '([Zz]|UTC|GMT)$') THEN '+00'
       WHEN regexp_matches(x, '[+-]\d\d:?[0-5]\d$') THEN replace(regexp_extract(x, '[+-]\d\d:?\d\d$'), ':', '')[1:3] || ':' || right(x, 2)
       ELSE right(x, 3) END;
CREATE OR REPLACE MACRO iso_local(x) AS regexp_replace(iso(x), ' ?([Zz]|UTC|GMT|[+-]\d\d(:?\d\d)?)$', '');
CREATE OR REPLACE MACRO iso_seconds(x) AS CASE WHEN regexp_matches(x, '[T ]\d\d?:\d\d$') THEN x || ':00' ELSE x END;
CREATE OR REPLACE MACRO iso_instant(c, zone) AS
  CASE WHEN has_zone(c) THEN
         CASE WHEN abs(try_cast(left(iso_zone(c), 3) AS INTEGER)) <= 15
              THEN try_cast(iso_seconds(iso_local(c)) || iso_zone(c) AS TIMESTAMPTZ) END
       WHEN no_zone(c) AND zone IS NOT NULL THEN timezone(zone, try_cast(iso_seconds(iso(c)) AS TIMESTAMP)) END;
-- Other ways to write a time that can mean one thing only, as ISO 8601; NULL for the rest. English names of months in
-- full or in three letters ("mar" begins other months in other languages); 2026年2月13日; 20260213T140500Z; UTC+3.
CREATE OR REPLACE MACRO whole_zone(c) AS regexp_replace(c, '([ \d][+-])(\d)(:?\d\d)?$', '\10\2\3');
CREATE OR REPLACE MACRO one_zone(c) AS whole_zone(regexp_replace(
  regexp_replace(regexp_replace(c, '(UTC|GMT|Z|[+-]\d\d:?\d\d) *\([^()]*\)$', '\1'), '([+-]\d\d:?\d\d) [A-Z]{3,5}$', '\1'),
  ' ?(?:UTC|GMT) ?([+-])(\d{1,2})(:?\d\d)?$', ' \1\2\3'));
CREATE OR REPLACE MACRO date_first(c) AS
  regexp_replace(c, '^(\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?) *(?:[·,-] *)?(.*\d)$', '\2 \1');
CREATE OR REPLACE MACRO month_number(name) AS
  lpad(((strpos('janfebmaraprmayjunjulaugsepoctnovdec', lower(left(name, 3))) + 2) // 3)::VARCHAR, 2, '0');
CREATE OR REPLACE MACRO hour_of(hour, half) AS
  CASE WHEN half = '' THEN hour
       WHEN hour::INTEGER BETWEEN 1 AND 12
       THEN ((hour::INTEGER % 12) + CASE WHEN lower(half[1]) = 'p' THEN 12 ELSE 0 END)::VARCHAR END;
CREATE OR REPLACE MACRO written_parts(c) AS regexp_extract(c, replace(
  '(?i)^(?:(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]? +)?(?:'
  || '(\d{1,2})(?:st|nd|rd|th)?[ ./-]+(MONTH)[.,]?[ ,/-]+(\d{4})|(MONTH)[. ]+(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})'
  || '|(\d{4})[ -](MONTH)[ -](\d{1,2}))'
  || '(?:(?:,? +(?:at +)?|:)(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)? ?(am|pm|a\.m\.|p\.m\.)?)?( ?(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?$',
  'MONTH', 'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?'),
  ['d1', 'm1', 'y1', 'm2', 'd2', 'y2', 'y3', 'm3', 'd3', 'hour', 'minute', 'second', 'half', 'zone']);
CREATE OR REPLACE MACRO written_time(c) AS list_transform([written_parts(c)], lambda p:
  CASE WHEN concat(p.y1, p.y2, p.y3) <> ''
       THEN concat(p.y1, p.y2, p.y3, '-', month_number(concat(p.m1, p.m2, p.m3)), '-', concat(p.d1, p.d2, p.d3)) ||
            CASE WHEN p.minute = '' THEN ''
                 ELSE concat(' ', hour_of(p.hour, p.half)) || concat(':', p.minute, ':', coalesce(nullif(p.second, ''), '00')) END
            || upper(trim(p.zone)) END)[1];
-- A lambda makes its regular expressions anew for every vector: cells without a year are spared it.
CREATE OR REPLACE MACRO may_be_respelt(c) AS strlen(c) <= 100 AND regexp_matches(c, '\d{4}');
CREATE OR REPLACE MACRO respelt(c) AS
  CASE WHEN regexp_matches(c, '^\d{4} ?[年년]')
       THEN trim(regexp_replace(one_zone(c), '^(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]', '\1-\2-\3'))
       WHEN regexp_matches(c, '^\d{8}T\d{6}')
       THEN regexp_replace(one_zone(c), '^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)', '\1-\2-\3 \4:\5:\6')
       WHEN regexp_matches(c, '^\d{4}[-/]\d') THEN one_zone(c)
       ELSE written_time(date_first(one_zone(c))) END;
CREATE OR REPLACE MACRO any_instant(c, zone) AS
  CASE WHEN c IS NULL THEN NULL
       WHEN is_number(c) THEN unix_time(c)
       WHEN has_zone(c) OR no_zone(c) THEN iso_instant(c, zone)
       WHEN is_www(c) THEN try_strptime(replace(replace(c, 'UTC', '+0000'), 'GMT', '+0000'), '%a %b %d %H:%M:%S %z %Y')
       WHEN may_be_respelt(c) THEN list_transform([respelt(c)], lambda r: iso_instant(r, zone))[1] END;
-- 31/12/2024, 12-31-24 10:00 PM: which of day and month comes first has to be told, as formats of strptime.
CREATE OR REPLACE MACRO is_ordered(x) AS
  regexp_full_match(x, '\d{1,2}[./-]\d{1,2}[./-](\d{2}|\d{4})([ T,].*)?');
CREATE OR REPLACE MACRO ordered_time(x, formats) AS
  try_strptime(regexp_replace(regexp_replace(regexp_replace(x, '[./-]', '/', 'g'), '(,? +|T)', ' '), ' ?(UTC|GMT|Z)$', ''), formats);
CREATE OR REPLACE MACRO ordered_instant(x, formats, zone) AS
  timezone(CASE WHEN regexp_matches(x, '(UTC|GMT|Z)$') THEN 'UTC' ELSE zone END, ordered_time(x, formats));
-- The forms that need little work come first.
CREATE OR REPLACE MACRO is_plain(x, offset_) AS
  regexp_full_match(x, '\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?' || offset_);
CREATE OR REPLACE MACRO plain_instant(x, zone) AS
  CASE WHEN ends_with(x, 'Z') OR is_plain(x, '[+-](0\d|1[0-5])(:[0-5]\d)?') THEN try_cast(x AS TIMESTAMPTZ)
       WHEN is_number(x) THEN unix_time(x)
       WHEN zone IS NOT NULL AND is_plain(x, '') THEN timezone(zone, try_cast(x AS TIMESTAMP))
       WHEN is_plain(x, ' UTC') THEN try_cast(x[:-5] || 'Z' AS TIMESTAMPTZ)
       WHEN is_plain(x, '[+-](0\d|1[0-5])[0-5]\d') THEN try_cast(x[:-3] || ':' || x[-2:] AS TIMESTAMPTZ) END;
CREATE OR REPLACE MACRO instant(x, zone) AS coalesce(plain_instant(x, zone), any_instant(cell(x), zone));
CREATE OR REPLACE MACRO plausible(t) AS t >= TIMESTAMPTZ '1990-01-01 00:00:00+00' AND t <= now() + INTERVAL 1 DAY;
CREATE OR REPLACE MACRO read_time(instant) AS CASE WHEN plausible(instant) THEN instant END;
CREATE OR REPLACE MACRO ends_in_letters(x) AS regexp_matches(x, '[\dMm.] ?\(?[A-Z]{3,5}\)?$');
CREATE OR REPLACE MACRO without_letters(x) AS regexp_replace(x, ' ?\(?[A-Z]{3,5}\)?$', '');
CREATE OR REPLACE MACRO readable(x) AS list_transform([x], lambda r: any_instant(r, 'UTC'))[1] IS NOT NULL;
CREATE OR REPLACE MACRO time_problem(x, instant, zone) AS
  CASE WHEN instant < TIMESTAMPTZ '1990-01-01 00:00:00+00' THEN 'a time before 1990'
       WHEN instant IS NOT NULL THEN 'a time in the future'
       WHEN (zone IS NULL OR ends_in_letters(x)) AND readable(CASE WHEN ends_in_letters(x) THEN without_letters(x) ELSE x END)
       THEN CASE WHEN ends_in_letters(x) THEN 'a zone in letters, which may mean several' ELSE 'a time without a zone' END
       ELSE 'not a time' END;

-- Numbers and booleans ---------------------------------------------------------------------------------------------
CREATE OR REPLACE MACRO any_integer(x, lowest, highest) AS
  CASE WHEN regexp_full_match(x, '[+-]?\d{1,18}(\.0+)?')
        AND try_cast(split_part(x, '.', 1) AS BIGINT) BETWEEN coalesce(lowest, -9223372036854775807) AND coalesce(highest, 9223372036854775807)
       THEN try_cast(split_part(x, '.', 1) AS BIGINT) END;
CREATE OR REPLACE MACRO read_integer(x, lowest, highest) AS any_integer(cell(x), lowest, highest);
CREATE OR REPLACE MACRO integer_problem(x) AS
  CASE WHEN regexp_full_match(x, '[+-]?\d+(\.0+)?') THEN 'a number out of range' ELSE 'not a whole number' END;
CREATE OR REPLACE MACRO any_float(x, lowest, highest) AS
  CASE WHEN regexp_full_match(x, '[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?') AND isfinite(try_cast(x AS DOUBLE))
        AND try_cast(x AS DOUBLE) BETWEEN coalesce(lowest, -1.7e308) AND coalesce(highest, 1.7e308)
       THEN try_cast(x AS DOUBLE) END;
CREATE OR REPLACE MACRO read_float(x, lowest, highest) AS any_float(cell(x), lowest, highest);
CREATE OR REPLACE MACRO float_problem(x) AS
  CASE WHEN try_cast(x AS DOUBLE) IS NOT NULL THEN 'a number out of range' ELSE 'not a number' END;
CREATE OR REPLACE MACRO read_boolean(x) AS
  CASE lower(trim(x)) WHEN 'true' THEN true WHEN 't' THEN true WHEN 'yes' THEN true WHEN 'y' THEN true WHEN '1' THEN true
                WHEN 'false' THEN false WHEN 'f' THEN false WHEN 'no' THEN false WHEN 'n' THEN false WHEN '0' THEN false END;

-- Coordinates: a point as text ("38.72, -9.14"), and the same in whole degrees ------------------------------------
CREATE OR REPLACE MACRO point_part(x, n) AS try_cast(trim(split_part(x, ',', n)) AS DOUBLE);
CREATE OR REPLACE MACRO is_point(x) AS
  coalesce(abs(point_part(x, 1)) <= 90 AND abs(point_part(x, 2)) <= 180, false) AND split_part(x, ',', 3) = '';
CREATE OR REPLACE MACRO coarse_point(x) AS
  round(point_part(x, 1))::INTEGER || ',' || round(point_part(x, 2))::INTEGER;

-- Choices: usual words for the declared ones -----------------------------------------------------------------------
CREATE OR REPLACE MACRO letters_only(x) AS replace(replace(replace(lower(x), ' ', ''), '_', ''), '-', '');
CREATE OR REPLACE MACRO usual_word(x) AS map_extract_value(MAP {
  'register': 'registration', 'registered': 'registration', 'signup': 'registration',
  'accountcreation': 'registration', 'signin': 'login', 'loggedin': 'login', 'logon': 'login', 'deviceid': 'device',
  'cookieid': 'cookie', 'card': 'payment_card', 'paymentcard': 'payment_card', 'creditcard': 'payment_card',
  'phonenumber': 'phone', 'mobile': 'phone', 'tel': 'phone', 'mail': 'email', 'emailaddress': 'email',
  'website': 'domain', 'analyticsid': 'analytics', 'trackingid': 'analytics', 'googleanalytics': 'analytics',
  'adsense': 'analytics', 'pixel': 'analytics'}, x);
CREATE OR REPLACE MACRO choice_word(x) AS coalesce(usual_word(letters_only(x)), letters_only(x));
CREATE OR REPLACE MACRO read_choice(x, choices) AS
  CASE WHEN list_contains(choices, x) THEN x WHEN list_contains(choices, choice_word(cell(x))) THEN choice_word(cell(x)) END;

-- Lists: ["a", "b"] in JSON, [a, b], or one text with separators ---------------------------------------------------
CREATE OR REPLACE MACRO bare_items(x) AS
  CASE WHEN contains(x, '|') THEN string_split(x, '|')
       WHEN NOT regexp_matches(x, '[\s,;]') THEN [x]
       WHEN contains(x, '://') THEN string_split_regex(regexp_replace(x, '[,;]\s*(https?://)', ' \1', 'g'), '\s+')
       ELSE string_split_regex(x, '[\s,;]+') END;
CREATE OR REPLACE MACRO clean_items(l) AS
  list_filter(list_transform(l, lambda i: trim(i, ' ''"')), lambda i: i IS NOT NULL AND i <> '');
CREATE OR REPLACE MACRO any_list(c) AS
  CASE WHEN c IS NULL OR strlen(c) > 100000 THEN NULL
       WHEN starts_with(c, '[') AND ends_with(c, ']')
       THEN clean_items(coalesce(try_cast(try_cast(c AS JSON) AS VARCHAR[]), bare_items(c[2:-2])))
       ELSE clean_items(bare_items(c)) END;
CREATE OR REPLACE MACRO plain_list(x) AS
  CASE WHEN strlen(x) <= 4 THEN NULL
       WHEN NOT regexp_matches(x, '[\s,;|''"\[\]]') THEN [x]
       WHEN NOT regexp_matches(x, '[\s,;''"\[\]]|^\||\|\||\|$') THEN string_split(x, '|') END;
CREATE OR REPLACE MACRO read_list(x) AS coalesce(plain_list(x), any_list(cell(x)));

-- Addresses: the common cases here, everything else in the function ip_parts of loaders/cells.py -----------------------
-- Most addresses, at one look: IPv4 that does not begin with 0 or 255, IPv6 without groups of zero but for a `::` that
-- stands for two at least and is not at the beginning.
CREATE OR REPLACE MACRO usual_groups(further) AS '[1-9a-f][0-9a-f]{0,3}(:[1-9a-f][0-9a-f]{0,3}){' || further || '}';
CREATE OR REPLACE MACRO usual_short_ipv6(before, after) AS usual_groups(before) || '::(' || usual_groups(after) || ')?';
CREATE OR REPLACE MACRO usual_ip(x) AS regexp_full_match(x,
  '(25[0-4]|2[0-4]\d|1\d\d|[1-9]\d?)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}|' || usual_groups('7') || '|'
  || usual_short_ipv6('0', '0,4') || '|' || usual_short_ipv6('1', '0,3') || '|' || usual_short_ipv6('2', '0,2') || '|'
  || usual_short_ipv6('3', '0,1') || '|' || usual_short_ipv6('4', '0') || '|' || usual_groups('5') || '::');
CREATE OR REPLACE MACRO plain_ipv4(x) AS
  strlen(x) <= 15 AND x <> '0.0.0.0' AND x <> '255.255.255.255'
  AND regexp_full_match(x, '((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)');
-- As RFC 5952 writes it: small letters, no leading zeros, `::` for the only run of zeros and for two groups at least.
-- (Other runs beside a `::` may be right too, and `::ffff:` holds an IPv4 address: ip_parts reads those.)
CREATE OR REPLACE MACRO ipv6_groups(further) AS '(0|[1-9a-f][0-9a-f]{0,3})(:(0|[1-9a-f][0-9a-f]{0,3})){' || further || '}';
CREATE OR REPLACE MACRO plain_ipv6(x) AS
  contains(x, ':') AND strlen(x) <= 39 AND x <> '::' AND NOT starts_with(x, '::ffff:')
  AND CASE WHEN contains(x, '::')
           THEN regexp_full_match(x, '(' || ipv6_groups('0,5') || ')?::(' || ipv6_groups('0,5') || ')?')
                AND strlen(x) - strlen(replace(x, ':', ''))  -- colons: at most six groups
                    <= CASE WHEN starts_with(x, '::') OR ends_with(x, '::') THEN 7 ELSE 6 END
           ELSE regexp_full_match(x, ipv6_groups('7')) END
  AND CASE WHEN contains(x, ':0') OR starts_with(x, '0:') THEN NOT regexp_matches(x, '(^|:)0:(0(:|$)|:)|::0(:|$)')
           ELSE true END;
CREATE OR REPLACE MACRO plain_ip(x) AS CASE WHEN usual_ip(x) THEN true ELSE plain_ipv4(x) OR plain_ipv6(x) END;
