"""Folders and archives: every file in them is tried, nothing leaves them, nothing is unpacked without bounds."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cases import case_on
from conftest import Engine

import attrigraph as ag
from attrigraph.errors import InputError, UnreadableFile, UnrecognisedFile
from attrigraph.loaders.package import Limits, is_package, unfolded

ACCOUNTS = b"account_id,handle,created_at\n1,a,2020-01-01T00:00:00Z\n2,b,2020-01-02T00:00:00Z\n"
LOGINS = b"account_id,at,ip\n1,2026-01-01T00:00:00Z,8.8.8.8\n2,yesterday,8.8.4.4\n"
FILES = {"data/accounts.csv": ACCOUNTS, "data/more/logins.csv": LOGINS, "media/photo.png": b"\x89PNG\r\n"}


@pytest.fixture
def case(embedded: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ag.Case]:
    with case_on(embedded, tmp_path / "case", monkeypatch, question="Where from?") as made:
        yield made


def folder(at: Path) -> Path:
    for name, content in FILES.items():
        (at / "export" / name).parent.mkdir(parents=True, exist_ok=True)
        (at / "export" / name).write_bytes(content)
    return at / "export"


def zipped(at: Path) -> Path:
    with zipfile.ZipFile(at / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in FILES.items():
            archive.writestr(name, content)
    return at / "export.zip"


def tarred(at: Path) -> Path:
    with tarfile.open(at / "export.tar.gz", "w:gz") as archive:
        for name, content in FILES.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return at / "export.tar.gz"


@pytest.mark.parametrize("make", [folder, zipped, tarred])
def test_every_file_is_tried_and_what_was_not_read_is_listed(
    case: ag.Case, make: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = make(tmp_path)
    reports = case.load(path, platform="x")
    assert [(r.name, r.tables, r.rejected) for r in reports if r.ignored is None] == [
        ("data/accounts.csv", {"accounts": 2}, 0),
        ("data/more/logins.csv", {"logins": 1}, 1),
    ]
    (ignored,) = [r for r in reports if r.ignored]
    assert ignored.name == "media/photo.png"
    assert ignored.ignored == "media/photo.png is a picture; a screenshot is not an input."
    assert [row["name"] for row in case.sources()] == ["data/accounts.csv", "data/more/logins.csv"]
    (entry,) = case.custody.entries("package")
    assert entry.data["ignored_count"] == 1
    assert all(r.unchanged for r in case.load(path, platform="x") if r.ignored is None)


def test_the_same_file_by_itself_and_in_an_archive_is_one_source(case: ag.Case, tmp_path: Path) -> None:
    case.load(folder(tmp_path) / "data" / "accounts.csv", platform="x")
    first = case.load(zipped(tmp_path), platform="x")[0]
    assert first.unchanged


def test_a_package_without_anything_to_read_is_one_sentence(case: ag.Case, tmp_path: Path) -> None:
    (tmp_path / "album").mkdir()
    with pytest.raises(UnrecognisedFile, match="holds no files"):
        case.load(tmp_path / "album")
    (tmp_path / "album" / "a.png").write_bytes(b"\x89PNG")
    with pytest.raises(UnrecognisedFile, match=r"No loader reads any of the 1 files .* is a picture"):
        case.load(tmp_path / "album")


def test_archives_in_a_folder_are_read_like_those_given_by_name(case: ag.Case, tmp_path: Path) -> None:
    """An archive in an archive is not opened."""
    inner = zipped(tmp_path)
    (tmp_path / "all" / "sub").mkdir(parents=True)
    (tmp_path / "all" / "people.csv").write_bytes(ACCOUNTS + b"3,c,2020-01-03T00:00:00Z\n")
    with zipfile.ZipFile(tmp_path / "all" / "sub" / "two.zip", "w") as archive:
        archive.writestr("inner.zip", inner.read_bytes())
        archive.writestr("logins.csv", LOGINS)
    reports = case.load(tmp_path / "all", platform="x")

    assert [r.name for r in reports if r.ignored is None] == ["people.csv", "logins.csv"]
    (ignored,) = [r for r in reports if r.ignored]
    assert ignored.name == "sub/two.zip/inner.zip"
    assert ignored.ignored == ("inner.zip is a zip archive or the like; unpack it, or save the table in it as CSV.")
    assert [entry.data["name"] for entry in case.custody.entries("package")] == ["two.zip", "all"]


@pytest.mark.parametrize("name", ["export.zip", "book.xlsx"])
def test_a_damaged_archive_or_workbook_is_called_damaged(case: ag.Case, tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "whole", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    content = (tmp_path / "whole").read_bytes()
    (tmp_path / name).write_bytes(content[:-40])
    with pytest.raises(InputError, match=rf"{name} is damaged: it was cut off\. Get it again\."):
        case.load(tmp_path / name)
    (tmp_path / name).write_bytes(content.replace(b"<worksheet/>", b"<worksheet?>"))
    with pytest.raises(InputError, match="damaged"):
        case.load(tmp_path / name)


def test_links_and_names_that_lead_out_are_refused(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "host.csv").symlink_to("/etc/hostname")
    with unfolded(path) as package:
        assert [r.inside for r in package.refused] == ["host.csv"]
    evil = tmp_path / "evil.zip"
    with zipfile.ZipFile(evil, "w") as archive:
        for name in ("../up.csv", "/etc/cron.csv", "C:/x.csv", "fine.csv"):
            archive.writestr(name, ACCOUNTS)
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with unfolded(evil) as package:
        assert [m.inside for m in package.members] == ["fine.csv"]
        assert {r.inside: r.reason for r in package.refused} == {
            "../up.csv": "its name leads out of the archive",
            "/etc/cron.csv": "its name leads out of the archive",
            "C:/x.csv": "its name leads out of the archive",
            "link.csv": "a link, which may lead out of the archive",
        }


def test_archives_made_to_fill_the_disk_are_refused(tmp_path: Path) -> None:
    small = Limits(members=3, total=2000, one=1000, ratio=10, ratio_from=500)
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 900)
    with unfolded(bomb, small) as package:
        assert "expands more than 10 times" in package.refused[0].reason
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for n in range(4):
            archive.writestr(f"{n}.csv", b"x")
    with pytest.raises(UnreadableFile, match="more than 3 files"), unfolded(tmp_path / "many.zip", small):
        pass
    with tarfile.open(tmp_path / "bomb.tar.gz", "w:gz") as archive_:
        info = tarfile.TarInfo("a.csv")
        info.size = 100_000
        archive_.addfile(info, io.BytesIO(b"0" * 100_000))
    with pytest.raises(UnreadableFile, match="made to fill a disk"), unfolded(tmp_path / "bomb.tar.gz", small):
        pass


def test_damaged_and_encrypted_archives_give_a_sentence(tmp_path: Path) -> None:
    whole = zipped(tmp_path).read_bytes()
    (tmp_path / "half.zip").write_bytes(b"PK\x03\x04" + whole[40:80] + whole[-60:])
    if is_package(tmp_path / "half.zip"):
        with pytest.raises(UnreadableFile, match="damaged"), unfolded(tmp_path / "half.zip"):
            pass
    (tmp_path / "half.tar.gz").write_bytes(tarred(tmp_path).read_bytes()[:150])
    with pytest.raises(InputError), unfolded(tmp_path / "half.tar.gz"):
        pass


def test_a_workbook_is_no_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert not is_package(tmp_path / "book.xlsx")
    assert not is_package(tmp_path / "none.zip")


def test_what_stands_beside_a_file_is_found_nearest_first(tmp_path: Path) -> None:
    for name in ("a/profile.json", "a/b/profile.json", "a/b/logins.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    with unfolded(tmp_path) as package:
        (logins,) = [m for m in package.members if m.inside.endswith("logins.json")]
        beside = list(package.place(logins).beside("Profile.json"))
    assert beside == [("a/b/profile.json", b"a/b/profile.json"), ("a/profile.json", b"a/profile.json")]


def test_a_removed_source_takes_what_came_from_it_and_nothing_else(case: ag.Case, tmp_path: Path) -> None:
    accounts, logins = case.load(zipped(tmp_path), platform="x")[:2]
    gone = case.remove_source(logins.source, reason="sent by mistake")
    assert gone["name"] == "data/more/logins.csv"
    assert [row["source"] for row in case.sources()] == [accounts.source]
    counts = case.store.counts()
    assert (counts["Account"], counts["LOGGED_IN_FROM"], counts["Source"]) == (2, 0, 1)
    assert not list((case.folder.root / "observations").glob(f"*/{logins.source}.parquet"))
    assert case.verify().sound
    assert case.custody.entries("removed")[0].data["reason"] == "sent by mistake"
    with pytest.raises(InputError, match="no source of this case"):
        case.remove_source(logins.source)
    assert not case.load(zipped(tmp_path), platform="x")[1].unchanged
