"""Legal return of X: PGP clear-signed text, its dash escapes and its signature; records as in an archive (5.1)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loading import Bench

from attrigraph.errors import InputError, UnrecognisedFile
from attrigraph.loaders import signatures
from attrigraph.loaders.signatures import clear_signed

LOGIN = {"ipAudit": {"accountId": "1042", "createdAt": "2026-01-02T03:04:05.678Z", "loginIp": "192.0.2.1"}}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def signed(text: str, signature: str = "-----BEGIN PGP SIGNATURE-----\n\nabcd\n-----END PGP SIGNATURE-----\n") -> str:
    """A clear-signed message, its dashes escaped, as gpg writes it."""
    escaped = "\n".join(f"- {line}" if line.startswith("-") else line for line in text.split("\n"))
    return f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{escaped}\n{signature}"


def body(*records: dict[str, Any]) -> str:
    return json.dumps(records, indent=2)


def test_a_signed_text_without_its_escapes() -> None:
    found = clear_signed("note\n" + signed('[\n"a",\n- 1]\n--x') + "more\n")
    assert found is not None
    assert found.text == '[\n"a",\n- 1]\n--x'
    assert (found.outside, found.first_line) == ("note\nmore", 5)
    assert found.block is not None
    assert found.block.startswith("-----BEGIN PGP SIGNED")
    assert found.block.endswith("END PGP SIGNATURE-----\n")
    assert clear_signed("-----BEGIN PGP MESSAGE-----\n") is None


def test_logins_of_a_signed_return(bench: Bench) -> None:
    report = bench.load("1042-ip-audit.txt", signed(body(LOGIN)))
    assert (report.format, report.grade, report.tables) == ("x-return", "B3", {"logins": 1})
    assert bench.table("logins", "account_id", "at", "ip", "record") == [
        ("x:1042", "2026-01-02 03:04:05.678+00", "192.0.2.1", "$[0]")
    ]
    assert [reason for reason in report.remarks if reason.startswith("signature: ")], (
        "nobody vouches for it, and it says so"
    )


def test_an_unsigned_one_is_b3(bench: Bench) -> None:
    report = bench.load("1042-ip-audit.txt", body(LOGIN))
    assert (report.format, report.grade, report.remarks) == ("x-return", "B3", {})


def test_records_are_known_whatever_the_file_is_called(bench: Bench) -> None:
    report = bench.load("evidence.json", body(LOGIN))
    assert (report.format, report.tables) == ("x-return", {"logins": 1})
    mixed = bench.load("evidence.txt", signed(body(LOGIN, {"deviceToken": {"token": "abcdefabcdef"}}, {"odd": {}})),
                       account="1042")  # fmt: skip
    assert mixed.tables == {"logins": 1, "identifiers": 1}
    assert [r[3] for r in bench.rejects(mixed)] == ["no record of X that is read here"]


def test_the_files_name_says_whose_records_without_an_id_are(bench: Bench) -> None:
    token = {"deviceToken": {"token": "abcdefabcdef", "createdAt": "2022-01-01T00:00:00.000Z"}}
    bench.load("1042-device-token.txt", signed(body(token)))
    assert bench.table("identifiers", "account_id") == [("x:1042",)]
    with pytest.raises(InputError, match="--account"):
        bench.load("case_7-device-token.txt", body(token))


def test_the_account_file_of_the_same_prefix_says_it_better(bench: Bench) -> None:
    accounts = {
        f"{prefix}-account.txt": signed(body({"account": {"accountId": number, "username": prefix}}))
        for prefix, number in (("quay", "1042"), ("pier", "77"))
    }
    token = {"deviceToken": {"token": "abcdefabcdef"}}
    bench.load_folder({**accounts, "pier-device-token.txt": signed(body(token))}, only="pier-device-token.txt")
    assert bench.table("identifiers", "account_id") == [("x:77",)]


def test_a_post_in_parts(bench: Bench) -> None:
    post = {"tweet": {"id_str": "9", "created_at": "Wed Nov 12 19:01:02 +0000 2025", "full_text": "-dash"}}
    bench.load("1042-tweets-part1.txt", signed(body(post)))
    assert bench.table("posts", "account_id", "at", "text") == [("x:1042", "2025-11-12 19:01:02+00", "-dash")]


def test_an_older_return_has_a_key_a_line(bench: Bench) -> None:
    lines = (
        '"accountId" : "1042",\n"createdAt" : "2019-01-02T03:04:05.000Z",\n"loginIp" : "192.0.2.1"\n\n'
        '"accountId" : "1042",\n"createdAt" : "2019-01-03T03:04:05.000Z",\n"loginIp" : "192.0.2.2"\n'
        '"accountId" : "1042",\n"createdAt" : "broken"\nsome words\n'
    )
    report = bench.load("1042-ip-audit.txt", signed(lines))
    assert bench.table("logins", "ip", "record") == [("192.0.2.1", "line 4"), ("192.0.2.2", "line 8")]
    assert sorted((r[0], r[3]) for r in bench.rejects(report)) == [
        ("line 11", "not a time"), ("line 13", 'not of the form "key" : value'),
    ]  # fmt: skip


def test_what_no_signature_covers_is_not_read(bench: Bench) -> None:
    report = bench.load("1042-ip-audit.txt", body(LOGIN) + "\n" + signed(body(LOGIN)))
    assert report.tables == {"logins": 1}
    assert bench.rejects(report)[0][3] == "outside the signed text, so it is not read"


def test_a_return_that_was_cut_off_keeps_what_is_whole(bench: Bench) -> None:
    whole = signed(body(LOGIN, LOGIN))
    report = bench.load("1042-ip-audit.txt", whole[: whole.rindex('"loginIp"')])
    assert (report.loaded, report.rejected) == (1, 1)
    assert "signature: missing: the file was cut off" in report.remarks


@pytest.mark.parametrize("kind", ["like", "direct-messages", "ageinfo", "block"])
def test_parts_without_signals_say_why(bench: Bench, kind: str) -> None:
    with pytest.raises(UnrecognisedFile, match="of a return of X, which is not read"):
        bench.load(f"1042-{kind}.txt", signed('[\n{"dmConversation" : {}}]'))


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A keyring of its own with one key."""
    if not shutil.which("gpg"):
        pytest.skip("NOT TESTED: gpg is not installed")
    home = tmp_path / "gpg"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    signatures.verify.cache_clear()
    made = subprocess.run(
        ["gpg", "--batch", "--passphrase", "", "--quick-gen-key", "legal@example.org", "ed25519", "sign", "never"],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip(f"NOT TESTED: gpg makes no key here: {made.stderr.decode()[-200:]}")
    yield home
    subprocess.run(["gpgconf", "--kill", "gpg-agent"], check=False)


def test_a_signature_is_checked_with_the_keys_of_the_user(
    keys: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.run(
        ["gpg", "--batch", "--clearsign"], input=body(LOGIN).encode(), capture_output=True, check=True
    )
    text = done.stdout.decode()
    good = bench.load("1042-ip-audit.txt", text)
    assert (good.grade, good.tables) == ("A2", {"logins": 1})
    altered = bench.load("1042-ip-audit.txt", text.replace("192.0.2.1", "192.0.2.7"))
    assert altered.grade == "B3"
    assert "signature: the signature does not fit the text: it was altered after signing" in altered.remarks
    monkeypatch.setenv("GNUPGHOME", str(keys.parent / "none"))
    (keys.parent / "none").mkdir(mode=0o700)
    signatures.verify.cache_clear()
    unknown = bench.load("1043-ip-audit.txt", text + "\n")
    assert unknown.grade == "B3"
    assert any("is not among your keys" in reason for reason in unknown.remarks)


def test_without_gpg_nothing_is_vouched_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    signatures.verify.cache_clear()
    report = bench.load("1042-ip-audit.txt", signed(body(LOGIN)))
    assert (report.grade, report.remarks) == ("B3", {"signature: gpg is not installed": 1})
