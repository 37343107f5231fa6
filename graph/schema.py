"""The graph schema, declared once as data.

Constraints, write statements, the linter's schema, `docs/schema.md` and its diagram are made from these tuples.
A label is a node with one key property that is a string; a relationship has the properties that identify it (`identity`,
besides its two ends) and the others. Everything carries `sources` (ids of `Source` nodes) or `run`.
"""

from __future__ import annotations

from attrigraph.graph.declared import RUN, SEEN, SOURCES, NodeLabel, Property, RelationshipType
from attrigraph.graph.declared import prop as _p
from attrigraph.graph.schema_links import CLUSTER, LINKS

__all__ = [
    "NODES",
    "RELATIONSHIPS",
    "SCHEMA_VERSION",
    "NodeLabel",
    "Property",
    "RelationshipType",
    "node",
    "relationship",
]

SCHEMA_VERSION = 1


def _identifier(name: str, help_: str, *more: Property) -> NodeLabel:
    return NodeLabel(
        name, help_, (_p("id", "string", "keyed hash"), _p("display", "string", "masked value for people"), *more)
    )


NODES: tuple[NodeLabel, ...] = (
    NodeLabel(
        "Account",
        "An account on a platform.",
        (
            _p("id", "string", "platform:native id"),
            _p("platform", "string", "lower-case name of the platform"),
            _p("handle", "string", "name used in links, without @"),
            _p("display_name", "string", "name shown"),
            _p("created_at", "datetime", "creation, UTC"),
            _p("location", "string", "free text of the profile"),
            _p("language", "string", "interface language set (BCP 47)"),
            _p("time_zone", "string", "time zone set (IANA or platform name)"),
            _p("followers", "integer", "as last seen"),
            _p("following", "integer", "as last seen"),
            SOURCES,
        ),
        indexes=("handle",),
    ),
    NodeLabel(
        "IPAddress",
        "An address an account used.",
        (
            _p("id", "string", "canonical text"),
            _p("version", "integer", "4 or 6"),
            _p("network_type", "string", "residential, mobile, business, hosting, vpn, proxy, relay, tor, unknown"),
            _p("network_type_source", "string", "list, database or rule that decided the type"),
            _p(
                "types_over_time", "list<string>", "where editions of a source differ: the first type, then `time type`"
            ),
            _p("anonymiser_checked", "boolean", "looked up in VPN, hosting and Tor lists with known dates"),
            _p("disagreement", "boolean", "the sources name different territories"),
            _p("routable", "boolean", "false for private, reserved and documentation addresses"),
        ),
    ),
    NodeLabel(
        "AutonomousSystem",
        "A network operator.",
        (_p("id", "string", "AS64500"), _p("name", "string", "organisation")),
    ),
    _identifier("Device", "A device."),
    _identifier("Cookie", "A browser cookie."),
    _identifier("PaymentCard", "A payment card."),
    _identifier(
        "PhoneNumber",
        "A telephone number.",
        _p("region", "string", "territory of the number plan; several that share a calling code, with spaces"),
        _p("kind", "string", "mobile, fixed_line, voip, toll_free, invalid, ...: types of libphonenumber"),
    ),
    _identifier("EmailAddress", "A mail address."),
    _identifier("AnalyticsId", "A web analytics or advertising id of linked pages."),
    NodeLabel("Domain", "A linked domain.", (_p("id", "string", "domain name"),)),
    NodeLabel(
        "Territory",
        "ISO 3166-1 territory, XK, OTHER or UNKNOWN.",
        (_p("code", "string", "alpha-2, XK, OTHER, UNKNOWN"), _p("name", "string", "English name")),
        key="code",
    ),
    NodeLabel("Region", "A named set of territories.", (_p("name", "string", "name"),), key="name"),
    NodeLabel(
        "Organisation",
        "Named in sourced claims only.",
        (_p("id", "string", "folded name"), _p("name", "string", "as written")),
    ),
    NodeLabel(
        "EvidenceClass",
        "Evidence that shares its causes; limits in nats.",
        (
            _p("name", "string", "network, acquisition, persona, ..."),
            _p("rho", "float", "weight of each further item against the one before"),
            _p("cap_pos", "float", "upper limit, nats"),
            _p("cap_neg", "float", "lower limit, nats (negative)"),
        ),
        key="name",
    ),
    NodeLabel(
        "Evidence",
        "One weighed item.",
        (
            _p("id", "string", "run/account/signal/number"),
            RUN,
            _p("cls", "string", "name of its class"),
            _p("signal", "string", "name of the signal"),
            _p("llr_default", "float", "nats for every territory not named, honest story"),
            _p("cover_default", "float", "the same under the cover story"),
            _p("strength", "float", "largest absolute value in either story"),
            _p("rank", "integer", "items of the account in the run that are stronger"),
            _p("from", "datetime", "first observation behind it"),
            _p("to", "datetime", "last observation behind it"),
            _p("n", "integer", "number of observations"),
            _p("summary", "string", "one sentence"),
            _p("sources", "list<string>", "source id and record of each observation (capped)"),
        ),
        indexes=("run",),
    ),
    NodeLabel(
        "Assessment",
        "The outcome for an account in a run.",
        (
            _p("id", "string", "run/account"),
            RUN,
            _p("outcome", "string", "supported, contested, insufficient"),
            _p("confidence", "string", "high, moderate, low; absent unless supported"),
            _p("top", "string", "leading territory"),
            _p("p", "float", "its probability"),
            _p("prior", "float", "its prior probability"),
            _p("runner_up", "string", "next territory"),
            _p("runner_up_p", "float", "its probability"),
            _p("strongest_class", "string", "class that carries the leading territory"),
            _p("survives", "boolean", "the winner survives leaving any one class out"),
            _p("without_strongest", "string", "leading territory when the strongest class is left out"),
            _p("without_strongest_p", "float", "its probability then"),
            _p("honest_share", "float", "how much of the answer rests on the honest story, 0..1"),
            _p("tension", "float", "largest divergence between two classes, bits"),
            _p("region", "string", "set when no territory is named but one region holds .55"),
            _p("displays", "string", "territory its own profile displays"),
            _p("displays_share", "float", "share of the persona on it, 0..1"),
            _p("displays_p", "float", "probability that the account is operated from there"),
            _p("persona", "string", "agrees, contradicts, not decided; absent when nothing is displayed"),
            _p("under_cover", "float", "probability of the cover story given all evidence, 0..1"),
            _p("reasons", "list<string>", "why this outcome and this confidence"),
            _p("window", "integer", "number of the time window in its account, 0 for registration; absent in a run"),
            _p("starts", "datetime", "when the window begins; absent for the first"),
            _p("ends", "datetime", "when the next one begins; absent for the newest"),
            _p("first_at", "datetime", "first dated row in the window"),
            _p("last_at", "datetime", "last dated row in the window"),
            _p("rows", "integer", "dated rows in the window"),
            _p("opened_by", "list<string>", "what began the window: handle, phone, mail, store, silence, date, ..."),
            _p("now", "boolean", "the window is the newest of its account"),
        ),
        indexes=("run",),
    ),
    CLUSTER,
    NodeLabel(
        "Run",
        "One inference run.",
        (
            _p("id", "string", "r1, r2, ..."),
            _p("started_at", "datetime", "UTC"),
            _p("finished_at", "datetime", "UTC; absent while it is not complete"),
            _p("complete", "boolean", "false until everything is written"),
            _p("windows", "list<string>", "ids of its time windows: r1/0 registration, r1/1, r1/2, ..."),
            _p("deceivers", "float", "assumed share of deceiving accounts"),
            _p("prior_mix", "string", "name of the prior mix"),
            _p("territories", "list<string>", "codes of the territories that have a prior"),
            _p("priors", "list<float>", "prior of each of them"),
            _p("pools", "list<string>", "what values are compared with when their shares are counted"),
            _p("shares", "list<float>", "share of each territory in each pool, pool by pool"),
            _p("weights", "string", "name of the weights"),
            _p("weights_sha256", "string", "digest of the weights file"),
            _p("calibration", "string", "uncalibrated v0, or the calibration file in use"),
            _p("fitted", "string", "JSON of the numbers a calibration fitted; absent without one"),
        ),
    ),
    NodeLabel(
        "Source",
        "A file that was loaded.",
        (
            _p("id", "string", "first 16 hex digits of the sha256"),
            _p("sha256", "string", "of the bytes as received"),
            _p("name", "string", "file name"),
            _p("format", "string", "loader that read it"),
            _p("provider", "string", "who supplied it"),
            _p("grade", "string", "Admiralty grade, e.g. B2"),
            _p("legal_basis", "string", "licence or legal basis"),
            _p("rows", "integer", "rows loaded"),
            _p("rejected", "integer", "rows rejected"),
            _p("projected", "boolean", "false until everything in it is in the graph"),
        ),
    ),
    NodeLabel(
        "SchemaVersion",
        "Version and migrations of this graph.",
        (
            _p("id", "string", "name of the migration"),
            _p("version", "integer", "schema version it leads to"),
            _p("checksum", "string", "sha256 of its text"),
            _p("applied_at", "datetime", "UTC"),
        ),
    ),
)

