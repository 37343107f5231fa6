"""Saved investigations: the file, where files are found, typed parameters, a result that matches its declaration."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from case_graph import CaseGraph, at
from hypothesis import given
from hypothesis import strategies as st

from attrigraph.errors import BadDefinition, BadParameter, QueryError, QueryRefused, QueryTimeout
from attrigraph.graph import Store
from attrigraph.queries import Column, Parameter, QueryResult, Registry, run, user_folder
from attrigraph.queries.docs import investigations_page
from attrigraph.queries.header import parse
from attrigraph.queries.values import fits, read_parameters, read_value

NOWHERE = Path("/nonexistent")
HEADER = """/*
title: Accounts on one device
question: Which accounts used the same device, and how many others did?
parameters:
  min_accounts: {type: integer, default: 2, minimum: 2, help: smallest group shown}
columns: {device: string, accounts: list, territories: list}
tags: [links, infrastructure]
revision: 1
*/
"""
BODY = "MATCH (a:Account)-[:USED]->(d:Device) WITH d, collect(a.id) AS accounts WHERE size(accounts) >= $min_accounts\n"
BODY += "RETURN d.id AS device, accounts, [] AS territories"


def query(columns: str, cypher: str, parameters: str = "{}") -> str:
    return f"/*\ntitle: t\nquestion: q?\nparameters: {parameters}\ncolumns: {columns}\nrevision: 1\n*/\n{cypher}"


def registry(folder: Path, **files: str) -> Registry:
    """A registry whose case folder holds `files`; `_` in a name is written `-`."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.cypher").write_text(text, encoding="utf-8")
    return Registry.load(folder, NOWHERE)


# ---- the file


def test_a_file_is_header_and_cypher() -> None:
    found = parse(f"\n{HEADER}{BODY} ;\n", "/case/queries/accounts-on-one-device.cypher", "case")
    assert (found.id, found.revision, found.tags) == ("accounts-on-one-device", 1, ("links", "infrastructure"))
    assert found.parameters == (Parameter("min_accounts", "integer", "smallest group shown", 2, minimum=2),)
    assert found.columns == (Column("device", "string"), Column("accounts", "list"), Column("territories", "list"))
    assert found.cypher == BODY
    assert found.caveats == ""


def test_norway_is_a_territory_and_not_false() -> None:
    text = query(
        "{a: integer}",
        "RETURN 1 AS a, $where, $on",
        "{where: {type: territory, default: NO}, on: {type: boolean, default: no}}",
    )
    assert [p.default for p in parse(text, "q.cypher").parameters] == ["NO", False]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("/*\ntitle", "// title", "there is no header"),
        ("title: Accounts on one device\n", "", "the header lacks title"),
        ("revision: 1", "revision: one", "revision = 'one': expected a whole number, 1 or more"),
        ("revision: 1", "revision: 1\nrevison: 2", "header = 'revison': expected only title, question"),
        ("revision: 1", "revision: 1\nrevision: 2", "key 'revision' is given twice"),
        ("tags: [links, infrastructure]", "tags: links", "tags = 'links': expected a list like [links,"),
        ("tags: [links, infrastructure]", "tags: [links", "the header is not valid YAML at line"),
        ("type: integer", "type: int", "parameters.min_accounts.type = 'int': expected one of string, integer"),
        ("default: 2", "default: two", "min_accounts.default = 'two': expected a whole number, at least 2"),
        ("default: 2", "default: 1", "min_accounts.default = '1': expected a whole number, at least 2"),
        ("default: 2", "default: 2, required: true", "min_accounts.required = 'true': expected true or false, and no"),
        ("default: 2", "deflaut: 2", "parameters.min_accounts = 'deflaut': expected only type, help, default"),
        ("min_accounts:", "case:", "parameters = 'case': expected a name of letters, digits and _, and none of case"),
        ("min_accounts:", "minimum:", "parameter minimum is declared and not used"),
        ("  min_accounts: {type: integer, default: 2, minimum: 2, help: smallest group shown}\n", "",
         "parameter min_accounts is used, not declared"),
        ("device: string", "device: text", "columns.device = 'text': expected one of string"),
        ("{device: string, accounts: list, territories: list}", "device", "columns = 'device': expected a mapping"),
        (BODY, "", "there is no Cypher after the header"),
    ],
)  # fmt: skip
def test_a_broken_file_is_one_sentence(old: str, new: str, message: str) -> None:
    assert old in HEADER + BODY
    with pytest.raises(BadDefinition) as caught:
        parse((HEADER + BODY).replace(old, new), "/queries/mine.cypher")
    assert message in str(caught.value)
    assert str(caught.value).startswith("/queries/mine.cypher: ")
    assert "\n" not in str(caught.value)


