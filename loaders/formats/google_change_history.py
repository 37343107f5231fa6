"""Google, `ChangeHistory.html` of Takeout and returns (formats.md, 5.3): no source tells its labels, so the user does.

A page of which no label is in the user's table is refused, with its labels, so that it can be loaded with one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import Holder
from attrigraph.loaders.formats.label_pages import Labels, pairs_of, records_of
from attrigraph.loaders.formats.pages import page_of, parse_page
from attrigraph.loaders.formats.reading import nearest, owned
from attrigraph.loaders.sniff import Head

__all__ = ["FORMAT"]

NAME = re.compile(r"\.?ChangeHistory[^/]*\.html?$", re.IGNORECASE)
OF_GOOGLE = re.compile(rb"google", re.IGNORECASE)
WHOSE = {"Google Account ID": "account_id", "Gaia ID": "account_id"}
"""Labels of Google's other pages and tables that are known."""
SHOWN = 40
MASKED = frozenset("Xx*#")


def recognises(head: Head) -> Match | None:
    """A page of Google with the name of the file: nothing that stands in it is known."""
    known = head.kind == "html" and NAME.search(head.label) and OF_GOOGLE.search(head.start)
    return Match(90, "change history") if known else None


def read(head: Head) -> Iterator[Row | Reject]:
    """What the user's table says of the page; a remark for every other label."""
    labels, page = Labels.told(WHOSE | dict(head.mapping)), page_of(head)
    records = [*pairs_of(page), *records_of(page)]
    account = head.account or _real(labels.account(records)) or nearest(head, [".SubscriberInfo.html"], _told_by)
    rows = list(labels.rows(Holder(account or "", "google"), records))
    remarks = list(labels.unknown(records))
    yield from labels.unused(records)
    if rows:
        yield from remarks
        yield from owned(account, iter(rows))
    elif remarks:
        named = list(dict.fromkeys(remark.field for remark in remarks))
        said = ", ".join(named[:SHOWN]) + (f" and {len(named) - SHOWN} more" if len(named) > SHOWN else "")
        yield Reject(
            "$", "", "", f'nothing says what its labels mean ({said}): name one with --map "{named[0]}=signal"'
        )


def _real(account: str | None) -> str | None:
    return account if account and not set(account) <= MASKED else None


def _told_by(content: bytes) -> str | None:
    """The account of the subscriber page beside this one."""
    records = list(pairs_of(parse_page(content.decode("utf-8", "replace"))))
    return _real(Labels.told(WHOSE).account(records))


FORMAT = Format(
    name="google-change-history",
    title="Google account change history",
    help="ChangeHistory.html of Google Takeout and of legal returns, read by the labels that --map names.",
    grade="C3",
    looks_for="a page of Google named ChangeHistory.html",
    recognises=recognises,
    read=read,
    platform="google",
    timezone="UTC",
    gives=(
        Gives("a label that --map names", "signals, identifiers, accounts, logins", "", '--map "Its label=phone"'),
        Gives("a cell that --map names as a change", "signals: phone_change, email_change, handle_change"),
        Gives("Google Account ID", "the account", "", "else of SubscriberInfo.html beside it, else --account"),
    ),
    ignores=("every other label: named in a remark, the page is refused where no label is known",),
    example="Google Account/name.ChangeHistory.html",
)
