"""The observation tables, declared once as data.

They are the columns of the generic loaders, of the Parquet files and of `docs/tables.md`.
Every table also has the columns of `PROVENANCE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["IDENTIFIER_KINDS", "PROVENANCE", "TABLES", "Column", "Kind", "Table", "table"]

Kind = Literal[
    "account_id", "id", "text", "time", "ip", "integer", "float", "boolean", "platform", "territory", "choice", "list"
]
"""How a cell is understood: see `loaders/values.py`, one reader per kind."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `synonyms` are header names in use elsewhere (compared without case, spaces and underscores)."""

    name: str
    kind: Kind
    help: str
    required: bool = False
    synonyms: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `own` are the columns whose presence tells this table from the others when a file is recognised."""

    name: str
    help: str
    columns: tuple[Column, ...]
    own: tuple[str, ...]

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        return {c.name: c for c in self.columns}[name]


PROVENANCE: tuple[Column, ...] = (
    Column("source", "text", "id of the source: first 16 hex digits of its sha256"),
    Column("record", "text", "where in the source: line 12, $[3].about, row 7 of part 2"),
    Column("raw", "text", "the columns of the record that no table has, as JSON; absent when there are none"),
)

ACCOUNT = Column(
    "account_id", "account_id", "native id on the platform, or platform:id", True,
    ("account", "user_id", "userid", "author_id", "author", "uid", "tweet_author_id", "from_id", "actor_id", "user", "id_str"),
)  # fmt: skip
PLATFORM = Column(
    "platform",
    "platform",
    "lower-case name of the platform; --platform sets it for a file",
    False,
    ("network", "service", "site"),
)
IDENTIFIER_KINDS = ("device", "cookie", "payment_card", "phone", "email", "domain")

TABLES: tuple[Table, ...] = (
    Table(
        "accounts",
        "One row an account: what the profile shows.",
        (
            ACCOUNT,
            PLATFORM,
            Column("handle", "text", "name used in links, without @", False, ("username", "screen_name", "user_name", "login")),
            Column("display_name", "text", "name shown", False, ("name", "full_name", "nickname")),
            Column("created_at", "time", "creation of the account", False, ("created", "account_created", "account_creation_date", "join_date", "joined", "registered_at")),
            Column("location", "text", "free text of the profile", False, ("user_reported_location", "profile_location", "loc")),
            Column("language", "text", "interface language set", False, ("lang", "account_language", "ui_language", "locale")),
            Column("time_zone", "text", "time zone set", False, ("timezone", "tz", "utc_zone")),
            Column("bio", "text", "profile description", False, ("description", "about", "user_profile_description", "profile_description")),
            Column("profile_url", "text", "link shown in the profile", False, ("url", "website", "user_profile_url")),
            Column("image_hash", "text", "perceptual hash of the picture", False, ("avatar_hash", "phash")),
            Column("followers", "integer", "number of followers", False, ("follower_count", "followers_count")),
            Column("following", "integer", "number of accounts followed", False, ("following_count", "friends_count", "followees")),
        ),
        own=("handle", "display_name", "created_at", "location", "bio", "followers", "following", "profile_url", "time_zone"),
    ),
    Table(
        "logins",
        "One row a login, session or registration.",
        (
            ACCOUNT,
            PLATFORM,
            Column("at", "time", "when", True, ("time", "timestamp", "date", "datetime", "login_time", "login_at", "created_at", "event_time", "logged_in_at", "ts")),
            Column("ip", "ip", "address, IPv4 or IPv6", True, ("ip_address", "ipaddress", "ip_addr", "login_ip", "client_ip", "remote_addr", "source_ip", "src_ip")),
            Column("port", "integer", "source port", False, ("src_port", "client_port", "login_port_number")),
            Column("kind", "choice", "login, registration or session", False, ("event", "action", "type", "event_type"), ("login", "registration", "session")),
            Column("user_agent", "text", "user agent", False, ("ua", "useragent", "browser")),
            Column("device_id", "text", "device identifier", False, ("device", "deviceid")),
            Column("cookie_id", "text", "cookie identifier", False, ("cookie", "datr_cookie", "cookieid")),
        ),
        own=("ip",),
    ),
    Table(
        "posts",
        "One row a post, repost or reply.",
        (
            Column("post_id", "id", "native id of the post", False, ("tweetid", "tweet_id", "message_id", "status_id", "id")),
            ACCOUNT,
            PLATFORM,
            Column("at", "time", "when", True, ("time", "timestamp", "date", "datetime", "created_at", "tweet_time", "publish_date", "posted_at", "published_at", "created_time", "ts")),
            Column("text", "text", "text", False, ("content", "message", "tweet_text", "body", "full_text")),
            Column("language", "text", "language of the text", False, ("lang", "tweet_language", "content_language")),
            Column("urls", "list", "links in it", False, ("links", "url", "expanded_urls")),
            Column("hashtags", "list", "hashtags in it", False, ("tags", "hashtag")),
            Column("repost_of", "id", "id of the post repeated", False, ("retweet_tweetid", "repost_id", "retweet_id", "retweeted_status_id", "object_id")),
            Column("reply_to", "id", "id of the post answered", False, ("in_reply_to_tweetid", "in_reply_to_status_id", "reply_id", "in_reply_to")),
            Column("latitude", "float", "latitude, degrees", False, ("lat",)),
            Column("longitude", "float", "longitude, degrees", False, ("lon", "lng", "long")),
            Column("client", "text", "program that posted", False, ("tweet_client_name", "app", "client_name")),
        ),
        own=("post_id", "text", "urls", "hashtags", "repost_of", "reply_to"),
    ),
    Table(
        "signals",
        "One row a direct country signal.",
        (
            ACCOUNT,
            PLATFORM,
            Column("signal", "text", "name of the signal: platform_country, store_country, ...", True, ("signal_name", "indicator")),
            Column("value", "text", "as observed", True, ("country", "signal_value")),
            Column("observed_at", "time", "when it was seen", False, ("at", "seen_at", "date", "time", "timestamp")),
            Column("accurate", "boolean", "what the platform says of its own value; absent is unknown", False, ("location_accurate",)),
            Column("note", "text", "anything worth keeping", False, ("comment", "notes", "remark")),
        ),
        own=("signal", "value"),
    ),
    Table(
        "identifiers",
        "One row an identifier an account used; values are stored as keyed hashes.",
        (
            ACCOUNT,
            PLATFORM,
            Column("kind", "choice", "device, cookie, payment_card, phone, email or domain", True, ("type", "identifier_type"), IDENTIFIER_KINDS),
            Column("value", "text", "the identifier", True, ("identifier", "identifier_value")),
            Column("first_seen", "time", "first use", False, ("at", "first_at", "seen_at", "time", "timestamp", "date")),
            Column("last_seen", "time", "last use", False, ("last_at",)),
        ),
        own=("kind", "value"),
    ),
    Table(
        "ties",
        "One row a follow or friend tie.",
        (
            ACCOUNT,
            PLATFORM,
            Column("other_id", "account_id", "the other account", True, ("target_id", "friend_id", "follows", "to_id", "followed_id", "target")),
            Column("kind", "text", "follow, friend, ...", False, ("type", "relation")),
            Column("reciprocal", "boolean", "both directions", False, ("mutual",)),
            Column("first_seen", "time", "when it was first seen", False, ("at", "since", "time", "timestamp", "date")),
        ),
        own=("other_id",),
    ),
    Table(
        "claims",
        "What somebody publicly says about an account; never evidence.",
        (
            ACCOUNT,
            PLATFORM,
            Column("territory", "territory", "territory claimed, name or code", False, ("country", "claimed_territory", "claimed_country", "origin")),
            Column("organisation", "text", "organisation claimed", False, ("organization", "org", "sponsor", "claimed_organisation")),
            Column("relation", "text", "the verb, as said: operated from, linked to, ...", True, ("verb", "wording", "claim")),
            Column("claimant", "text", "who says it", True, ("claimed_by", "said_by", "by")),
            Column("claimed_at", "time", "when it was said", False, ("at", "date", "published_at", "time", "timestamp")),
            Column("url", "text", "where it was said", False, ("link", "source_url", "reference")),
            Column("grade", "text", "Admiralty grade", False, ("admiralty",)),
        ),
        own=("claimant", "relation", "organisation"),
    ),
    Table(
        "labels",
        "Resolved cases, for calibration; never evidence about themselves.",
        (
            ACCOUNT,
            PLATFORM,
            Column("territory", "territory", "where the account was operated from", True, ("country", "truth", "label")),
            Column("basis", "text", "how it is known", False, ("reason", "evidence")),
            Column("labelled_by", "text", "who says so", False, ("labeled_by", "annotator", "by")),
            Column("labelled_at", "time", "when", False, ("labeled_at", "at", "date", "time", "timestamp")),
            Column("operation", "text", "operation it belongs to", False, ("campaign", "network_name")),
        ),
        own=("basis", "operation", "labelled_by"),
    ),
)  # fmt: skip


def table(name: str) -> Table:
    """The declaration of a table. Raises KeyError for an unknown name: a bug, not an input error."""
    return {t.name: t for t in TABLES}[name]