def test_a_file_name_is_an_id() -> None:
    with pytest.raises(BadDefinition, match="file name = 'My Query': expected lower-case letters"):
        parse(HEADER + BODY, "/queries/My Query.cypher")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_a_definition_or_a_sentence(text: str) -> None:
    for candidate in (text, f"/*{text}*/ RETURN 1 AS a", f"/*\ntitle: {text}\nquestion: q\n{text}\n*/ RETURN 1"):
        try:
            assert parse(candidate, "any.cypher").id == "any"
        except BadDefinition as error:
            assert str(error).startswith("any.cypher: ")


# ---- where files are found


def test_the_case_comes_before_the_user_and_the_user_before_the_pack(tmp_path: Path) -> None:
    user, case = tmp_path / "user", tmp_path / "case"
    user.mkdir()
    case.mkdir()
    for folder, name, title in (
        (user, "contested-accounts", "of the user"),
        (user, "accounts-on-one-device", "of the user"),
        (case, "accounts-on-one-device", "of the case"),
    ):
        (folder / f"{name}.cypher").write_text(
            query("{a: integer}", "RETURN 1 AS a").replace("title: t", f"title: {title}")
        )
    found = Registry.load(case, user)
    assert [(found.get(n).title, found.get(n).origin) for n in ("accounts-on-one-device", "contested-accounts")] == [
        ("of the case", "case"),
        ("of the user", "user"),
    ]
    assert found.get("accounts-by-territory").origin == "built-in"


def test_a_broken_file_does_not_break_the_listing(tmp_path: Path) -> None:
    (tmp_path / "latin.cypher").write_bytes(b"/* title: caf\xe9 */ RETURN 1")
    (tmp_path / "folder.cypher").mkdir()
    found = registry(tmp_path, mine=query("{a: integer}", "RETURN 1 AS a"), contested_accounts="RETURN 1")
    assert "mine" in [q.id for q in found.queries()]
    assert "contested-accounts" not in [q.id for q in found.queries()]
    sentences = sorted(found.problems)
    assert [Path(s.split(" ")[0].rstrip(":")).name for s in sentences] == [
        "contested-accounts.cypher",
        "folder.cypher",
        "latin.cypher",
    ]
    assert "it is not UTF-8 text (byte 13)" in sentences[2]
    with pytest.raises(BadDefinition, match="there is no header"):
        found.get("contested-accounts")


def test_bom_and_crlf_are_read(tmp_path: Path) -> None:
    text = query("{a: integer}", "RETURN 1 AS a").replace("\n", "\r\n")
    (tmp_path / "windows.cypher").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert Registry.load(tmp_path, NOWHERE).get("windows").cypher == "RETURN 1 AS a"


def test_an_unknown_name_is_answered_with_its_neighbours() -> None:
    with pytest.raises(QueryError, match=r"is called 'acounts-on-device'\. Did you mean accounts-on-one-device"):
        Registry.load(None, NOWHERE).get("acounts-on-device")


def test_the_user_folder_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert user_folder() == tmp_path / "attrigraph" / "queries"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert user_folder() == tmp_path / ".config" / "attrigraph" / "queries"


def test_tags_choose() -> None:
    pack = Registry.load(None, NOWHERE)
    assert [q.id for q in pack.queries("registration")] == ["registration-bursts"]
    assert {q.id for q in pack.queries("claims")} == {"claimed-organisations", "claims-against-assessments"}


def test_what_reads_assessments_takes_a_run_and_says_how_it_misleads() -> None:
    for found in Registry.load(None, NOWHERE).queries():
        reads = ":Assessment" in found.cypher or "run: run" in found.cypher
        parameter = found.parameter("run")
        assert (parameter is not None and parameter.type == "run") == reads, found.id
        assert found.caveats and found.tags, found.id


def test_the_page_is_up_to_date() -> None:
    page = Path(__file__).parent.parent / "docs" / "investigations.md"
    assert page.read_text(encoding="utf-8") == investigations_page(), "run: make docs"