IDENTIFIER_LABELS = ("Device", "Cookie", "PaymentCard", "PhoneNumber", "EmailAddress", "Domain", "AnalyticsId")
ADDRESS_USE = (
    _p("count", "integer", "number of observations"),
    _p("days", "integer", "number of distinct UTC days"),
    *SEEN,
    SOURCES,
)

RELATIONSHIPS: tuple[RelationshipType, ...] = (
    RelationshipType(
        "LOGGED_IN_FROM", "The account logged in from the address.", (("Account", "IPAddress"),), ADDRESS_USE
    ),
    RelationshipType(
        "REGISTERED_FROM", "The account was created from the address.", (("Account", "IPAddress"),), ADDRESS_USE
    ),
    RelationshipType(
        "USED",
        "The account used the identifier.",
        tuple(("Account", label) for label in IDENTIFIER_LABELS),
        (_p("count", "integer", "number of observations"), *SEEN, SOURCES),
    ),
    RelationshipType(
        "LOCATED_IN",
        "A source places the address there.",
        (("IPAddress", "Territory"),),
        (
            _p("source", "string", "name of the database"),
            _p("kind", "string", "country, registered, represented"),
            _p("build_date", "string", "ISO date of its build"),
        ),
        identity=("source", "kind"),
    ),
    RelationshipType(
        "ANNOUNCED_BY",
        "The address belongs to the network.",
        (("IPAddress", "AutonomousSystem"),),
        (_p("source", "string", "name of the database"), _p("build_date", "string", "ISO date of its build")),
        identity=("source",),
    ),
    RelationshipType(
        "POINTS_TO",
        "A direct country signal of the account.",
        (("Account", "Territory"), ("Account", "Region")),
        (
            _p("signal", "string", "name of the signal"),
            _p("value", "string", "as observed"),
            _p("share", "float", "part of the signal that falls here, 0..1"),
            _p("accurate", "boolean", "what the platform says of its own value; absent is unknown"),
            _p("observed_at", "datetime", "UTC"),
            SOURCES,
        ),
        identity=("signal", "value"),
    ),
    RelationshipType(
        "CLAIMED",
        "What somebody says about the account; never evidence.",
        (("Account", "Territory"), ("Account", "Organisation")),
        (
            _p("id", "string", "source and record"),
            _p("claimant", "string", "who says it"),
            _p("relation", "string", "the verb, as said"),
            _p("claimed_at", "datetime", "UTC"),
            _p("grade", "string", "Admiralty grade"),
            _p("url", "string", "where it was said"),
            SOURCES,
        ),
        identity=("id",),
    ),
    RelationshipType(
        "TIED_WITH",
        "Follow or friend tie.",
        (("Account", "Account"),),
        (
            _p("kind", "string", "follow, friend, ..."),
            _p("reciprocal", "boolean", "both directions; absent is unknown"),
            _p("first_seen", "datetime", "UTC"),
            SOURCES,
        ),
        identity=("kind",),
    ),
    RelationshipType("HAS_EVIDENCE", "Evidence about the account.", (("Account", "Evidence"),)),
    RelationshipType(
        "SUPPORTS",
        "What the item says about a territory.",
        (("Evidence", "Territory"),),
        (_p("llr", "float", "nats, honest story"), _p("llr_cover", "float", "nats, cover story")),
    ),
    RelationshipType(
        "SHOWS",
        "The persona the account displays.",
        (("Account", "Territory"),),
        (
            RUN,
            _p("share", "float", "0..1, with what accounts on shared infrastructure show"),
            _p("own", "float", "share of its own profile, 0..1; absent without one"),
        ),
        identity=("run",),
    ),
    RelationshipType(
        "MAY_OPERATE_FROM",
        "Belief in a territory with its whole waterfall.",
        (("Account", "Territory"),),
        (
            RUN,
            _p("p", "float", "probability after propagation"),
            _p("own", "float", "probability before propagation"),
            _p("told", "float", "probability if the account is under cover: what is passed to neighbours"),
            _p("prior", "float", "prior probability"),
            _p("shown", "float", "share of the persona"),
            _p("llr", "float", "nats, both stories mixed"),
            _p("llr_honest", "float", "nats, honest story"),
            _p("llr_cover", "float", "nats, cover story"),
            _p("infra", "float", "nats from shared infrastructure"),
            _p("deception", "float", "nats, cover against honest"),
            _p("deceivers", "float", "probability that this account is under cover, after propagation"),
            _p("classes", "list<string>", "classes with evidence"),
            _p("honest", "list<float>", "score of each class after its limit, honest story"),
            _p("cover", "list<float>", "the same, cover story"),
        ),
        identity=("run",),
    ),
    RelationshipType("ASSESSED_AS", "The outcome of a run.", (("Account", "Assessment"), ("Cluster", "Assessment"))),
    *LINKS,
    RelationshipType("CONTAINS", "The region contains the territory.", (("Region", "Territory"),)),
)


def node(name: str) -> NodeLabel:
    """The declaration of a label. Raises KeyError for an unknown name: a bug, not an input error."""
    return {label.name: label for label in NODES}[name]


def relationship(name: str) -> RelationshipType:
    """The declaration of a relationship type. Raises KeyError for an unknown name."""
    return {type_.name: type_ for type_ in RELATIONSHIPS}[name]
