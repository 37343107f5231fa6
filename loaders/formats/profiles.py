"""Accounts by the address of their page: `x[.]com/harbour_news` is the account harbour_news of x."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs, unquote

from attrigraph.loaders.formats.reading import web_address

__all__ = ["WEB", "Profile", "host_of", "profile_of", "refanged"]

WEB = "web"
"""Platform of a website itself: `web:harbour.example`."""
PLATFORMS = {
    "x.com": "x", "twitter.com": "x", "facebook.com": "facebook", "fb.com": "facebook", "instagram.com": "instagram",
    "threads.net": "threads", "threads.com": "threads", "tiktok.com": "tiktok", "youtube.com": "youtube",
    "t.me": "telegram", "telegram.me": "telegram", "vk.com": "vk", "ok.ru": "ok", "reddit.com": "reddit",
    "linkedin.com": "linkedin", "pinterest.com": "pinterest", "medium.com": "medium", "quora.com": "quora",
    "rumble.com": "rumble", "gab.com": "gab", "bsky.app": "bluesky", "snapchat.com": "snapchat",
    "livejournal.com": "livejournal", "soundcloud.com": "soundcloud", "flickr.com": "flickr", "weibo.com": "weibo",
    "odysee.com": "odysee", "gettr.com": "gettr", "truthsocial.com": "truthsocial", "substack.com": "substack",
    "patreon.com": "patreon", "mastodon.social": "mastodon", "vimeo.com": "vimeo", "dailymotion.com": "dailymotion",
}  # fmt: skip
"""Host without www and m -> platform."""
UNDER = {
    "user", "u", "c", "channel", "in", "company", "profile", "people", "groups", "pages", "public", "s", "add",
}  # fmt: skip
"""Parts of a path that stand before the name."""
NO_ACCOUNT = {
    "watch", "shorts", "hashtag", "search", "intent", "share", "sharer", "status", "p", "reel", "reels", "story.php",
    "photo.php", "permalink.php", "events", "login", "home", "explore", "video", "videos", "playlist", "joinchat",
    "groups.php", "i", "r",
}  # fmt: skip
"""First parts of paths that lead to something else than an account."""
SUBDOMAINS = {"livejournal.com", "tumblr.com", "blogspot.com", "wordpress.com", "substack.com"}
LONGEST_HOST = 253
HOST = re.compile(r"[^\s/@:.]+(?:\.[^\s/@:.]+)+")
MARKS = (
    ("[.]", "."),
    ("(.)", "."),
    ("{.}", "."),
    ("[dot]", "."),
    ("(dot)", "."),
    ("[:]", ":"),
    ("{:}", ":"),
    ("[/]", "/"),
    ("\\.", "."),
)


class Profile(NamedTuple):
    """An account: its platform, and its name or number there."""

    platform: str
    native: str


def refanged(text: str) -> str:
    """A value as it was before it was made harmless.

    >>> refanged("`hxxps://x[.]com/quay`"), refanged("45[.]141[.]152[.]19")
    ('https://x.com/quay', '45.141.152.19')
    """
    plain = text.strip().strip("`").strip()
    for shown, meant in MARKS:
        plain = plain.replace(shown, meant)
    return re.sub(r"^(?:hxxp|h\*\*p|meow)(s?)(?=\[?:)", r"http\1", plain, flags=re.IGNORECASE)


def host_of(address: str) -> str | None:
    """The host of a link or a bare domain without `www.`, in lower case; None for anything else.

    >>> host_of("www.harbour.example/a"), host_of("16 accounts"), host_of("https://harbour.example:8080")
    ('harbour.example', None, 'harbour.example')
    """
    rest = re.sub(r"^[a-z]+://", "", address.strip(), flags=re.IGNORECASE)
    host = re.split(r"[/?#:]", rest, maxsplit=1)[0].casefold().strip(".").removeprefix("www.")
    if len(host) > LONGEST_HOST:
        return None
    numbers = host.replace(".", "").isdigit()
    known = HOST.fullmatch(host) and not numbers and not re.search(r"\s", rest) and re.search(r"[^\W\d]{2,}$", host)
    return host if known else None


def profile_of(address: str) -> Profile | None:
    """The account whose page an address is; None for posts, searches, and hosts that are no platform.

    >>> profile_of("twitter.com/quay/"), profile_of("https://www.tiktok.com/@quay?lang=en")
    (Profile(platform='x', native='quay'), Profile(platform='tiktok', native='quay'))
    >>> profile_of("facebook.com/profile.php?id=100064"), profile_of("youtube.com/watch?v=1")
    (Profile(platform='facebook', native='100064'), None)
    """
    host = host_of(address)
    if host is None:
        return None
    short = re.sub(r"^(?:m|mobile|web|[a-z]{2}|[a-z]{2}-[a-z]{2}|old|new)\.(?=[^.]+\.[^.]+$)", "", host)
    parent = host.split(".", 1)[-1]
    if parent in SUBDOMAINS and short == host:
        return Profile(parent.split(".")[0], host.split(".", 1)[0])
    platform = PLATFORMS.get(short)
    if platform is None:
        return None
    parts = web_address(address)
    if parts is None:
        return None
    steps = [unquote(step) for step in parts.path.split("/") if step]
    if steps and steps[0].casefold() == "profile.php":
        number = next(iter(parse_qs(parts.query).get("id", ())), None)
        return Profile(platform, number) if number else None
    return _named(platform, steps)


def _named(platform: str, steps: list[str]) -> Profile | None:
    while len(steps) > 1 and steps[0].casefold() in UNDER:
        steps = steps[1:]
    if not steps or steps[0].casefold() in NO_ACCOUNT | UNDER or steps[0].startswith("+"):
        return None
    if len(steps) > 1 and steps[1].isdigit() and platform == "facebook":
        return Profile(platform, steps[1])
    name = steps[0].removeprefix("@").strip()
    return Profile(platform, name) if name else None
