"""What formats have in common: damaged JSON, tables under a preamble, pages, keys, whose a file is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loading import Bench

from attrigraph.errors import UnreadableFile, UnrecognisedFile
from attrigraph.loaders.content import examine, is_utf8, lines, whole_text
from attrigraph.loaders.formats.base import Reject
from attrigraph.loaders.formats.json_text import list_items, parse_json
from attrigraph.loaders.formats.pages import parse_page
from attrigraph.loaders.formats.reading import (
    assigned_name,
    assigned_records,
    dig,
    get,
    has,
    json_of,
    keyed,
    keyless,
    misfits,
    nearest,
    records,
    table_rows,
    unmojibake,
    web_address,
)
from attrigraph.loaders.package import unfolded
from attrigraph.loaders.recognise import known_columns
from attrigraph.loaders.sniff import Head, look


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def head(bench: Bench, name: str, content: str | bytes) -> Head:
    return look(examine(bench.write(name, content)), None, known_columns)


def said(found: object) -> tuple[str, ...]:
    """A record as (where, its keys), a reject as (where, reason)."""
    return (found.record, found.reason) if isinstance(found, Reject) else (found.where, *found.value)  # type: ignore[attr-defined]


# ---- JSON


def test_a_comma_too_many_and_text_after_the_end_are_said() -> None:
    found = parse_json('\ufeff {"a": [1, 2,], "b": "x,]",} tail')
    assert found.value == {"a": [1, 2], "b": "x,]"}
    assert [(r.value, r.reason, r.kind) for r in found.remarks] == [
        ("", "a comma too many was left out", "field"),
        ("tail", "text after the end of the JSON, not read", "row"),
    ]


def test_a_key_that_occurs_twice_hides_nothing_silently() -> None:
    found = parse_json('{"ip": "192.0.2.1", "ip": "192.0.2.2", "list": [{"a": 1}], "list": [], "same": 1, "same": 1}')
    assert found.value == {"ip": "192.0.2.2", "list": [], "same": 1}
    assert [(r.field, r.value, r.kind) for r in found.remarks] == [
        ("ip", "192.0.2.1", "field"), ("list", '[{"a": 1}]', "row"),
    ]  # fmt: skip


def test_long_numbers_stay_as_written_and_no_number_is_none() -> None:
    assert parse_json("[1234567890123456789, 12, 1e999, NaN, 0.5]").value == [
        "1234567890123456789",
        12,
        "1e999",
        None,
        0.5,
    ]


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a": tru', "nonsense"])
def test_what_is_no_json_is_an_error_of_value(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_json(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[{"a":1},{"b":2}]', [("$[0]", "a"), ("$[1]", "b")]),
        ('{"a":1}', [("$", "a")]),
        ('[{"a":1}, 5, {"b":2}]', [("$[0]", "a"), ("$[1]", "not a record"), ("$[2]", "b")]),
        ("[]", []),
        ("null", []),
        ("7", [("$", "not a list of records")]),
    ],
)
def test_the_objects_of_a_list(text: str, found: list[tuple[str, ...]]) -> None:
    assert [said(f) for f in list_items(text, "$")] == found


def test_one_damaged_object_spoils_itself_only() -> None:
    text = '[\n  {"a": 1},\n  {"b": "x},\n  {"c": {"d": [1}},\n  {"e": 2}, 7, {"f": '
    assert [(f.where if not isinstance(f, Reject) else f"reject {f.record}") for f in list_items(text, "$")] == [
        "$[0]", "reject $[1]", "reject $[2]", "$[3]", "reject $[4]", "reject $[5]",
    ]  # fmt: skip


def test_a_text_that_ends_after_a_backslash_is_one_damaged_object() -> None:
    (found,) = list_items('[{"a": "}\\', "$")
    assert isinstance(found, Reject)


@given(
    st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=9) | st.integers(-9, 9), max_size=3), max_size=5),
    st.data(),
)
def test_a_list_cut_anywhere_gives_its_whole_objects(rows: list[dict[str, object]], data: st.DataObject) -> None:
    text = json.dumps(rows)
    cut = text[: data.draw(st.integers(1, len(text)))]
    found = list(list_items(cut, "$"))
    whole = [f.value for f in found if not isinstance(f, Reject)]
    assert whole == rows[: len(whole)]
    assert sum(isinstance(f, Reject) for f in found) <= 1
    if not rows or cut != text:
        return
    assert len(whole) == len(rows)


def test_records_of_a_document_of_lines_and_of_the_list_inside(bench: Bench) -> None:
    assert [said(f) for f in records(head(bench, "a.json", '{"n": 1, "all": [{"x": 1}, {"y": 2}]}'))] == [
        ("$.all[0]", "x"), ("$.all[1]", "y"),
    ]  # fmt: skip
    assert [said(f) for f in records(head(bench, "b.json", '{"x": 1}\n\n{"y": \n{"z": 1}'))] == [
        ("line 1", "x"), ("line 3", "not JSON: Expecting value: line 1 column 7 (char 6)"), ("line 4", "z"),
    ]  # fmt: skip
    with pytest.raises(UnreadableFile, match="If it was cut off, get it again"):
        json_of(head(bench, "c.csv", "no json"))


def test_scripts_in_any_encoding(bench: Bench) -> None:
    text = 'window.YTD.ip_audit.part0 = [ {"a": "é"} ];'
    for name, content in (
        ("a.js", text.encode()),
        ("b.js", text.encode("utf-16")),
        ("c.js", b"\xef\xbb\xbf" + text.encode()),
    ):
        found = head(bench, name, content)
        assert assigned_name(found) == "YTD.ip_audit.part0"
        (record,) = assigned_records(found)
        assert not isinstance(record, Reject)
        assert record.value == {"a": "é"}
    assert assigned_name(head(bench, "d.csv", "a,b\n1,2\n")) is None


# ---- keys and text


def test_keys_are_found_however_they_are_written() -> None:
    record = {"IP Address": "192.0.2.1", "user_agent": None, "UserAgent": "x"}
    assert (get(record, "ip_address"), get(record, "User Agent"), get(record, "port")) == ("192.0.2.1", "x", None)
    assert get({"ip": "a", "IP": "b"}, "IP") == "b", "the exact key first"
    assert (has(["Gaia ID", "IP"], "gaiaid"), has({"a": 1}, "a", "b"), has("abc", "a")) == (True, False, False)
    assert dig({"A": [{"b": 1}]}, "a", 0, "B") == 1
    assert dig({"a": 5}, "a", 0, "b") is None


def test_objects_with_none_of_the_keys_that_are_read() -> None:
    reason = "none of the keys that are read here"
    assert list(keyed([{"Name": "a"}, {"b": "c", "d": 1}, {}, 5], "$", "name", "at")) == [
        ("$[0]", {"Name": "a"}),
        Reject("$[1]", "name", "b, d", reason),
        ("$[2]", {}),
        Reject("$[3]", "", "5", "not a record"),
    ]
    assert list(keyless({"b": 1}, "$", "name", kind="field")) == [Reject("$", "name", "b", reason, "field")]
    assert list(keyless("text", "$", "name")) == list(keyless({"Name": None}, "$", "name")) == []


def test_what_stands_on_the_way_to_a_list() -> None:
    document = {"a": {"b": 5}, "c": {"d": 1}, "e": {"x": 1}, "f": {}, "g": [1]}
    paths = [("a", "b", "list"), ("c", "list"), ("e", ""), ("f", "list"), ("g", "list"), ("h", "list")]
    assert list(misfits(document, *paths)) == [
        Reject("$.a.b", "b", "5", "not an object, so nothing in it was read"),
        Reject("$.c", "list", "d", "none of the keys that are read here", "field"),
        Reject("$.g", "g", "[1]", "not an object, so nothing in it was read"),
    ]


def test_the_parts_of_a_web_address() -> None:
    found = [web_address(text) for text in ("https://a.example/b?id=1", "a.example/b", "https://[a.example/b", "a]/℀b")]
    assert [parts and (parts.netloc, parts.path, parts.query) for parts in found] == [
        ("a.example", "/b", "id=1"), ("a.example", "/b", ""), None, None,
    ]  # fmt: skip


def test_mojibake_is_mended_only_where_it_is_one() -> None:
    assert unmojibake({"citt\u00c3\u00a0": ["\u00c3\u008ele-de-France", "é", "Île", 5]}) == {
        "città": ["Île-de-France", "é", "Île", 5]
    }


# ---- tables


def test_rows_under_a_preamble(bench: Bench) -> None:
    text = (
        'Notes:\n"two, words"\n\nLogin Date,IP Address,\n2026-01-02,192.0.2.1,\n,,\n'
        '"open,1\n2026,1,,9\n2026-01-03,192.0.2.2\n'
    )
    found = list(table_rows(head(bench, "a.csv", text), ["login date", "ip address"]))
    assert [said(f) for f in found] == [
        ("row 1", "Login Date", "IP Address"),
        ("row 3", "a quote is opened and not closed"),
        ("row 4", "4 cells where the header has 3"),
        ("row 5", "Login Date", "IP Address"),
    ]
    nothing = list(table_rows(head(bench, "b.csv", text), ["nowhere"]))
    assert [said(f) for f in nothing] == [("row 1", "no header of the kind this file should have")]


# ---- pages


def test_a_page_as_a_tree() -> None:
    page = parse_page(
        "<style>p{}</style><div id=property-name class='a b'>Name<div>Har<b>bour</b></div></div>"
        "<table><tr><th>IP<th>Time<tr><td>192.0.2.1<td>now</table><script>1<2</script>"
    )
    section = page.first(id="property-name")
    assert section is not None
    assert (section.own_text, section.text, section.classes) == ("Name", "Name\nHarbour", ("a", "b"))
    assert list(page.rows()) == [["IP", "Time"], ["192.0.2.1", "now"]]
    assert [e.tag for e in page.all(cls="b")] == ["div"]


def test_pages_nested_deep_or_broken_are_read() -> None:
    assert parse_page("<div>" * 50_000 + "x").text == "x"
    assert parse_page("</p><b>x</i></b>").text == "x"


# ---- whose a file is


def test_what_only_looks_like_a_marked_section_is_left_out() -> None:
    assert [parse_page(f"<p>a<![{junk}b</p>c").text for junk in ("None[>", "[>", "")] == ["ab\nc", "ab\nc", "ac"]


def test_what_the_nearest_files_say_unless_they_differ(tmp_path: Path) -> None:
    for path, content in {
        "a/who.txt": "1",
        "b/who.txt": "2",
        "a/x.csv": "a,b\n",
        "y.csv": "a,b\n",
        "b/c/z.csv": "a,b",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    with unfolded(tmp_path) as package:
        places = {m.inside: package.place(m) for m in package.members}
    found = {}
    for inside in ("a/x.csv", "y.csv", "b/c/z.csv"):
        found[inside] = nearest(
            look(examine(tmp_path / inside), None, known_columns, places[inside]), ["/who.txt"], bytes.decode
        )
    assert found == {"a/x.csv": "1", "y.csv": None, "b/c/z.csv": "2"}


def test_a_table_without_accounts_is_loaded_with_the_option(bench: Bench) -> None:
    text = "at,ip\n2026-01-02T03:04:05Z,192.0.2.1\n2026-01-02T03:04:05Z,192.0.2.x\n"
    with pytest.raises(UnrecognisedFile, match=r"Nearest is logins, without account_id\. .* --account"):
        bench.load("a.csv", text)
    report = bench.load("a.csv", text, account="x:1042")
    assert (report.records, report.loaded, report.rejected) == (2, 1, 1)
    assert bench.table("logins", "account_id", "platform", "ip") == [("x:1042", "x", "192.0.2.1")]
    lines = bench.load("a.jsonl", '{"at": "2026-01-02T03:04:05Z", "ip": "192.0.2.1"}\n', account="77", platform="x")
    assert lines.loaded == 1
    assert ("x:77", "x", "192.0.2.1") in bench.table("logins", "account_id", "platform", "ip")


def test_the_option_changes_nothing_where_rows_say_whose_they_are(bench: Bench) -> None:
    bench.load("a.csv", "account_id,at,ip\nx:1,2026-01-02T03:04:05Z,192.0.2.1\n", account="x:1042")
    assert bench.table("logins", "account_id") == [("x:1",)]


@given(st.text(alphabet="a\r\n\ufeffé", min_size=1, max_size=12))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_text_in_one_go_is_that_of_its_lines(tmp_path: Path, text: str) -> None:
    path = tmp_path / "text"
    path.write_bytes(text.encode())
    content = examine(path)
    assert is_utf8(content)
    assert whole_text(content, None) == "\n".join(line.text for line in lines(content, None))


def test_a_line_that_is_not_utf8_needs_care(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes("a\né".encode("latin-1"))
    assert (whole_text(examine(path), None), is_utf8(examine(path))) == (None, False)


def test_keys_that_differ_in_case_only() -> None:
    assert [get({"IP": None, "ip_": 1, "I P": 2}, "ip"), get({"IP": None}, "ip"), get({"a": 1}, "b", "A")] == [
        2,
        None,
        1,
    ]
