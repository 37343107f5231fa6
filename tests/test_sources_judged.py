"""Grade and legal basis of a source, set after it was loaded."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cases import case_on
from conftest import Engine

import attrigraph as ag
from attrigraph.errors import InputError

LOGINS = "account_id,platform,at,ip\n1,x,2025-01-01T20:15:00Z,85.240.10.1\n1,x,2025-01-01T20:15:00Z,300.1.2.3\n"


@pytest.fixture
def case(embedded: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ag.Case]:
    with case_on(embedded, tmp_path / "case", monkeypatch) as made:
        yield made


def test_a_source_gets_another_grade_and_keeps_it_through_a_rebuild(case: ag.Case, tmp_path: Path) -> None:
    path = tmp_path / "logins.csv"
    path.write_text(LOGINS)
    case.load(path)
    (row,) = case.sources()
    assert (row["grade"], row["legal_basis"], row["loaded"], row["signals"], row["rejected"]) == (
        "F6",
        None,
        1,
        1,
        1,
    )
    case.judge_source(row["source"], grade="B2", legal_basis="court order 7", reason="signed by the provider")
    for _ in range(2):
        (row,) = case.sources()
        assert (row["grade"], row["legal_basis"]) == ("B2", "court order 7")
        table = case.store.read_only("MATCH (s:Source) RETURN s.grade AS g, s.legal_basis AS l", {})
        assert [tuple(r) for r in table.rows] == [("B2", "court order 7")]
        case.rebuild()
    (entry,) = case.custody.entries("judged")
    assert entry.data["before"] == {"grade": "F6", "legal_basis": None}
    assert entry.data["reason"] == "signed by the provider"
    for wrong, says in (
        (("nobody", "B2"), "no source of this case"),
        ((row["source"], "G9"), "no Admiralty grade"),
    ):
        with pytest.raises(InputError, match=says):
            case.judge_source(wrong[0], grade=wrong[1])
    with pytest.raises(InputError, match="Nothing to set"):
        case.judge_source(row["source"])


def test_signals_of_a_source_are_counted_in_every_table(case: ag.Case, tmp_path: Path) -> None:
    files = {
        "logins.csv": LOGINS + "1,x,2025-01-02T20:15:00Z,85.240.10.1\n",
        "accounts.csv": "account_id,platform,location,lang,followers\n1,x,Lisbon,pt,\n2,x,,en,\n3,x,,,7\n",
        "posts.csv": "post_id,account_id,platform,at,text,urls,lat,lon\n"
        "1,1,x,2025-01-01T20:15:00Z,bom dia,https://example.org,38.7,-9.1\n2,1,x,2025-01-01T20:15:00Z,,,,\n",
        "signals.csv": "account_id,platform,signal,value,at\n1,x,platform_country,PT,\n1,x,email_change,a,1750000000\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    case.load(*[tmp_path / name for name in files])
    found = {row["name"]: (row["signals"], row["signals_carried"]) for row in case.sources()}
    assert found == {
        "logins.csv": (2, {"login_ip": 2}),
        "accounts.csv": (3, {"ui_language": 2, "location_text": 1}),
        "posts.csv": (5, {"activity_times": 2, "content_language": 1, "geotag": 1, "linked_domain": 1}),
        "signals.csv": (1, {"platform_country": 1}),
    }
