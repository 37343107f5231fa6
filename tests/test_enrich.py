"""Enrichment of the graph, on both engines."""

from pathlib import Path
from typing import Any

import pytest
from shared_data import maxmind

from attrigraph.errors import UnreadableFile
from attrigraph.graph import Store
from attrigraph.loaders import enrich as module
from attrigraph.loaders.enrich import enrich
from attrigraph.loaders.ip.sources import IpSources

ADDRESSES = ("39.32.0.1", "5.9.0.1", "10.0.0.1", "2405:200::1", "81.2.69.160", "240.0.0.1")


def add(store: Store, *addresses: str) -> None:
    store.write_nodes("IPAddress", [{"id": a, "version": 6 if ":" in a else 4} for a in addresses])


def listed(tmp_path: Path, kind: str, text: str) -> IpSources:
    path = tmp_path / f"{kind}.txt"
    path.write_text(text)
    return IpSources.from_files([(kind, f"{path},date=2026-08-22")])


def rows(store: Store, text: str) -> list[tuple[Any, ...]]:
    return store.read_only(text, {}).rows


def addresses(store: Store) -> dict[str, tuple[Any, ...]]:
    text = (
        "MATCH (i:IPAddress) RETURN i.id, i.network_type, i.network_type_source, i.anonymiser_checked, "
        "i.disagreement, i.routable"
    )
    return {row[0]: tuple(row[1:]) for row in rows(store, text)}


def located(store: Store) -> set[tuple[Any, ...]]:
    text = "MATCH (i:IPAddress)-[l:LOCATED_IN]->(t:Territory) RETURN i.id, t.code, l.source, l.kind, l.build_date"
    return {tuple(row) for row in rows(store, text)}


def announced(store: Store) -> set[tuple[Any, ...]]:
    text = "MATCH (i:IPAddress)-[l:ANNOUNCED_BY]->(s:AutonomousSystem) RETURN i.id, s.id, s.name, l.source"
    return {tuple(row) for row in rows(store, text)}


def test_every_address_is_looked_up_once(store: Store) -> None:
    add(store, *ADDRESSES)
    report = enrich(store)
    nobody = "no list and no database names it"
    assert addresses(store) == {
        "39.32.0.1": ("unknown", nobody, False, False, True),
        "5.9.0.1": ("hosting", "attrigraph AS list (hosting, 2026-11-22)", False, False, True),
        "10.0.0.1": ("unknown", "not routable: private", False, False, False),
        "2405:200::1": ("unknown", nobody, False, False, True),
        "81.2.69.160": ("unknown", nobody, False, False, True),
        "240.0.0.1": ("unknown", "not routable: reserved", False, False, False),
    }
    assert located(store) == {
        (address, code, "geo-whois-asn-country", "country", "2026-06-17")
        for address, code in (("39.32.0.1", "PK"), ("5.9.0.1", "DE"), ("2405:200::1", "IN"), ("81.2.69.160", "GB"))
    }
    assert ("5.9.0.1", "AS24940", "Hetzner Online GmbH", "ip-location-db asn") in announced(store)
    assert report.addresses == 6
    assert report.network_types == {"unknown": 5, "hosting": 1}
    assert report.located == {"geo-whois-asn-country (country, 2026-06-17)": 4}
    assert (report.not_routable, report.not_located, report.disagreements, report.checked) == (2, 0, 0, 0)


def test_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    add(store, *ADDRESSES)
    sources = listed(tmp_path, "country", "39.32.0.0/16,AE\n")
    first = enrich(store, sources)
    before = (addresses(store), located(store), announced(store), store.counts())
    assert enrich(store, sources) == first
    assert (addresses(store), located(store), announced(store), store.counts()) == before


def test_sources_side_by_side(store: Store) -> None:
    add(store, "2.125.160.217", "1.128.0.1")
    names = ("GeoIP2-Country-Test.mmdb", "GeoLite2-ASN-Test.mmdb")
    report = enrich(store, IpSources.from_files(databases=[maxmind(name) for name in names]))
    assert {row[1:4] for row in located(store) if row[0] == "2.125.160.217"} == {
        ("GB", "geo-whois-asn-country", "country"),
        ("GB", "GeoIP2-Country", "country"),
        ("FR", "GeoIP2-Country", "registered"),
    }
    assert {row[1::2] for row in announced(store) if row[0] == "1.128.0.1"} == {
        ("AS1221", "ip-location-db asn"),
        ("AS1221", "GeoLite2-ASN"),
    }
    assert report.announced["GeoLite2-ASN (2026-02-04)"] == 1


def test_what_a_source_does_not_say_any_more_is_taken_off(store: Store, tmp_path: Path) -> None:
    add(store, "39.32.0.1", "5.9.0.1")
    enrich(store, listed(tmp_path, "country", "39.32.0.0/16,AE\n5.9.0.0/16,FR\n"))
    assert addresses(store)["39.32.0.1"][3] is True
    report = enrich(store, listed(tmp_path, "country", "39.32.0.0/16,SA\n"))
    assert {row[:3] for row in located(store) if row[2] == "country.txt"} == {("39.32.0.1", "SA", "country.txt")}
    assert report.disagreements == 1
    enrich(store)
    assert {row[2] for row in located(store)} == {"geo-whois-asn-country"}
    assert {known[3] for known in addresses(store).values()} == {False}


def test_only_what_was_never_looked_up(store: Store, tmp_path: Path) -> None:
    add(store, "39.32.0.1")
    enrich(store, listed(tmp_path, "vpn", "39.32.0.0/16\n"))
    add(store, "5.9.0.1")
    assert enrich(store, pending=True).addresses == 1
    assert {id_: known[0] for id_, known in addresses(store).items()} == {"39.32.0.1": "vpn", "5.9.0.1": "hosting"}
    assert enrich(store, pending=True).addresses == 0


def test_batches_add_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 7)
    add(store, *(f"39.32.{i}.1" for i in range(20)), *(f"10.0.{i}.1" for i in range(10)))
    report = enrich(store)
    assert (report.addresses, report.not_routable) == (30, 10)
    assert len(located(store)) == len(announced(store)) == 20


def test_an_empty_graph(store: Store) -> None:
    report = enrich(store)
    assert (report.addresses, report.network_types) == (0, {})


def test_a_changed_list_is_refused_before_anything_is_written(store: Store, tmp_path: Path) -> None:
    add(store, "39.32.0.1")
    kept = listed(tmp_path, "vpn", "39.32.0.0/16\n").keep(tmp_path / "lists")
    kept.lists[0].path.write_text("39.32.0.0/15\n")
    with pytest.raises(UnreadableFile, match=r"^vpn\.txt was changed after it was given"):
        enrich(store, kept)
    assert addresses(store)["39.32.0.1"][0] is None


def test_the_report_as_rows(store: Store, tmp_path: Path) -> None:
    add(store, "39.32.0.1", "10.0.0.1")
    report = enrich(store, listed(tmp_path, "vpn", "39.32.0.0/16\nbad line\n"))
    found = {(row["what"], row["value"]): row["addresses"] for row in report.rows()}
    assert found["network type", "vpn"] == 1
    assert found["decided by", "vpn.txt (vpn, 2026-08-22)"] == 1
    assert found["routing", "not routable"] == 1
    assert found["anonymisers", "not checked"] == 2
    assert found["all", "addresses looked up"] == 2
    assert found["lines rejected", "vpn.txt: neither a network, an address nor an AS number"] == 1
    assert [source["source"] for source in report.sources] == [
        "geo-whois-asn-country",
        "ip-location-db asn",
        "attrigraph AS list",
        "vpn.txt",
    ]
