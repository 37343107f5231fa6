"""Observations in the graph: what becomes which node and relationship, once, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from loading import Bench

from attrigraph.graph import Store
from attrigraph.graph.statements import Statement
from attrigraph.loaders.observations import Observations
from attrigraph.loaders.places import place_of_signal
from attrigraph.loaders.project import expected_counts, project

ACCOUNTS = "account_id,handle,followers,location\nx:1,ann,10,Belgrade\nx:2,ben,,\n"
LOGINS = (
    "account_id,at,ip,kind,device_id\n"
    "x:1,2026-01-02T03:00:00Z,192.0.2.1,login,dev-one-long-name\n"
    "x:1,2026-01-02T23:00:00Z,192.0.2.1,session,\n"
    "x:1,2026-01-04T03:00:00Z,192.0.2.1,,\n"
    "x:1,2026-01-01T03:00:00Z,2a00:1450::1,registration,\n"
    "x:2,2026-01-02T03:00:00Z,8.8.8.8,login,dev-one-long-name\n"
)
SIGNALS = (
    "account_id,signal,value,accurate,observed_at\n"
    "x:1,platform_country,Serbia,true,2026-01-01T00:00:00Z\n"
    "x:1,platform_country,Serbia,false,2026-02-01T00:00:00Z\n"
    "x:1,store_country,India Android App,,\n"
    "x:2,platform_country,Korea,,\n"
    "x:2,platform_region,South Asia,,\n"
    "x:2,platform_country,Isloo,,\n"
    "x:2,ui_language,ar,,\n"
)
IDENTIFIERS = (
    "account_id,kind,value,first_seen\n"
    "x:1,domain,https://www.harbour.example/,2026-01-01T00:00:00Z\n"
    "x:1,device,dev-one-long-name,2025-12-01T00:00:00Z\n"
    "x:2,phone,+381601234567,\n"
)
TIES = "account_id,other_id,kind,reciprocal\nx:1,x:2,follow,true\nx:1,x:3,,\n"
CLAIMS = (
    "account_id,claimant,relation,territory,organisation\n"
    "x:1,Observatory,operated from,Serbia,\nx:2,Observatory,works for,,Harbour  Média\n"
)
FILES = {
    "accounts.csv": ACCOUNTS, "logins.csv": LOGINS, "signals.csv": SIGNALS, "identifiers.csv": IDENTIFIERS,
    "ties.csv": TIES, "claims.csv": CLAIMS,
}  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def ask(store: Store, text: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in store.read(Statement("test", text))]


def sound(store: Store, observations: Observations) -> None:
    expected = expected_counts(observations)
    counts = store.counts()
    assert {name: counts[name] for name in expected} == expected


def test_everything_once(store: Store, bench: Bench) -> None:
    sources = {name: bench.load(name, text).source for name, text in FILES.items()}
    observations = Observations(bench.folder, list(sources.values()))
    written = project(store, observations)
    assert written["unresolved signals"] == 1
    sound(store, observations)
    before = store.counts()
    project(store, observations)
    project(store, observations, [sources["logins.csv"]])
    assert store.counts() == before

    assert ask(store, "MATCH (a:Account) RETURN a.id, a.handle, a.followers, a.location ORDER BY a.id") == [
        ("x:1", "ann", 10, "Belgrade"),
        ("x:2", "ben", None, None),
        ("x:3", None, None, None),
    ]
    assert ask(store, "MATCH (i:IPAddress) RETURN i.id, i.version, i.routable ORDER BY i.id") == [
        ("192.0.2.1", 4, False),
        ("2a00:1450::1", 6, True),
        ("8.8.8.8", 4, True),
    ]
    assert ask(
        store,
        "MATCH (:Account {id: 'x:1'})-[l:LOGGED_IN_FROM]->(i) "
        "RETURN i.id, l.count, l.days, l.first_seen, l.last_seen, l.sources",
    ) == [
        (
            "192.0.2.1", 3, 2, datetime(2026, 1, 2, 3, tzinfo=UTC), datetime(2026, 1, 4, 3, tzinfo=UTC),
            [sources["logins.csv"]],
        )
    ]  # fmt: skip
    assert ask(store, "MATCH (a)-[r:REGISTERED_FROM]->(i) RETURN a.id, i.id, r.count") == [("x:1", "2a00:1450::1", 1)]
    assert ask(store, "MATCH (a)-[u:USED]->(:Device) RETURN a.id, u.count, size(u.sources) ORDER BY a.id") == [
        ("x:1", 2, 2),
        ("x:2", 1, 1),
    ]
    assert ask(store, "MATCH (d:Device) RETURN d.display") == [("dev-…",)]
    assert ask(store, "MATCH ()-[:USED]->(d:Domain) RETURN d.id") == [("harbour.example",)]
    assert ask(store, "MATCH (a)-[:TIED_WITH]->(b) RETURN a.id, b.id ORDER BY b.id") == [("x:1", "x:2"), ("x:1", "x:3")]
    assert ask(store, "MATCH (s:Source) WHERE s.projected RETURN count(s)") == [(6,)]


def test_signals_point_to_territories_sets_and_regions(store: Store, bench: Bench) -> None:
    bench.load("signals.csv", SIGNALS)
    project(store, Observations(bench.folder))
    found = ask(
        store,
        "MATCH (a:Account)-[p:POINTS_TO]->(t:Territory) "
        "RETURN a.id, p.signal, p.value, t.code, p.share, p.accurate ORDER BY a.id, p.signal, t.code",
    )
    assert found == [
        ("x:1", "platform_country", "Serbia", "RS", 1.0, False),
        ("x:1", "store_country", "India Android App", "IN", 1.0, None),
        ("x:2", "platform_country", "Korea", "KP", 0.5, None),
        ("x:2", "platform_country", "Korea", "KR", 0.5, None),
    ]
    assert ask(store, "MATCH (a)-[p:POINTS_TO]->(r:Region) RETURN a.id, p.signal, r.name, p.share") == [
        ("x:2", "platform_region", "South Asia", 1.0)
    ]


def test_claims_and_phones(store: Store, bench: Bench) -> None:
    claims = bench.load("claims.csv", CLAIMS).source
    bench.load("identifiers.csv", IDENTIFIERS)
    project(store, Observations(bench.folder))
    assert ask(store, "MATCH (a)-[c:CLAIMED]->(t:Territory) RETURN a.id, t.code, c.relation, c.id") == [
        ("x:1", "RS", "operated from", f"{claims}:row 1")
    ]
    assert ask(store, "MATCH (a)-[:CLAIMED]->(o:Organisation) RETURN a.id, o.id, o.name") == [
        ("x:2", "harbour media", "Harbour  Média")
    ]
    pytest.importorskip("phonenumbers")
    assert ask(store, "MATCH (:Account)-[:USED]->(p:PhoneNumber) RETURN p.region, p.kind, p.display") == [
        ("RS", "mobile", "+38…67")
    ]


def test_a_later_source_adds_and_the_last_word_wins(store: Store, bench: Bench) -> None:
    first = bench.load("a.csv", ACCOUNTS).source
    later = bench.load("b.csv", "account_id,handle,followers\nx:1,ann_new,\n").source
    logins = bench.load("l.csv", LOGINS).source
    more = bench.load("m.csv", "account_id,at,ip\nx:1,2026-03-01T00:00:00Z,192.0.2.1\n").source
    observations = Observations(bench.folder, [first, later, logins])
    project(store, observations)
    everything = Observations(bench.folder, [first, later, logins, more])
    project(store, everything, [more])
    sound(store, everything)
    assert ask(store, "MATCH (a:Account {id: 'x:1'}) RETURN a.handle, a.followers, size(a.sources)") == [
        ("ann_new", 10, 4)
    ]
    assert ask(store, "MATCH (:Account {id: 'x:1'})-[l:LOGGED_IN_FROM]->() RETURN l.count, l.days") == [(4, 3)]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("United States App Store", "US"), ("India Android App", "IN"), ("Türkiye Google Play Store", "TR"),
        ("Serbia", "RS"), ("web", None),
    ],
)  # fmt: skip
def test_store_values(value: str, code: str | None) -> None:
    place = place_of_signal("store_country", value)
    assert (place.code if place else None) == code


def test_the_profile_seen_last_wins_and_one_file_may_hold_several(store: Store, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    rows = "account_id,platform,handle,observed_at\n1,x,new,2026-02-01T00:00:00Z\n1,x,old,2026-01-01T00:00:00Z\n"
    first = bench.load("a.csv", rows + "1,x,again,2026-01-01T00:00:00Z\n")
    assert (first.loaded, first.rejected) == (2, 1)
    undated = bench.load("b.csv", "account_id,platform,handle\n1,x,undated\n")
    project(store, Observations(bench.folder, [first.source, undated.source]))
    assert ask(store, "MATCH (a:Account {id: 'x:1'}) RETURN a.handle") == [("new",)]


def test_without_sources_nothing_is_expected_in_the_graph(bench: Bench) -> None:
    assert expected_counts(Observations(bench.folder)) == {"Account": 0}
