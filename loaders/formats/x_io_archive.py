"""Twitter's archive of information operations: users and tweets (formats.md, 8).

What the platform said of the accounts stands in the name of the file: it becomes a claim and a label, and no evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.columns import named_columns, rows_of, written_list
from attrigraph.loaders.formats.holder import filled, rest
from attrigraph.loaders.formats.reading import nobody
from attrigraph.loaders.sniff import Head
from attrigraph.territories import resolve_place

__all__ = ["FORMATS", "Campaign", "campaign_of"]

USER = (
    "userid", "user_display_name", "user_screen_name", "user_reported_location", "user_profile_description",
    "user_profile_url", "follower_count", "following_count", "account_creation_date", "account_language",
)  # fmt: skip
TWEET = ("tweetid", "tweet_text", "tweet_time")
READ = (
    *USER, *TWEET, "tweet_language", "tweet_client_name", "in_reply_to_tweetid", "retweet_tweetid", "hashtags", "urls",
    "latitude", "longitude",
)  # fmt: skip
FILE = re.compile(r"(?P<campaign>.+?)_(?:(?P<when>\d{6}|\d{4})_)?(?:(?P<part>\d+)_)?(?:users|tweets)_csv_", re.I)
NAMED: dict[str, tuple[str, str | None]] = {
    "ira": ("RU", "Internet Research Agency"),
    "gru": ("RU", "GRU"),
    "iranian": ("IR", None),
    "catalonia": ("ES", None),
    "cnhu": ("CN", None),
    "cncc": ("CN", "Changyu Culture"),
}
"""Files named by an operator or an adjective: the place and the operator in Twitter's statement about the release."""
CLAIMED = "in Twitter's archive of state-linked information operations as {}"


@dataclass(frozen=True, slots=True)
class Campaign:
    """What the name of a file says: its own words, month of the release ("2019-08"), territories, organisation."""

    name: str
    month: str | None
    territories: tuple[str, ...]
    organisation: str | None = None


def campaign_of(name: str) -> Campaign | None:
    """What the name of a file of the archive says; None for any other name.

    >>> campaign_of("china_082019_1_users_csv_hashed.csv")
    Campaign(name='china_082019_1', month='2019-08', territories=('CN',), organisation=None)
    >>> campaign_of("egypt_uae_082019_tweets_csv_hashed.csv").territories, campaign_of("sample.csv")
    (('EG', 'AE'), None)
    """
    found = FILE.match(name)
    if found is None:
        return None
    words, when = found["campaign"], found["when"]
    label = "_".join(part for part in (words, when, found["part"]) if part)
    if words.casefold() in NAMED:
        code, organisation = NAMED[words.casefold()]
        return Campaign(label, _month(when), (code,), organisation)
    return Campaign(label, _month(when), _territories(words))


def _territories(words: str) -> tuple[str, ...]:
    whole = _code(words.replace("_", " "))
    each = [_code(word) for word in words.split("_")]
    return (whole,) if whole else tuple(code for code in each if code) if all(each) else ()


def _code(word: str) -> str | None:
    place = resolve_place(word)
    return place.code if place else None


def _month(digits: str | None) -> str | None:
    """082019 and 201908 are both in use; the newest files have 0621."""
    if digits is None:
        return None
    if len(digits) == 4:
        year, month = "20" + digits[2:], digits[:2]
    else:
        year, month = (digits[:4], digits[4:]) if digits.startswith("20") else (digits[2:], digits[:2])
    return f"{year}-{month}" if "01" <= month <= "12" and "2018" <= year <= "2029" else None


def recognises_users(head: Head) -> Match | None:
    """The ten columns of accounts without those of tweets."""
    return Match(100, "users") if named_columns(head, *USER) and not named_columns(head, *TWEET) else None


def recognises_tweets(head: Head) -> Match | None:
    """The columns of tweets, which repeat the ten of the account."""
    return Match(100, "tweets") if named_columns(head, "userid", "user_screen_name", *TWEET) else None


def read_users(head: Head) -> Iterator[Row | Reject]:
    """Accounts, each with what the platform said of it."""
    campaign = campaign_of(head.name)
    yield from _unnamed(head, campaign)
    for found in rows_of(head, USER):
        if isinstance(found, Reject):
            yield found
        elif not filled(found.value.get("userid")):
            yield nobody(found.where)
        else:
            yield _account(found.value, found.where, rest(found.value, *READ))
            yield from _said(str(found.value.get("userid")), campaign, found.where)


def read_tweets(head: Head) -> Iterator[Row | Reject]:
    """Posts, and each account once."""
    campaign = campaign_of(head.name)
    yield from _unnamed(head, campaign)
    known: set[str] = set()
    for found in rows_of(head, ("userid", *TWEET)):
        if isinstance(found, Reject):
            yield found
            continue
        account = str(found.value.get("userid") or "")
        if not filled(account):
            yield nobody(found.where)
            continue
        if account not in known:
            known.add(account)
            yield _account(found.value, found.where, {})
            yield from _said(account, campaign, found.where)
        yield _post(found.value, found.where)