# ---- parameters


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        ("string", "a b", "a b"),
        ("integer", "-7", -7),
        ("float", "0.5", 0.5),
        ("float", 2, 2.0),
        ("boolean", "Yes", True),
        ("boolean", "0", False),
        ("date", "2026-06-30", date(2026, 6, 30)),
        ("datetime", "2026-06-30T14:00:00+02:00", datetime(2026, 6, 30, 12, tzinfo=UTC)),
        ("datetime", "2026-06-30", datetime(2026, 6, 30, tzinfo=UTC)),
        ("territory", "serbia", "RS"),
        ("territory", "no", "NO"),
        ("territory", "unknown", "UNKNOWN"),
        ("account", " x:1042 ", "x:1042"),
        ("run", "r1", "r1"),
        ("list", "a, b,,c", ["a", "b", "c"]),
        ("list", "", []),
        ("list<integer>", "1,2", [1, 2]),
        ("list<account>", ["x:1", "y:2:3"], ["x:1", "y:2:3"]),
        ("list<territory>", "rs, Germany", ["RS", "DE"]),
    ],
)
def test_texts_become_typed_values(type_: str, text: Any, value: Any) -> None:
    found = read_value(Parameter("p", type_), text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        (Parameter("p", "string"), 3, "a text"),
        (Parameter("p", "integer"), "2.5", "a whole number"),
        (Parameter("p", "integer"), True, "a whole number"),
        (Parameter("p", "integer"), 2**63, "a whole number"),
        (Parameter("p", "integer", minimum=2, maximum=9), "10", "a whole number, at least 2, at most 9"),
        (Parameter("p", "float"), "nan", "a number"),
        (Parameter("p", "boolean"), "maybe", "true or false"),
        (Parameter("p", "date"), "30.06.2026", "a date like 2026-06-30"),
        (Parameter("p", "datetime"), "yesterday", "a time like 2026-06-30T12:00:00Z"),
        (Parameter("p", "territory"), "Atlantis", "a territory code like RS, or a name"),
        (Parameter("p", "territory"), "Korea", "a territory code like RS, or a name"),
        (Parameter("p", "territory"), "Caribbean", "a territory code like RS, or a name"),
        (Parameter("p", "account"), "1042", "an account id like x:1042"),
        (Parameter("p", "string", choices=("a", "b")), "c", "one of: a, b"),
        (Parameter("p", "list<integer>"), "1,x", "a list (separated by commas) of: a whole number"),
        (Parameter("p", "list<string>", choices=("a", "b")), "a,c", "a list of: a, b"),
        (Parameter("p", "list"), 5, "a list (separated by commas) of: a text"),
    ],
)
def test_a_badly_typed_value_is_answered_with_what_is_expected(parameter: Parameter, value: Any, expected: str) -> None:
    with pytest.raises(BadParameter) as caught:
        read_parameters("mine", (parameter,), {"p": value})
    assert str(caught.value).startswith(f"mine: parameter p = {value!r}: expected {expected}")


def test_unknown_and_missing_parameters_list_what_exists() -> None:
    declared = (Parameter("account", "account", required=True), Parameter("limit", "integer", default=5))
    takes = r"It takes: account \(an account id like x:1042\); limit \(a whole number\)\."
    with pytest.raises(BadParameter, match=f"mine has no parameter acount. {takes}"):
        read_parameters("mine", declared, {"acount": "x:1"})
    with pytest.raises(BadParameter, match=rf"mine needs parameter account \(an account id like x:1042\). {takes}"):
        read_parameters("mine", declared, {"account": None})
    with pytest.raises(BadParameter, match=r"It takes no parameters\."):
        read_parameters("mine", (), {"x": 1})
    assert read_parameters("mine", declared, {"account": "x:1"}) == {"account": "x:1", "limit": 5}


@given(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False), st.booleans())
def test_what_is_written_out_is_read_back(whole: int, real: float, truth: bool) -> None:
    for type_, value in (("integer", whole), ("float", real), ("boolean", truth)):
        assert read_value(Parameter("p", type_), str(value)) == value


@pytest.mark.parametrize(
    ("type_", "value", "answer"),
    [
        ("integer", None, True),
        ("integer", 1.0, False),
        ("integer", True, False),
        ("float", 1, True),
        ("boolean", 1, False),
        ("date", datetime(2026, 6, 30, tzinfo=UTC), False),
        ("datetime", date(2026, 6, 30), False),
        ("territory", "RS", True),
        ("string", ["a"], False),
        ("list", ["a", None], True),
        ("list<integer>", [1, "a"], False),
        ("string", {"labels": ["Account"]}, False),
    ],
)
def test_cells_fit_their_column(type_: str, value: Any, answer: bool) -> None:
    assert fits(type_, value) is answer


# ---- running


