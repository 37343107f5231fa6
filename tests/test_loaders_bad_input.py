"""Files as they come: every fault is one sentence or a reject with its reason, and the counts add up."""

from __future__ import annotations

import gzip
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loading import GOOD, LOGINS, Bench, parquet

from attrigraph.errors import AttrigraphError, CaseError, InputError, UnreadableFile, UnrecognisedFile
from attrigraph.loaders.clean import FALLBACK
from attrigraph.loaders.load import LoadReport

OTHER = "x:2,2026-01-03T03:04:05Z,192.0.2.2\n"
JSON_LINE = '{"account_id": "x:1", "at": "2026-01-02T03:04:05Z", "ip": "192.0.2.1"}\n'


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def counts(report: LoadReport) -> tuple[int, int, int]:
    assert report.records == report.loaded + report.rejected
    assert report.rejected == sum(report.reasons.values())
    return report.records, report.loaded, report.rejected


def test_ragged_records_are_rejects(bench: Bench) -> None:
    report = bench.load("a.csv", LOGINS + GOOD + "x:2,2026-01-02T03:04:05Z\n" + "x:3,a,b,c\n" + OTHER)
    assert counts(report) == (4, 2, 2)
    assert [(r[0], r[3]) for r in bench.rejects(report)] == [
        ("row 2", "2 cells where the header has 3"),
        ("row 3", "4 cells where the header has 3"),
    ]
    assert bench.table("logins", "record") == [("row 1",), ("row 4",)]


def test_empty_cells_too_many_are_no_fault(bench: Bench) -> None:
    assert counts(bench.load("a.csv", LOGINS + GOOD.replace("\n", ",,\n") + OTHER)) == (2, 2, 0)


def test_a_quote_never_closed_costs_its_line_and_no_other(bench: Bench) -> None:
    report = bench.load("a.csv", LOGINS + GOOD + '"x:9,2026-01-02T03:04:05Z,192.0.2.1\n' + OTHER + GOOD)
    assert counts(report) == (4, 3, 1)
    assert bench.rejects(report)[0][::3] == ("row 2", "a quote is opened and not closed")


def test_a_quote_inside_a_cell_is_text(bench: Bench) -> None:
    report = bench.load("p.csv", 'account_id,at,text\nx:1,1767355200,5" pipe\nx:1,1767355200,"a ""b""\nc"\n')
    assert counts(report) == (2, 2, 0)
    assert bench.table("posts", "text") == [('5" pipe',), ('a "b"\nc',)]


def test_both_paths_give_the_same_rows(bench: Bench) -> None:
    sound = (
        'account_id,at,text,more\nx:1,1767355200,"a\n\nb",1\n\nx:1,1767355200,"c,d",\nx:1,1767355200,"say ""hi""",\n'
    )
    bench.load("fast.csv", sound)
    fast = bench.table("posts", "account_id", "text", "record", "raw")
    slow = Bench(bench.files / "slow" if (bench.files / "slow").mkdir() is None else bench.files)
    slow.load("slow.csv", sound + "ragged\n")
    assert slow.table("posts", "account_id", "text", "record", "raw") == fast
    assert [row[1] for row in fast] == ["a\n\nb", "c,d", 'say "hi"']


def test_nul_bytes_are_rejects(bench: Bench) -> None:
    for name, pack in (("a.csv", bytes), ("b.csv.gz", gzip.compress)):
        report = bench.load(name, pack((LOGINS + GOOD + "x:\0002,2026-01-03T03:04:05Z,192.0.2.2\n").encode()))
        assert counts(report) == (2, 1, 1)
        assert bench.rejects(report)[0][3] == "holds NUL bytes"


def test_stray_bytes_are_read_as_windows_1252_and_said(bench: Bench) -> None:
    rows = "x:1,1767355200,Café\n".encode() + "x:2,1767355200,Café – bar\n".encode("cp1252")
    report = bench.load("p.csv", b"account_id,at,text\n" + rows)
    assert counts(report) == (2, 2, 0)
    assert bench.table("posts", "text") == [("Café",), ("Café – bar",)]
    assert report.remarks == {FALLBACK: 1}
    assert bench.rejects(report, "field")[0][0] == "row 2"


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("logins", "account_id,at,ip,city,user_agent\nx:1,2026-01-02T03:04:05Z,192.0.2.1,Lyon,Curaçao\n"),
        ("signals", "account_id,port of call,signal,value\nx:1,Lyon,store_country,Curaçao\n"),
    ],
)
def test_lines_that_are_not_utf8_beside_columns_that_a_query_passes_over(bench: Bench, table: str, text: str) -> None:
    report = bench.load("a.csv", text.encode("cp1252"))
    assert (report.tables, report.remarks) == ({table: 1}, {FALLBACK: 1})
    assert bench.table(table, "user_agent" if table == "logins" else "value") == [("Curaçao",)]


