"""Legal returns of Meta: divs with and without labels, older pages with tables, ports glued on."""

from __future__ import annotations

from pathlib import Path

import pytest
from loading import Bench

from attrigraph.errors import InputError

AT = "2026-01-02 03:04:05+00"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def leaf(value: str, label: str = "") -> str:
    return f'<div class="div_table inner">{label}<div class="most_inner">{value}</div></div>'


def section(name: str, *leaves: str) -> str:
    return f'<div id="property-{name}" class="content-pane"><div class="div_table outer">{"".join(leaves)}</div></div>'


def page(*sections: str) -> str:
    head = '<head><meta charset="utf-8"><style>a</style></head>'
    return f"<!DOCTYPE html><html>{head}<body>{''.join(sections)}</body></html>"


BARE = page(
    section("request_parameters", *map(leaf, (
        "Instagram", "17841400000000001", "https://www.instagram.com/quay.watch", "User",
        "2026-02-01 00:00:00 UTC", "2025-01-01 to 2026-01-31",
    ))),
    section("name", *map(leaf, ("Name", "First", "Zoé Quay"))),
    section("emails", *map(leaf, ("Registered Email Addresses", "zoe@example.org"))),
    section("vanity", *map(leaf, ("Vanity Name", "quay.watch"))),
    section("registration_date", *map(leaf, ("Registration Date", "2026-01-02 03:04:05 UTC"))),
    section("registration_ip", *map(leaf, ("Registration Ip", "192.0.2.7:443"))),
    section("phone_numbers", *map(leaf, ("Phone Numbers", "+351912345678 Cell Verified on 2026-01-02 03:04:05 UTC"))),
    section("ip_addresses", *map(leaf, (
        "IP Addresses", "IP Address", "192.0.2.1:22859", "2026-01-02 03:04:05 UTC", "Login",
        "[2001:db8::1]:4711", "1767323045", "Web View", "198.51.100.1", "soon", "Login",
    ))),
    section("unified_messages", leaf("Thread"), leaf("words")),
)  # fmt: skip


def test_values_without_labels(bench: Bench) -> None:
    report = bench.load("records.html", BARE)
    assert (report.format, report.grade) == ("meta-return", "B3")
    assert bench.table("accounts", "account_id", "handle", "display_name", "created_at") == [
        ("instagram:17841400000000001", "quay.watch", "Zoé Quay", AT)
    ]
    assert bench.table("logins", "at", "ip", "port", "kind", "record") == [
        (AT, "192.0.2.7", 443, "registration", "#property-registration_ip"),
        (AT, "192.0.2.1", 22859, "login", "#property-ip_addresses[0]"),
        (AT, "2001:db8::1", 4711, "session", "#property-ip_addresses[1]"),
    ]
    assert sorted(bench.table("identifiers", "kind", "region")) == [("email", None), ("phone", "PT")]
    assert bench.rejects(report) == [("#property-ip_addresses[2]", "at", "soon", "not a time")]
    assert report.remarks == {"unified_messages: a section that is not read": 1}


def test_values_with_labels_and_containers(bench: Bench) -> None:
    visits = leaf("192.0.2.1", "IP Address") + leaf("2026-01-02 03:04:05 UTC", "Time")
    text = page(
        section("request_parameters", leaf("Facebook", "Service"), leaf("https://www.facebook.com/quay", "Target")),
        section(
            "ip_addresses", leaf("what an address is", "IP Addresses Definition"), leaf(visits * 2, "IP Addresses")
        ),
        section("emails", leaf("No responsive records located", "Emails")),
    )
    report = bench.load("preservation-1.html", text)
    assert bench.table("logins", "account_id", "at", "ip") == [("facebook:quay", AT, "192.0.2.1")] * 2
    assert (report.tables, report.rejected) == ({"accounts": 1, "logins": 2}, 0)


def test_older_pages_with_tables(bench: Bench) -> None:
    def row(label: str, value: str) -> str:
        return f"<table><tr><th>{label}</th><td>{value}</td></tr></table>"

    device = row("Type", "iPhone") + row("Id", "D-0001-0002") + row("Active", "true")
    text = page(
        f'<div id="property-request_parameters">{row("Service", "Facebook")}{row("Target", "1042")}</div>',
        f'<div id="property-devices">{row("Devices", device + row("Type", "PC") + row("Id", "D-0003-0004"))}'
        f"{row('User', 'quay')}</div>",
    )
    report = bench.load("index.html", text)
    assert bench.table("identifiers", "account_id", "kind", "display") == [
        ("facebook:1042", "device", "…"), ("facebook:1042", "device", "…"),
    ]  # fmt: skip
    assert report.rejected == 0


def test_a_return_that_names_nobody(bench: Bench) -> None:
    text = page(section("ip_addresses", *map(leaf, ("A", "B", "192.0.2.1", "1767323045", "Login"))))
    with pytest.raises(InputError, match="name it with --account"):
        bench.load("records.html", text)
    bench.load("records.html", text, account="quay")
    assert bench.table("logins", "account_id") == [("facebook:quay",)]


def test_a_page_cut_off_gives_what_it_has(bench: Bench) -> None:
    cut = BARE[: BARE.index("[2001:db8::1]") + 20]
    report = bench.load("records.html", cut)
    assert report.records == report.loaded + report.rejected
    assert len(bench.table("logins", "ip")) == 2


def test_sections_that_cannot_be_read_are_said(bench: Bench) -> None:
    asked = (leaf("Oculus", "Service"), leaf("1042", "Target"))
    sections = section("request_parameters", *asked), section("machines", leaf("abc", "Datr"))
    report = bench.load("records.html", page(*sections))
    assert [found[1:] for found in bench.rejects(report)] == [("cookie", "Datr", "none of the keys that are read here")]
    assert bench.rejects(report, "field") == [
        ("#property-request_parameters", "service", "Oculus", "a service not known here: read as facebook")
    ]


def test_other_pages_are_not_taken(bench: Bench) -> None:
    with pytest.raises(InputError):
        bench.load("index.html", page("<div id='main'>hello</div>"))