def test_a_result_in_every_form(store: Store, tmp_path: Path) -> None:
    case = CaseGraph(store)
    case.accounts("x:1", created_at=at("06-30 12:00"))
    case.accounts("x:2")
    text = query(
        "{account: account, born: datetime, names: list}",
        "MATCH (a:Account) WHERE a.id <> $but "
        "RETURN a.id AS account, a.created_at AS born, ['a,b', 'ü'] AS names ORDER BY account",
        "{but: {type: account, required: false, default: 'x:9'}}",
    )
    result = run(store, registry(tmp_path, mine=text), "mine", {})
    assert result.columns == ("account", "born", "names")
    assert result.parameters == {"but": "x:9"}
    assert result.rows == [("x:1", at("06-30 12:00"), ["a,b", "ü"]), ("x:2", None, ["a,b", "ü"])]
    assert result.to_dicts()[1] == {"account": "x:2", "born": None, "names": ["a,b", "ü"]}
    assert result.to_csv() == 'account,born,names\nx:1,2026-06-30T12:00:00+00:00,"a,b; ü"\nx:2,,"a,b; ü"\n'
    plain = json.loads(result.to_json())
    assert plain["rows"][0] == ["x:1", "2026-06-30T12:00:00+00:00", ["a,b", "ü"]]
    assert (plain["query"], plain["revision"], plain["parameters"]) == ("mine", 1, {"but": "x:9"})
    frame = result.to_pandas()
    assert list(frame.columns) == ["account", "born", "names"]
    assert frame["born"][0].isoformat() == "2026-06-30T12:00:00+00:00"


def test_nothing_found_keeps_the_columns(store: Store) -> None:
    result = run(store, Registry.load(None, NOWHERE), "registration-bursts")
    assert (result.rows, result.truncated) == ([], False)
    assert list(result.to_pandas().columns)[:3] == ["network", "operator", "size"]
    assert result.to_csv().startswith("network,operator,size,")


def test_markup_in_a_cell_stays_text_in_a_notebook() -> None:
    pack = Registry.load(None, NOWHERE).get("contested-accounts")
    result = QueryResult(("account",), [("<img src=x>",)], False, pack, {})
    assert "&lt;img src=x&gt;" in result._repr_html_()


def test_a_result_unlike_its_declaration_is_an_error(store: Store, tmp_path: Path) -> None:
    found = registry(
        tmp_path,
        other_name=query("{a: integer}", "RETURN 1 AS b"),
        one_more=query("{a: integer}", "RETURN 1 AS a, 2 AS b"),
        other_type=query("{a: integer}", "UNWIND [1, 'two'] AS a RETURN a"),
        node=query("{a: string}", "MATCH (a:Territory) RETURN a"),
    )
    CaseGraph(store)
    for name, message in (
        ("other-name", "the header declares the columns a, the statement returns b. Make them the same."),
        ("one-more", "the header declares the columns a, the statement returns a, b."),
        ("other-type", r"column a is declared integer, the statement returned 'two' \(str\)"),
        ("node", r"column a is declared string, the statement returned .* \(dict\)"),
    ):
        with pytest.raises(BadDefinition, match=message):
            run(store, found, name)


def test_rows_are_capped_and_time_is_limited(store: Store, tmp_path: Path) -> None:
    forever = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b WITH a WHERE a < 0 RETURN count(a) AS a"
    found = registry(
        tmp_path,
        many=query("{a: integer}", "UNWIND range(1, 50) AS a RETURN a"),
        forever=query("{a: integer}", forever),
        writes=query("{a: integer}", "MATCH (n) SET n.x = 1 RETURN 1 AS a"),
    )
    result = run(store, found, "many", max_rows=20)
    assert (len(result.rows), result.truncated) == (20, True)
    assert run(store, found, "many", max_rows=50).truncated is False
    with pytest.raises(QueryTimeout, match="ended after 1 s"):
        run(store, found, "forever", timeout_s=1)
    with pytest.raises(QueryRefused):
        run(store, found, "writes")


def test_a_run_that_does_not_exist_is_told_apart_from_nothing_found(store: Store) -> None:
    pack = Registry.load(None, NOWHERE)
    result = run(store, pack, "contested-accounts")
    assert (result.rows, result.note) == ([], "Nothing is assessed in this case yet. Run: attrigraph infer")
    case = CaseGraph(store)
    case.run("r1", "07-01")
    case.run("r2", "07-02")
    case.run("r3", "07-03", complete=False)
    assert run(store, pack, "contested-accounts").note is None
    with pytest.raises(BadParameter, match=r"run = 'r3' is no complete run. Complete runs: r1, r2\."):
        run(store, pack, "contested-accounts", {"run": "r3"})
