"""What `attrigraph load` says: grades, files that are loaded already, files that are not read, remarks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import run_cli

LOGINS = "account_id,at,ip,colour\nx:1,2026-01-02T03:04:05Z,192.0.2.1,red\n"


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., str]:
    """Runs `attrigraph load` with a file `logins.csv` beside a case; all it printed, on one line each."""
    (tmp_path / "logins.csv").write_text(LOGINS)
    run_cli("init", "case", cwd=tmp_path)

    def loaded(*words: str) -> str:
        done = run_cli("load", *words, "--case", "case", cwd=tmp_path)
        return done.stdout + done.stderr

    return loaded


def test_a_grade_that_is_none_is_refused(load: Callable[..., str]) -> None:
    for wrong in ("A9", "9Z", "b2"):
        assert f"'{wrong}' is no Admiralty grade." in " ".join(load("logins.csv", "--grade", wrong).split())
    assert ": loaded as" in load("logins.csv", "--grade", "B2")


def test_options_that_change_nothing_of_a_loaded_file_are_named(load: Callable[..., str]) -> None:
    load("logins.csv", "--timezone", "UTC")
    assert "It " not in load("logins.csv", "--timezone", "UTC")
    told = load("logins.csv", "--grade", "A2", "--timezone", "Asia/Manila", "--encoding", "cp1251")
    (source,) = {word.strip("():") for word in told.split() if len(word.strip("():")) == 16 and word[-2:] == "):"}

    assert f"It keeps grade F6: change it with attrigraph sources --set {source} --grade 'A2'" in told
    assert (
        "It was read without --timezone, --encoding as given now: remove it with attrigraph sources --remove "
        f"{source} and load it again."
    ) in told


def test_each_unread_file_is_a_line(load: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "logins.csv").write_text(LOGINS)
    for name in ("one", "two"):
        (tmp_path / "all" / f"{name}.csv").write_text("user,colour\n1,red\n")
    lines = load("all").splitlines()

    assert lines[-4:] == [
        "2 files were not read:",
        *(
            f"  {name}.csv: {name}.csv is no table and no format known here. It has: user, colour. "
            'Name columns with --map "Their column=ours", or the table with --table.'
            for name in ("one", "two")
        ),
        "What files are compared with: attrigraph load --explain FILE",
    ]
    assert "Looked for accounts (" in load("all/one.csv", "--explain")


def test_remarks_are_headed_as_such(load: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_bytes(LOGINS.replace("red", "caf\xe9").encode("latin-1"))
    remark = "  1 × remark: not UTF-8: the line was read as Windows-1252; for another encoding load with --encoding"
    assert remark in load("old.csv").splitlines()


def test_things_of_a_bundle_that_are_not_read_are_counted_each(load: Callable[..., str], tmp_path: Path) -> None:
    ids = [f"{n:08}-0000-4000-8000-000000000000" for n in range(12)]
    traffic = [{"type": "network-traffic", "id": f"network-traffic--{i}"} for i in ids[:11]]
    account = {"type": "user-account", "id": f"user-account--{ids[11]}", "user_id": "1", "account_type": "twitter"}
    bundle = {"type": "bundle", "id": f"bundle--{ids[0]}", "objects": [account, *traffic]}
    (tmp_path / "bundle.json").write_text(json.dumps(bundle))
    assert "  11 × remark: network-traffic: objects of a kind" in load("bundle.json")


def test_an_explanation_is_of_the_file(load: Callable[..., str], tmp_path: Path) -> None:
    """Fields it has in a table that is not cut, those it lacks in one line, keys that are not read."""
    about = {"account_based_in": "Serbia", "location_accurate": True, "brand_new_key": 1}
    record = {"rest_id": "1042", "core": {"screen_name": "harbour_news"}, "about_profile": about}
    (tmp_path / "a.json").write_text(json.dumps([{"result": record}]))
    lines = [" ".join(line.split()) for line in load("a.json", "--explain").splitlines()]

    assert lines[:6] == [
        'a.json: X "About this account" (x-about, about_profile), grade B3',
        "field becomes grade note",
        "account_based_in signals: platform_country B3 platform_region when it names a region",
        "location_accurate signals.accurate B3 missing is unknown; false lowers to B4",
        "core.screen_name, core.created_at, rest_id accounts B3 may be missing",
        "not in this file: source; username_changes.last_changed_at_msec; about_account",
    ]
    assert lines[6].startswith("kept in raw, not read: ") and "brand_new_key" in lines[6]


def test_names_of_columns_are_never_cut(load: Callable[..., str], tmp_path: Path) -> None:
    name = "a_column_of_" + "very_" * 40 + "long_name"
    (tmp_path / "wide.csv").write_text(f"account_id,at,ip,{name},phone\n")
    told = load("wide.csv", "--explain")
    assert f"{name}  kept in raw, not read" in told
    assert "phone" in told and "left out: an identifier" in told


ACCOUNTS = "account_id,handle,Land\nx:1,ann,Serbia\n"


def test_of_several_files_each_takes_the_columns_that_it_has(load: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)
    told = load("accounts.csv", "logins.csv", "--map", "Land=declared_country")

    assert "logins.csv: loaded as logins" in told
    assert "signals 1" in told
    assert "  Named with --map, but no column of this file: Land." in told.splitlines()


def test_files_may_call_the_same_thing_differently(load: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("Konto,handle\nx:1,ann\n")
    (tmp_path / "visits.csv").write_text("Wer,at,ip\nx:1,2026-01-02T03:04:05Z,192.0.2.1\n")
    told = load("people.csv", "visits.csv", "--map", "Konto=account_id", "--map", "Wer=account_id")

    assert "people.csv: loaded as accounts" in told
    assert "visits.csv: loaded as logins" in told


def test_a_column_that_no_file_has_loads_nothing(load: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)
    assert load("accounts.csv", "logins.csv", "--map", "Lnad=location") == (
        "attrigraph: --map names the column 'Lnad', which none of accounts.csv, logins.csv has.\n"
    )
    assert load("logins.csv", "--map", "Lnad=kind").startswith(
        "attrigraph: --map names the column 'Lnad', which logins.csv does not have. It has: account_id, at, ip, colour."
    )
    assert not list((tmp_path / "case").rglob("*.parquet"))


def test_a_file_that_cannot_be_loaded_does_not_stop_the_others(load: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text("user,colour\n1,red\n")
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)
    done = run_cli("load", "shop.csv", "logins.csv", "gone.csv", "accounts.csv", "--case", "case", cwd=tmp_path)

    assert [line.split(" (")[0] for line in done.stdout.splitlines() if not line.startswith(" ")] == [
        "logins.csv: loaded as logins from CSV",
        "accounts.csv: loaded as accounts from CSV",
    ]
    assert [line.split(". ")[0] for line in done.stderr.splitlines()] == [
        "attrigraph: shop.csv is no table and no format known here",
        "gone.csv does not exist",
    ]
    assert done.returncode == 1
    told = load("gone.csv", "accounts.csv", "--map", "Land=location")
    assert "accounts.csv: already loaded" in told
    assert "gone.csv does not exist" in told


def test_rows_that_an_option_would_save_are_told_with_it(load: Callable[..., str], tmp_path: Path) -> None:
    rows = LOGINS + "x:1,2026-01-02 03:04:05,192.0.2.1,red\n7,2026-01-02T03:04:05Z,192.0.2.1,red\n"
    (tmp_path / "logins.csv").write_text(rows)
    told = load("logins.csv").splitlines()
    source = told[0].split("(source ")[1][:16]

    assert told[1:3] == [
        "  1 × rejected: account_id: the platform is not known",
        "  1 × rejected: at: a time without a zone",
    ]
    assert told[-1] == (
        "  Name the platform with --platform, for example --platform x. If you know the zone of its times, add "
        f"--timezone, for example --timezone UTC. For that, first: attrigraph sources --remove {source}"
    )