def test_another_encoding_is_named(bench: Bench) -> None:
    content = "account_id,at,text\nx:1,1767355200,привет\n".encode("cp1251")
    bench.load("p.csv", content, encoding="cp1251")
    assert bench.table("posts", "text") == [("привет",)]
    with pytest.raises(UnreadableFile, match="is not ascii throughout"):
        bench.load("p.csv", content, encoding="ascii")


def test_utf16_without_a_mark_is_said(bench: Bench) -> None:
    content = (LOGINS + GOOD).encode("utf-16-le")
    with pytest.raises(UnreadableFile, match="--encoding utf-16-le"):
        bench.load("a.csv", content)
    assert bench.load("a.csv", content, encoding="utf-16-le").loaded == 1


def test_a_cell_of_a_million_characters(bench: Bench) -> None:
    report = bench.load("p.csv", f"account_id,at,text\nx:1,1767355200,{'a' * 1_000_000}\nx:2,1767355200,b\n")
    assert counts(report) == (2, 2, 0)
    assert report.remarks == {"text: longer than 100,000 characters": 1}
    assert bench.table("posts", "account_id", "text") == [("x:1", None), ("x:2", "b")]
    huge = bench.load("q.csv", f"account_id,at,text\nx:1,1767355200,{'a' * 3_000_000}\nx:2,1767355200,b\n")
    assert counts(huge) == (2, 1, 1)
    assert huge.reasons == {"longer than 1.9 MB": 1}
    long_id = bench.load("r.csv", LOGINS + GOOD + GOOD.replace("x:1", "x:" + "1" * 1_000_000))
    assert long_id.reasons == {"account_id: longer than 256 bytes": 1}


def test_json_lines_that_are_none(bench: Bench) -> None:
    report = bench.load("a.jsonl", JSON_LINE + "\n" + '{"account_id": "x:2", "at": "2026-\n' + "[1, 2]\n" + JSON_LINE)
    assert counts(report) == (4, 2, 2)
    assert [(r[0], r[3]) for r in bench.rejects(report)] == [
        ("line 3", "not whole JSON"),
        ("line 4", "not a JSON object"),
    ]
    assert bench.table("logins", "record") == [("line 1",), ("line 5",)]


def test_elements_of_a_list_that_are_no_objects(bench: Bench) -> None:
    report = bench.load("a.json", f"[{JSON_LINE}, 7, {JSON_LINE}]")
    assert counts(report) == (3, 2, 1)
    assert bench.rejects(report)[0][0] == "$[1]"
    assert bench.table("logins", "record") == [("$[0]",), ("$[2]",)]