def _unnamed(head: Head, campaign: Campaign | None) -> Iterator[Reject]:
    if campaign is None or not campaign.territories:
        said = "the name of the file does not say which campaign this is: no claim and no label was made"
        yield Reject("$", "campaign", campaign.name if campaign else head.name, said, "field")


def _account(row: Mapping[str, Any], where: str, raw: Mapping[str, Any]) -> Row:
    """The names of accounts with few followers are hashes, the same one in every column."""
    get = row.get
    hashed = get("user_screen_name") == get("userid") and not str(get("userid")).isdigit()
    cells = {
        "account_id": get("userid"),
        "handle": None if hashed else get("user_screen_name"),
        "display_name": None if hashed else get("user_display_name"),
        "location": get("user_reported_location"),
        "bio": get("user_profile_description"),
        "profile_url": get("user_profile_url"),
        "followers": get("follower_count"),
        "following": get("following_count"),
        "created_at": get("account_creation_date"),
        "language": get("account_language"),
    }
    return Row("accounts", cells, where, {**raw, "names": "hashed"} if hashed else raw)


def _post(row: Mapping[str, Any], where: str) -> Row:
    """A tweet; "absent" and "present" stand for coordinates that were taken out."""
    get = row.get
    placed = {k: v for k, v in ((k, get(k)) for k in ("latitude", "longitude")) if v not in ("absent", "present")}
    withheld = {"coordinates": "withheld"} if get("latitude") == "present" else {}
    cells = {
        "post_id": get("tweetid"),
        "account_id": get("userid"),
        "at": get("tweet_time"),
        "text": get("tweet_text"),
        "language": get("tweet_language"),
        "urls": written_list(get("urls")),
        "hashtags": written_list(get("hashtags")),
        "repost_of": get("retweet_tweetid"),
        "reply_to": get("in_reply_to_tweetid"),
        "client": get("tweet_client_name"),
    }
    return Row("posts", cells | placed, where, rest(row, *READ) | withheld)


def _said(account: str, campaign: Campaign | None, where: str) -> Iterator[Row]:
    """Claims of the platform, and the label of an account whose campaign has one territory."""
    if campaign is None or not campaign.territories:
        return
    several = len(campaign.territories) > 1
    relation = CLAIMED.format(campaign.name) + (", which names several countries" if several else "")
    if campaign.month:
        relation += f", released {campaign.month}"
    claim = {"account_id": account, "relation": relation, "claimant": "Twitter", "grade": "B2"}
    for code in campaign.territories:
        yield Row("claims", claim | {"territory": code}, f"{where}, {code}" if several else where)
    if campaign.organisation:
        yield Row("claims", claim | {"organisation": campaign.organisation}, f"{where}, {campaign.organisation}")
    if not several:
        label = {"territory": campaign.territories[0], "basis": "name of the archive's file", "labelled_by": "Twitter"}
        yield Row("labels", {"account_id": account, "operation": campaign.name} | label, where)


ABOUT_USERS = (
    Gives("userid", "accounts.account_id", "", "a hash for accounts with fewer than 5,000 followers"),
    Gives("user_screen_name, user_display_name", "accounts.handle, display_name", "", "left out where they are hashes"),
    Gives("user_reported_location", "accounts.location (location_text)", "E6", "the persona's"),
    Gives("account_language", "accounts.language (ui_language)", "E6", "bought accounts keep their first owner's"),
    Gives("account_creation_date, follower_count, following_count, user_profile_*", "accounts"),
    Gives("name of the file", "claims, labels", "B2", "the platform's own judgement; never evidence about the account"),
)
USERS = Format(
    name="x-io-users",
    title="Twitter information operations archive, users",
    help="<campaign>_<month>_<n>_users_csv_hashed.csv of the archive that Twitter published from 2018 to 2022.",
    grade="B2",
    looks_for="the users of a Twitter information operations archive (userid, user_screen_name, account_language, ...)",
    recognises=recognises_users,
    read=read_users,
    platform="x",
    timezone="UTC",
    gives=ABOUT_USERS,
    example="china_082019_1_users_csv_hashed.csv",
)
TWEETS = Format(
    name="x-io-tweets",
    title="Twitter information operations archive, tweets",
    help="<campaign>_<month>_<n>_tweets_csv_hashed.csv, with or without the column poll_choices.",
    grade="B2",
    looks_for="the tweets of a Twitter information operations archive (tweetid, userid, tweet_text, tweet_time, ...)",
    recognises=recognises_tweets,
    read=read_tweets,
    platform="x",
    timezone="UTC",
    gives=(
        Gives("tweetid, tweet_time, tweet_text, tweet_language, tweet_client_name", "posts", "", "minutes, UTC"),
        Gives("urls, hashtags", "posts.urls, posts.hashtags", "", "lists as Python writes them"),
        Gives("retweet_tweetid, in_reply_to_tweetid", "posts.repost_of, posts.reply_to"),
        Gives(
            "latitude, longitude", "posts.latitude, posts.longitude", "", '"absent" and "present" are no coordinates'
        ),
        *ABOUT_USERS,
    ),
    ignores=("counts of likes, replies and retweets, mentions and polls: kept in raw",),
    example="china_082019_1_tweets_csv_hashed.csv",
)
FORMATS = (USERS, TWEETS)
