"""Columns of a table of accounts whose cells become rows of other tables: identifiers, signals, addresses of logins.

People keep one row an account with a column for each thing they know of it; observations are one row a fact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from attrigraph.duck import literal, quoted
from attrigraph.loaders.convert import Part
from attrigraph.loaders.tables import PLACE_SIGNALS, SIGNALS, fold, table

__all__ = [
    "MOMENTS",
    "SIDES",
    "SIDE_NAMES",
    "SIDE_TABLE",
    "Side",
    "counterpart",
    "is_personal",
    "is_side_name",
    "side_columns",
    "side_of",
    "side_parts",
    "undated",
]

SIDE_TABLE = "accounts"


@dataclass(frozen=True, slots=True)
class Side:
    """One such column.

    `name` is what `--map` calls it, `headers` are what else it is recognised by, folded as headers are. Its cells
    become rows of `table` of this `kind`: a kind of identifier, the name of a signal, a kind of login. `at` is the
    column of the accounts, or the moment in `MOMENTS`, that says when; a login needs it.
    """

    name: str
    table: str
    kind: str
    headers: tuple[str, ...] = ()
    at: str = "observed_at"

    @property
    def becomes(self) -> str:
        """Where the cells go, in words."""
        hashed = ", as a keyed hash" if self.table == "identifiers" else ""
        return f"{self.table}.{ROLES[self.table][1]} ({self.kind}){hashed}"

    @property
    def is_place(self) -> bool:
        """Whether "NA" may mean Namibia in its cells."""
        return self.table == "signals" and self.kind in PLACE_SIGNALS


ROLES = {
    "identifiers": ("kind", "value", "first_seen"),
    "signals": ("signal", "value", "observed_at"),
    "logins": ("kind", "ip", "at"),
}
"""Columns of the other tables that take the kind, the cell and the moment of a side."""

IDENTIFIERS = {
    "email": ("emailaddress", "mail", "mailaddress", "recoveryemail"),
    "phone": (
        "phonenumber", "telephone", "telephonenumber", "tel", "mobile", "mobilenumber", "mobilephone", "cellphone",
        "msisdn", "recoveryphone",
    ),
    "payment_card": ("cardnumber", "creditcard", "paymentcard"),
    "device": ("deviceid", "imei"),
    "cookie": ("cookieid",),
}  # fmt: skip
SIGNAL_HEADERS: dict[str, tuple[str, ...]] = {
    "platform_country": ("accountbasedin", "accountbasedincountry"),
    "admin_country": ("admincountries", "pageadmincountry", "pageadmintopcountry", "admintopcountry"),
    "phone_region": ("phonecountry", "phonecountrycode", "callingcode", "dialingcode", "diallingcode"),
    "sim_carrier": ("carrier", "mobilecarrier", "mobileoperator", "simoperator"),
    "store_country": ("appstorecountry", "appstoreregion", "playstorecountry", "googleplaycountry"),
    "payment_currency": ("currency", "billingcurrency", "adcurrency"),
    "payment_country": ("billingcountry", "cardcountry", "cardissuercountry"),
    "registration_country": ("registeredcountry", "signupcountry", "countryofregistration", "countryofsignup"),
    "declared_country": ("selfdeclaredcountry", "statedcountry"),
}
"""Headers that name a signal beyond doubt ("country" by itself does not: whose word is it?)."""
LOGIN_HEADERS = {
    "registration": ("registeredip", "signupip", "creationip", "registrationipaddress"),
    "login": ("lastip", "lastloginipaddress", "lastsigninip"),
}
SIDES: tuple[Side, ...] = (
    *(Side(kind, "identifiers", kind, headers) for kind, headers in IDENTIFIERS.items()),
    *(Side(name, "signals", name, SIGNAL_HEADERS.get(name, ())) for name in SIGNALS if name != "activity_times"),
    Side("registration_ip", "logins", "registration", LOGIN_HEADERS["registration"], "created_at"),
    Side("last_login_ip", "logins", "login", LOGIN_HEADERS["login"], "last_login_at"),
)
MOMENTS = {"last_login_at": ("lastlogin", "lastlogintime", "lastlogindate", "lastsigninat")}
"""Columns that say when, for a side: their headers, folded."""
NAMED = {name: side for side in SIDES for name in (fold(side.name), *side.headers)}
SAID_WHEN = {name: moment for moment, headers in MOMENTS.items() for name in (fold(moment), *headers)}
BY_NAME = {side.name: side for side in SIDES}
SIDE_NAMES = (*BY_NAME, *MOMENTS)
"""What `--map` may name for a table of accounts beside the columns of the table."""
FOLDED = frozenset(map(fold, SIDE_NAMES))


def is_side_name(name: str) -> bool:
    """Whether it is one of `SIDE_NAMES`, as headers are compared."""
    return fold(name) in FOLDED


def side_of(name: str) -> Side | None:
    """The side of a name that `side_columns` gave ("phone 4"); None for a moment."""
    return BY_NAME.get(name.split(maxsplit=1)[0])


def side_columns(free: Mapping[int, str], own: Collection[str]) -> dict[str, int]:
    """Sides among the columns of a table of accounts: "phone 4" for the one at position 4; moments by their name.

    `free` are the folded headers that no column of the table comes from, by position, `own` the columns it has. A login
    of which nothing says when is none.
    """
    moments = {SAID_WHEN[name]: position for position, name in free.items() if name in SAID_WHEN}
    dated = {*own, *moments}
    found = {position: NAMED[name] for position, name in sorted(free.items()) if name in NAMED}
    usable = {p: side for p, side in found.items() if side.table != "logins" or side.at in dated}
    needed = {side.at for side in usable.values()}
    return {f"{side.name} {position}": position for position, side in usable.items()} | {
        moment: position for moment, position in moments.items() if moment in needed
    }


def undated(header: str, own: Collection[str]) -> str | None:
    """The column that would have to say when, for the address of a login in a table of accounts that lacks it."""
    side = NAMED.get(fold(header))
    return side.at if side and side.table == "logins" and side.at not in own else None


def counterpart(name: str) -> str:
    """The column that one of `SIDE_NAMES` is of no use without: when a login was, or which login was then."""
    ats = {fold(side.name): side.at for side in SIDES if side.table == "logins"}
    return ats.get(fold(name)) or next(side.name for side in SIDES if fold(side.at) == fold(name))


def is_personal(header: str) -> bool:
    """Whether a column of this name holds identifiers."""
    side = NAMED.get(fold(header))
    return side is not None and side.table == "identifiers"


def side_parts(part: Part, names: Sequence[str], *, na_is_missing: bool) -> Iterator[Part]:
    """The cells of the sides of a part as parts of their own, one a table, each read in one pass."""
    sides = {name: side for name in names if (side := side_of(name))}
    for found in dict.fromkeys(side.table for side in sides.values()):
        chosen = {name: side for name, side in sides.items() if side.table == found}
        dated = any(side.at in part.columns or side.at in names for side in chosen.values())
        kind, value, moment = ROLES[found]
        shared = [name for name in ("account_id", "platform") if name in part.columns]
        facts = ", ".join(_fact(name, side, {*part.columns, *names}, na_is_missing) for name, side in chosen.items())
        roles = {"kind": kind, "cell": value} | ({"moment": moment} if dated else {})
        selected = [*shared, *(f"side.{role} AS {quoted(column)}" for role, column in roles.items())]
        yield replace(
            part,
            table=table(found),
            sql=f"SELECT record, record_number, NULL::VARCHAR AS raw, {', '.join(selected)} "
            f"FROM (SELECT *, unnest([{facts}]) AS side FROM ({part.sql})) WHERE side.filled",
            columns=(*shared, *roles.values()),
        )


def _fact(name: str, side: Side, present: Collection[str], na_is_missing: bool) -> str:
    cell = f"place_cell({quoted(name)}, {na_is_missing})" if side.is_place else f"cell({quoted(name)})"
    moment = quoted(side.at) if side.at in present else "NULL::VARCHAR"
    return f"{{kind: {literal(side.kind)}, cell: {quoted(name)}, moment: {moment}, filled: {cell} IS NOT NULL}}"
