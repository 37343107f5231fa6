"""Meta's indicator files: six headers, harmless addresses, tables in Markdown, the place in the file's name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from loading import Bench
from shared_data import sample

from attrigraph.errors import InputError
from attrigraph.loaders.formats.profiles import host_of, profile_of, refanged
from attrigraph.loaders.formats.threat_research import network_of
from attrigraph.loaders.load import LoadOptions, LoadReport, load_file
from attrigraph.loaders.package import unfolded

NAME = "Q1_2025_ROMANIA_BASED_CIB_NETWORK.csv"
HEADERS = [
    "Tactic ,Technique,Procedure,Indicator", "Tactic ,Technique,Procedure,Indicator,Notes",
    "Tactic,Technique,Procedure,Indicator", "Tactic ,Technique,Procedure,Indicator,Comments",
    "Tactic ,Technique,Procedure,Indicator,Note", "Tactic ,Technique,Procedure,Indicator,Commernts",
]  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def claims(bench: Bench) -> list[tuple[Any, ...]]:
    return bench.table("claims", "account_id", "territory", "relation", "claimant")


@pytest.mark.parametrize("header", HEADERS)
def test_every_generation_of_the_header(bench: Bench, header: str) -> None:
    more = ",seen in May" if header.count(",") == 4 else ""
    rows = f'0. Assets,"0.9 Acquiring\nmedia",0.9.4 X accounts,x[.]com/quay_watch{more}\n,,,{"," if more else ""}\n'
    report = bench.load(NAME, f"{header}\n{rows}")
    assert (report.format, report.tables, report.rejected) == ("meta-tactics", {"accounts": 1, "claims": 1}, 0)
    assert claims(bench) == [("x:quay_watch", "RO", "ROMANIA BASED CIB NETWORK", "Meta")]
    ((raw,),) = bench.table("accounts", "raw")
    assert ("seen in May" in raw) == bool(more)


def tactics(*rows: str) -> str:
    return "\n".join(["Tactic,Technique,Procedure,Indicator", *rows]) + "\n"


def test_websites_and_what_names_nobody(bench: Bench) -> None:
    report = bench.load(NAME, tactics(
        "0. A,0.6 B,0.6.2 C,www.harbour[.]news",
        "0. A,0.9 B,0.9.1 C,658 accounts",
        "0. A,0.1 B,0.1.1 Acquiring proxy IPs,45[.]141[.]152[.]19",
        "5. A,5.5 B,5.5.1 Proxy IP in target country,Proxies in Romania",
        "6. A,6.1 B,6.1.1 C,https://www.youtube[.]com/watch?v=1",
    ))  # fmt: skip
    assert report.tables == {"accounts": 1, "identifiers": 1, "claims": 1}
    assert bench.table("identifiers", "account_id", "kind", "value") == [("web:harbour.news", "domain", "harbour.news")]
    assert [(r[0], r[3].split(":")[0]) for r in bench.rejects(report)] == [
        ("row 2", "no account or website is named"),
        ("row 3", "what the network did (proxy addresses)"),
        ("row 4", "what the network did (proxy addresses in the target country)"),
        ("row 5", "a page of a platform that is no account"),
    ]
    ((raw,),) = bench.table("accounts", "raw")
    assert '"proxy addresses in the target country":"Proxies in Romania"' in raw.replace('": "', '":"')
    assert bench.table("signals", "signal") == []


def test_targets_in_a_name_are_no_origin(bench: Bench) -> None:
    report = bench.load("Q1_2024_MOLDOVA_&_MADAGASCAR_TARGETING_CIB_NETWORK.csv", tactics("0,0.9,0.9.4 X,x[.]com/quay"))
    assert report.tables == {"accounts": 1}


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("Q2 2023 Türkiye-based CIB network 1.csv", ("Türkiye",)),
        (" Q4_2024 BENIN_BASED_CIB_NETWORK.csv", ("BENIN",)),
        ("Q2_2024_US-BASED_CIB_NETWORK.csv", ("US",)),
        ("Q2-3_2025_GithubIOCs - Q2-3_2025_RUSSIA_BASED_CIB_NETWORK_CS1.csv", ("RUSSIA",)),
        ("Q1_2023_ Togo _ Burkina Faso-based_CIB_network.csv", ("Togo", "Burkina Faso")),
        ("Q1_2023_Venezuela_US-based_CIB_network.csv", ("Venezuela", "US")),
        ("Q2_2023_Doppelganger_Russia_based_CIB_network_updated.csv", ("Russia",)),
        ("meta-h2-2026-ukraine-and-bulgaria-cib-based-network.md", ("ukraine", "bulgaria")),
        ("Q1_2023_ Bahamut_APT.csv", ()),
        ("2020_12_taking_action_against_hackers_in_bangladesh_and_vietnam.csv", ()),
    ],
)
def test_the_place_in_a_name(name: str, places: tuple[str, ...]) -> None:
    assert network_of(name)[1] == places


def test_the_older_list(bench: Bench) -> None:
    text = (
        "indicator_type,indicator_value,comment,ds\n"
        "sha256,768510fa9eb8,APT32: Malware Hash,2020-12-10\n"
        "domain_name,harbour[.]example,APT32: Domain,2020-12-10\n"
        "cib_url,hxxps://twitter[.]com/quay,China: CIB Petition,2022-09-27\n"
        "android_package_name,com.example.app,App,2022-09-27\n"
    )
    report = bench.load("a.csv", text)
    assert (report.format, report.tables) == ("meta-indicators", {"accounts": 2, "identifiers": 1, "claims": 2})
    assert bench.table("claims", "account_id", "organisation", "territory", "relation", "claimed_at") == [
        ("web:harbour.example", "APT32", None, "APT32: Domain", "2020-12-10 00:00:00+00"),
        ("x:quay", None, "CN", "China: CIB Petition", "2022-09-27 00:00:00+00"),
    ]
    assert [r[0] for r in bench.rejects(report)] == ["row 1", "row 4"]
    bench.load("a.tsv", text.replace(",", "\t"))
    assert len(claims(bench)) == 4


PAGE = """# Indicators of Compromise: Operation
Meta disrupted a network.
We disrupted a network originating in China that targeted audiences in Taiwan.

