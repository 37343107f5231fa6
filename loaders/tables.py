"""The observation tables, declared once as data.

They are the columns of the generic loaders, of the Parquet files and of `docs/tables.md`.
Every table also has the columns of `PROVENANCE`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

__all__ = [
    "CHANGE_SIGNALS",
    "FINE_COLUMNS",
    "IDENTIFIER_KINDS",
    "PLACE_SIGNALS",
    "PROVENANCE",
    "RECORD",
    "SIGNALS",
    "TABLES",
    "Column",
    "Kind",
    "Table",
    "fold",
    "table",
]

Kind = Literal[
    "account_id", "id", "text", "time", "ip", "integer", "float", "boolean", "platform", "territory", "choice", "list"
]
"""How a cell is understood: see `loaders/values.py`, one reader per kind."""

SQL_TYPES: dict[str, str] = {
    "time": "TIMESTAMPTZ",
    "integer": "BIGINT",
    "float": "DOUBLE",
    "boolean": "BOOLEAN",
    "list": "VARCHAR[]",
}
"""Type in Parquet by kind; every other kind is VARCHAR."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `synonyms` are header names in use elsewhere (compared without case, spaces, underscores and dots).
    `minimum` and `maximum` bound numbers. `verbatim` text is what a person wrote: only an empty cell is missing,
    while elsewhere "NA", "null", "-" and the like mean missing too.
    """

    name: str
    kind: Kind
    help: str
    required: bool = False
    synonyms: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    verbatim: bool = False

    @property
    def sql_type(self) -> str:
        """Type of the column in Parquet."""
        return SQL_TYPES.get(self.kind, "VARCHAR")


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    `own` are the columns whose presence tells this table from the others when a file is recognised; `key` names the
    column that no two rows of a file may share, unless they were seen at different times (`seen`); of `one_of`, a row
    needs at least one; `derived` columns are made at loading and never read from a file.
    """

    name: str
    help: str
    columns: tuple[Column, ...]
    own: tuple[str, ...]
    key: str | None = None
    seen: str | None = None
    one_of: tuple[str, ...] = ()
    derived: tuple[Column, ...] = ()

    @property
    def stored(self) -> tuple[Column, ...]:
        """The columns of the Parquet files, in order."""
        return (*self.columns, *self.derived, *PROVENANCE)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns no row can do without."""
        return tuple(c.name for c in self.columns if c.required)

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        return {c.name: c for c in self.columns}[name]


PROVENANCE: tuple[Column, ...] = (
    Column("source", "text", "id of the source: first 16 hex digits of its sha256"),
    Column("record", "text", "where in the source: row 12, line 12, $[3]"),
    Column("raw", "text", "the columns of the record that no table has, as JSON; absent when there are none"),
    Column(
        "unread", "text", "cells of the record that could not be read, as JSON by column; the value is unknown then"
    ),
)

RECORD = "CASE WHEN record_number IS NULL THEN record ELSE record || ' ' || record_number END"
"""SQL for the record of a row of a Parquet file. There `row` and 12 stand apart, in `record` and `record_number`: a
text a row costs a twentieth of the whole of staging. (A record without a number is whole already.)"""

ACCOUNT = Column(
    "account_id", "account_id", "native id on the platform, or platform:id", True,
    ("account", "user_id", "userid", "author_id", "author", "uid", "tweet_author_id", "from_id", "actor_id", "user", "id_str",
     "author_meta_id", "did"),
)  # fmt: skip
PLATFORM = Column(
    "platform",
    "platform",
    "lower-case name of the platform; --platform sets it for a file",
    False,
    ("network", "service", "site"),
)
RESOLVED = Column(
    "territory", "text",
    "of coordinates: the territories they lie in, found before they are made coarse; several near a border, with spaces; "
    "an empty text at sea",
)  # fmt: skip
FINE_COLUMNS = frozenset({
    "latitude", "lat", "longitude", "lon", "lng", "long", "coordinates", "coordinate", "geo", "geolocation", "geopoint",
    "gps", "gpslatitude", "gpslongitude", "latlon", "latlong", "latlng", "place", "city", "cityname", "town", "region",
    "postalcode", "postcode", "zip", "zipcode", "street", "streetaddress", "address", "address1", "address2",
    "addressline1", "addressline2", "homeaddress", "postaladdress", "mailingaddress", "billingaddress", "shippingaddress",
})  # fmt: skip
"""Columns without a table column that hold a fine location, folded as headers are: not kept in `raw` by default."""
SIGNALS: dict[str, str] = {
    "platform_country": "network", "platform_region": "network", "admin_country": "network",
    "phone_region": "acquisition", "sim_carrier": "acquisition", "store_country": "acquisition",
    "payment_currency": "acquisition", "payment_country": "acquisition", "registration_country": "acquisition",
    "location_text": "persona", "timezone_setting": "persona", "ui_language": "persona",
    "display_language": "persona", "declared_country": "persona", "content_language": "persona",
    "activity_times": "behaviour", "geotag": "geotag", "linked_domain": "web",
}  # fmt: skip
"""Signal name -> dependence class, for the `signals` table (evidence model, section 3). Other names load, with a note."""
CHANGE_SIGNALS: dict[str, str] = {
    "handle_change": "handle", "phone_change": "phone", "email_change": "mail", "store_change": "store",
    "window_start": "analyst",
}  # fmt: skip
"""Signal name -> what began anew for the account at `observed_at`: a time window, no evidence about a territory."""
PLACE_SIGNALS = (
    "platform_country", "platform_region", "admin_country", "phone_region", "sim_carrier", "store_country",
    "payment_country", "payment_currency", "registration_country", "declared_country",
)  # fmt: skip
"""Signals whose value names a place, or (a currency, a carrier) those it is used in; the value of any other never reads as a territory code ("ar" is a language)."""
IDENTIFIER_KINDS = ("device", "cookie", "payment_card", "phone", "email", "domain", "analytics")

TABLES: tuple[Table, ...] = (
    Table(
        "accounts",
        "One row an account: what the profile shows.",
        (
            ACCOUNT,
            PLATFORM,
            Column("handle", "text", "name used in links, without @", False, ("username", "screen_name", "user_screen_name", "user_name", "login"), verbatim=True),
            Column("display_name", "text", "name shown", False, ("name", "user_display_name", "full_name", "nickname"), verbatim=True),
            Column("created_at", "time", "creation of the account", False, ("created", "account_created", "account_creation_date", "join_date", "joined", "registered_at")),
            Column("location", "text", "free text of the profile", False, ("user_reported_location", "profile_location", "loc")),
            Column("language", "text", "interface language set", False, ("lang", "account_language", "ui_language", "locale")),
            Column("time_zone", "text", "time zone set", False, ("timezone", "tz", "utc_zone")),
            Column("bio", "text", "profile description", False, ("description", "about", "user_profile_description", "profile_description"), verbatim=True),
            Column("profile_url", "text", "link shown in the profile", False, ("url", "website", "user_profile_url")),
            Column("image_hash", "text", "perceptual hash of the picture", False, ("avatar_hash", "phash")),
            Column("followers", "integer", "number of followers", False, ("follower_count", "followers_count"), minimum=0),
            Column("following", "integer", "number of accounts followed", False, ("following_count", "friends_count", "followees"), minimum=0),
            Column("observed_at", "time", "when the profile was seen", False, ("seen_at", "captured_at", "collected_at", "crawled_at", "snapshot_at", "retrieved_at", "as_of")),
        ),
        own=("handle", "display_name", "created_at", "location", "bio", "followers", "following", "profile_url", "time_zone"),
        key="account_id",
        seen="observed_at",
    ),
    Table(
        "logins",
        "One row a login, session or registration.",
        (
            ACCOUNT,
            PLATFORM,
            Column("at", "time", "when", True, ("time", "timestamp", "date", "datetime", "login_time", "login_at", "created_at", "event_time", "logged_in_at", "ts", "date_utc", "time_utc", "timestamp_utc", "datetime_utc", "login_date", "signin_time", "access_time", "dateline")),
            Column("ip", "ip", "address, IPv4 or IPv6", True, ("ip_address", "ipaddress", "ip_addr", "login_ip", "client_ip", "remote_addr", "source_ip", "src_ip", "remote_address", "remote_ip", "user_ip", "client_ip_address", "login_ip_address")),
            Column("port", "integer", "source port", False, ("src_port", "client_port", "login_port_number"), minimum=1, maximum=65535),
            Column("kind", "choice", "login, registration or session", False, ("event", "action", "type", "event_type"), ("login", "registration", "session")),
            Column("user_agent", "text", "user agent", False, ("ua", "useragent", "browser"), verbatim=True),
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
            Column("at", "time", "when", True, ("time", "timestamp", "date", "datetime", "created_at", "tweet_time", "publish_date", "posted_at", "published_at", "created_time", "ts", "tweet_created_at", "create_time", "create_time_iso", "post_date", "date_posted", "published", "date_utc", "timestamp_utc", "datetime_utc")),
            Column("text", "text", "text", False, ("content", "message", "tweet_text", "body", "full_text", "raw_content", "post_text", "caption"), verbatim=True),
            Column("language", "text", "language of the text", False, ("lang", "tweet_language", "content_language")),
            Column("urls", "list", "links in it", False, ("links", "url", "expanded_urls")),
            Column("hashtags", "list", "hashtags in it", False, ("tags", "hashtag")),
            Column("repost_of", "id", "id of the post repeated", False, ("retweet_tweetid", "repost_id", "retweet_id", "retweeted_status_id", "object_id", "retweeted_id", "retweeted_tweet_id", "referenced_tweets_retweeted_id")),
            Column("reply_to", "id", "id of the post answered", False, ("in_reply_to_tweetid", "in_reply_to_status_id", "reply_id", "in_reply_to", "replied_to_id", "referenced_tweets_replied_to_id")),
            Column("latitude", "float", "latitude in degrees; stored whole unless --keep-fine-location", False, ("lat",), minimum=-90, maximum=90),
            Column("longitude", "float", "longitude in degrees; stored whole unless --keep-fine-location", False, ("lon", "lng", "long"), minimum=-180, maximum=180),
            Column("client", "text", "program that posted", False, ("tweet_client_name", "app", "client_name")),
        ),
        own=("post_id", "text", "urls", "hashtags", "repost_of", "reply_to"),
        key="post_id",
        derived=(RESOLVED,),
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
            Column("note", "text", "anything worth keeping", False, ("comment", "notes", "remark"), verbatim=True),
        ),
        own=("signal", "value"),
        derived=(RESOLVED,),
    ),
    Table(
        "identifiers",
        "One row an identifier an account used; values are stored as keyed hashes.",
        (
            ACCOUNT,
            PLATFORM,
            Column("kind", "choice", "device, cookie, payment_card, phone, email, domain, or analytics (web analytics or advertising id of a linked page)", True, ("type", "identifier_type"), IDENTIFIER_KINDS),
            Column("value", "text", "the identifier", True, ("identifier", "identifier_value")),
            Column("first_seen", "time", "first use", False, ("at", "first_at", "seen_at", "time", "timestamp", "date")),
            Column("last_seen", "time", "last use", False, ("last_at",)),
        ),
        own=("kind", "value"),
        derived=(
            Column("display", "text", "masked value for people"),
            Column("region", "text", "phone: territory of the number plan; several that share a calling code, with spaces"),
            Column("number_kind", "text", "phone: mobile, fixed_line, voip, toll_free, invalid, ...: types of libphonenumber"),
        ),
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
            Column("organisation", "text", "organisation claimed", False, ("organization", "org", "sponsor", "claimed_organisation"), verbatim=True),
            Column("relation", "text", "the verb, as said: operated from, linked to, ...", True, ("verb", "wording", "claim"), verbatim=True),
            Column("claimant", "text", "who says it", True, ("claimed_by", "said_by", "by"), verbatim=True),
            Column("claimed_at", "time", "when it was said", False, ("at", "date", "published_at", "time", "timestamp")),
            Column("url", "text", "where it was said", False, ("link", "source_url", "reference")),
            Column("grade", "text", "Admiralty grade", False, ("admiralty",)),
        ),
        own=("claimant", "relation", "organisation"),
        one_of=("territory", "organisation"),
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


@lru_cache(maxsize=4_000)
def fold(name: str) -> str:
    """A header as it is compared: without case, spaces, underscores, dots, hyphens and brackets."""
    return re.sub(r"[\s_.\-()]+", "", name.casefold())


def table(name: str) -> Table:
    """The declaration of a table. Raises KeyError for an unknown name: a bug, not an input error."""
    return {t.name: t for t in TABLES}[name]