SENTENCES: dict[str, tuple[bytes, type[AttrigraphError], str]] = {
    "empty.csv": (b"", UnreadableFile, "is empty"),
    "bom.csv": (b"\xef\xbb\xbf\r\n", UnreadableFile, "holds no text"),
    "zeros.csv": (b"\0" * 500, UnreadableFile, "holds no text"),
    "header.csv": (LOGINS.encode(), InputError, "a header and no rows"),
    "words.csv": (b"lorem ipsum\ndolor\n", UnrecognisedFile, "is no table and no format known here"),
    "cut.json": (f"[{JSON_LINE}, {JSON_LINE[:30]}".encode(), UnreadableFile, "is not whole JSON"),
    "cut.json.gz": (gzip.compress((LOGINS + GOOD * 99).encode())[:-20], UnreadableFile, "is damaged"),
    "bad.zst": (b"\x28\xb5\x2f\xfd" + b"rubbish" * 9, UnreadableFile, "cannot be read|is damaged"),
    "none.json": (b"[]", UnrecognisedFile, "It has: no columns"),
    "number.json": (b"[1, 2]", UnrecognisedFile, "It has: no columns"),
    "book.xlsx": (b"PK\x03\x04....", UnrecognisedFile, "is damaged: it was cut off"),
    "page.csv": (b"<!doctype html><html></html>", UnrecognisedFile, "is a web page"),
    "label.csv": (b"\x89PNG\r\n\x1a\n", UnrecognisedFile, "a screenshot is not an input"),
    "bad.parquet": (b"PAR1" + b"\0" * 90 + b"PAR1", UnreadableFile, "is a damaged Parquet file"),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_file_that_cannot_be_read_is_one_sentence(bench: Bench, name: str) -> None:
    content, kind, words = SENTENCES[name]
    with pytest.raises(kind, match=words) as error:
        bench.load(name, content)
    assert name in str(error.value)
    assert "\n" not in str(error.value)
    assert list(bench.folder.root.rglob("*.parquet")) == []


def test_parquet_damaged_in_the_middle(bench: Bench, tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "a.parquet",
        "SELECT 'x:' || i AS account_id, 1767355200 AS at, '192.0.2.1' AS ip FROM range(5000) r(i)",
    )
    content = bytearray(path.read_bytes())
    content[100:4000] = os.urandom(3900)
    with pytest.raises(UnreadableFile, match=r"a.parquet cannot be read"):
        bench.load("a.parquet", bytes(content))


def test_folders_and_missing_files(bench: Bench, tmp_path: Path) -> None:
    from attrigraph.loaders.load import load_file

    with pytest.raises(UnreadableFile, match="is a folder"):
        load_file(tmp_path, bench.folder)
    with pytest.raises(UnreadableFile, match="does not exist"):
        load_file(tmp_path / "no.csv", bench.folder)
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(UnreadableFile, match="is not a regular file"):
        load_file(tmp_path / "pipe.csv", bench.folder)


def test_a_file_closed_to_us(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bench.write("a.csv", LOGINS + GOOD)
    opened = Path.open

    def refuse(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    from attrigraph.loaders.load import load_file

    with pytest.raises(UnreadableFile, match="may not be read by you"):
        load_file(path, bench.folder)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from attrigraph.errors import AttrigraphError
from attrigraph.folder import CaseFolder
from attrigraph.loaders.load import load_file
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    load_file(Path(sys.argv[1]), CaseFolder(Path(sys.argv[2])))
except AttrigraphError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("fault", ["", "ragged\n"], ids=["fast reader", "careful reader"])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(bench: Bench, fault: str) -> None:
    assert resource.RLIMIT_FSIZE
    rows = "".join(f"x:{i},1767355200,{os.urandom(40).hex()}\n" for i in range(5000))
    path = bench.write("posts.csv", "account_id,at,text\n" + rows + fault)
    bench.folder.key()
    found = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path), str(bench.folder.root)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout.startswith("CaseError The disk is full: posts.csv was not loaded."), found.stderr[-800:]
    assert list(bench.folder.root.rglob("*.parquet")) == []


def test_a_case_folder_that_cannot_be_written(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *args: Any, **kwargs: Any) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    path = bench.write("a.csv", LOGINS + GOOD)
    monkeypatch.setattr(Path, "mkdir", refuse)
    from attrigraph.loaders.load import load_file

    with pytest.raises(CaseError, match="Permission denied"):
        load_file(path, bench.folder)


cells = st.text(st.characters(codec="utf-8"), max_size=12)
rough = st.lists(
    st.one_of(cells, st.sampled_from(['"', ",", "\n", "x:1", "192.0.2.1", "1767355200", '""', "\0"])), max_size=30
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rough)
def test_whatever_follows_a_header_the_counts_add_up(bench: Bench, pieces: list[str]) -> None:
    try:
        counts(bench.load("a.csv", LOGINS + GOOD + "".join(pieces)))
    except AttrigraphError as error:
        pytest.fail(f"one good row is there, so it must load: {error}")


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_no_bytes_give_a_traceback(bench: Bench, content: bytes) -> None:
    for name in ("a.csv", "a.json", "a.jsonl"):
        try:
            counts(bench.load(name, content))
        except AttrigraphError as error:
            assert "\n" not in str(error)[:60]


def test_a_line_of_commas_is_no_header(bench: Bench) -> None:
    wide = "account_id,at,ip" + ",more" * 5_000
    with pytest.raises(UnrecognisedFile, match="5,003 columns in its first line"):
        bench.load("a.csv", f"{wide}\nx:1,2026-01-02T03:04:05Z,192.0.2.1\n")
    names = "".join(f",c{i}" for i in range(900))
    row = "x:1,2026-01-02T03:04:05Z,192.0.2.1" + ",v" * 900
    assert bench.load("b.csv", f"account_id,at,ip{names}\n" + f"{row}\n" * 20).loaded == 20


def test_a_list_whose_name_is_not_utf8_is_a_sentence(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    rows = b'[{"account_id": "x:1", "at": 1767323045, "ip": "192.0.2.1"}, {"account_id": "x:\x80", "at": 0}]'
    with pytest.raises(UnreadableFile, match="is not UTF-8 in the name of its list"):
        bench.load("logins.json", b'{"logins\x80": ' + rows + b"}")