| Indicator Type | Indicator Value |
| :--- | :--- |
| Domain | `harbour[.]example` |
| Social Media Account | `youtube[.]com/@Quay` |

| Other | Table |
| --- | --- |
| x | y |
"""


def test_markdown(bench: Bench) -> None:
    report = bench.load("meta-h1-2026-russia-based-network.md", PAGE)
    assert (report.format, report.rejected) == ("meta-report", 0)
    assert claims(bench) == [
        ("web:harbour.example", "CN", "originating in", "Meta"),
        ("youtube:Quay", "CN", "originating in", "Meta"),
    ]
    assert bench.table("accounts", "record") == [("line 7",), ("line 8",)]


def test_a_report_without_a_table_says_so(bench: Bench) -> None:
    with pytest.raises(InputError, match="without a table of indicators"):
        bench.load("a.md", "# Indicators of Compromise\nMeta disrupted a network.\n")


@pytest.mark.parametrize("indicators", ['"junk"', "5", '{"csv_files": 5}', '{"csv_files": [null]}'])
def test_an_index_that_says_nothing_of_a_file_spoils_nothing(bench: Bench, indicators: str) -> None:
    index = '[{"reported_ds": "2025-05-29", "indicators": ' + indicators + "}]"
    found = bench.load_folder({NAME: tactics("0,0.9,0.9.4 X,x[.]com/quay"), "index.json": index}, only=NAME)
    assert isinstance(found[NAME], LoadReport)
    assert bench.table("claims", "account_id", "claimed_at") == [("x:quay", None)]


def test_days_that_cannot_be_read_are_said(bench: Bench) -> None:
    told = '[{"reported_ds": "May", "indicators": {"csv_files": ["csv/' + NAME + '"]}}]'
    reports = []
    for index in (told, "{cut", "[]"):
        found = bench.load_folder({NAME: tactics("0,0.9,0.9.4 X,x[.]com/quay"), "index.json": index}, only=NAME)[NAME]
        assert isinstance(found, LoadReport)
        reports.append(list(found.remarks))
    damaged = "index.json: the index beside the file is no JSON: when it was reported is unknown"
    assert reports == [["reported_ds: not a day as 2025-01-31"], [damaged], []]
    text = "indicator_type,indicator_value,comment,ds\ndomain,a.example,APT32: a,soon\ndomain,b.example,APT32: a,\n"
    assert bench.load("a.csv", text).remarks == {"ds: not a day as 2025-01-31": 1}


def test_the_index_beside_a_file_says_when(bench: Bench) -> None:
    bench.write(NAME, tactics("0,0.9,0.9.4 X,x[.]com/quay"))
    bench.write("index.json", '[{"reported_ds": "2025-05-29", "indicators": {"csv_files": ["csv/' + NAME + '"]}}]')
    with unfolded(bench.files) as package:
        member = next(m for m in package.members if m.inside == NAME)
        assert member.loose
        load_file(member.loose, bench.folder, LoadOptions(), place=package.place(member))
    assert bench.table("claims", "claimed_at") == [("2025-05-29 00:00:00+00",)]


def test_the_samples(bench: Bench) -> None:
    found: dict[str, LoadReport] = {}
    with unfolded(sample("meta-threat-research/threat-research")) as package:
        for member in package.members:
            assert member.loose
            report = load_file(member.loose, bench.folder, LoadOptions(), place=package.place(member))
            found[member.inside] = report
    assert {name.rsplit("/", 1)[-1].strip()[:18]: r.tables["claims"] for name, r in found.items()} == {
        "2020_12_taking_act": 8, "Q1_2025_ROMANIA_BA": 13, "Q2 2023 Türkiye-ba": 19, "Q3_2023_ China-bas": 15,
        "Q4_2024 BENIN_BASE": 2, "meta-h1-2026-china": 5,
    }  # fmt: skip
    assert all(r.records == r.loaded + r.rejected for r in found.values())


@pytest.mark.parametrize(
    ("address", "account"),
    [
        ("https://x[.]com/quay?s=20", ("x", "quay")),
        ("m.facebook.com/Harbour-News-100064/", ("facebook", "Harbour-News-100064")),
        ("https://www.facebook.com/pages/Harbour/100064", ("facebook", "100064")),
        ("facebook.com/profile.php?id=100064", ("facebook", "100064")),
        ("www.youtube[.]com/channel/UCabc", ("youtube", "UCabc")),
        ("https{:}//t[.]me/quay", ("telegram", "quay")),
        ("vk.com/public123", ("vk", "public123")),
        ("quay.livejournal.com", ("livejournal", "quay")),
        ("https://www.reddit.com/user/quay", ("reddit", "quay")),
        ("https://www.reddit.com/r/quay/", None),
        ("t.me/+abc", None),
        ("harbour.example/x.com/quay", None),
        ("https://[bad/quay", None),
    ],
)
def test_accounts_by_address(address: str, account: tuple[str, str] | None) -> None:
    found = profile_of(refanged(address))
    assert (tuple(found) if found else None) == account


def test_hosts() -> None:
    assert host_of(refanged("hxxp://a[.]example/b")) == "a.example"
    assert [host_of(x) for x in ("6 pages", "192.0.2.1", "the U.S. election", "")] == [None] * 4
