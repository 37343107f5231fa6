"""The schema as data: what is made from it, and that the pages and golden files are up to date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from attrigraph.graph import schema, statements
from attrigraph.graph.docs import schema_page
from attrigraph.graph.migrations import migrations
from attrigraph.graph.statements import quote_identifier, statement
from attrigraph.graph.store import Store

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden" / "schema.cypher"


def test_constraints_are_those_of_the_golden_file() -> None:
    made = [*statements.constraints().values(), *statements.indexes().values()]
    assert "".join(f"{one.text};\n" for one in made) == GOLDEN.read_text(encoding="utf-8")


def test_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "schema.md").read_text(encoding="utf-8") == schema_page(), "run: make docs"


def test_the_key_of_every_label_is_a_string_property() -> None:
    for label in schema.NODES:
        assert {p.name: p.type for p in label.properties}[label.key] == "string", label.name


def test_no_name_is_a_label_and_a_type() -> None:
    assert not {label.name for label in schema.NODES} & {type_.name for type_ in schema.RELATIONSHIPS}


def test_ends_and_identities_are_declared() -> None:
    labels = {label.name for label in schema.NODES}
    for type_ in schema.RELATIONSHIPS:
        names = {p.name for p in type_.properties}
        assert type_.ends and {label for pair in type_.ends for label in pair} <= labels
        assert set(type_.identity) <= names
        assert not names & {"start", "end"}, "rows of relationships name their ends so"


def test_one_property_name_has_one_type() -> None:
    """The engines keep a type for each property of a label; readers should not have to look which label it was."""
    types: dict[str, set[str]] = {}
    for declared in (*schema.NODES, *schema.RELATIONSHIPS):
        for property_ in declared.properties:
            types.setdefault(property_.name, set()).add(property_.type)
    assert {name: kinds for name, kinds in types.items() if len(kinds) > 1} == {}


@pytest.mark.parametrize(("name", "quoted"), [("id", "`id`"), ("a`b", "`a``b`"), ("`", "````")])
def test_names_are_quoted(name: str, quoted: str) -> None:
    assert quote_identifier(name) == quoted


def test_statements_come_from_files_only() -> None:
    assert statement("migrations/V001__first").text.endswith("RETURN 1 AS version\n")
    for name in ("migrations/absent", "../secrets", "/etc/passwd", "first"):
        with pytest.raises(KeyError):
            statement(name)


def test_parameters_in_strings_and_comments_do_not_count() -> None:
    text = "/* $no */ MATCH (a {id: $yes}) // $no\nRETURN '$no' + \"$no\" + `$no`, 'it\\'s $no', $rows"
    assert statements.parameters_of(text) == {"yes", "rows"}


def test_migrations_are_numbered_and_never_change() -> None:
    assert [(m.version, m.checksum[:12]) for m in migrations()] == [(1, "3a91b5fd784d")]


def test_constraints_are_in_the_graph(store: Store) -> None:
    shown = {row["name"] for row in store.read(statements.SHOW_CONSTRAINTS)}
    assert set(statements.constraints()) <= shown
    assert set(statements.indexes()) <= {row["name"] for row in store.read(statements.SHOW_INDEXES)}
    assert all(re.fullmatch(r"\w+", name) for name in shown)
