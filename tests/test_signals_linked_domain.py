"""Country endings of the domains an account links to."""

from __future__ import annotations

from typing import Any

import pytest
from case_graph import CaseGraph
from observed import Rows

from attrigraph.graph import Store
from attrigraph.inference.signals.linked_domain import SIGNAL, ending_of
from attrigraph.inference.weights import load_weights


def linking(account: str, *urls: str, **cells: Any) -> dict[str, Any]:
    return {"account_id": account, "urls": list(urls)} | cells


def test_the_domain_of_the_profile_decides_else_most_of_the_links(store: Store) -> None:
    CaseGraph(store)
    rows = Rows(
        accounts=[{"account_id": "x:1", "profile_url": "https://www.ana.pt/sobre"}],
        posts=[
            linking("x:1", "https://a.ru/1", "https://b.ru/2", "https://c.ru/3"),
            linking(
                "x:2", "http://publico.pt/a", "dn.pt", "https://sapo.pt?x", "https://globo.com.br", "https://t.co/x"
            ),
            linking("x:3", "http://publico.pt/a", "http://publico.pt/b", "http://publico.pt/c"),
            linking("x:4", "https://a.ru", "https://b.ru", "https://c.ru", repost_of="77"),
        ],
    )

    found = {s.account: s for s in SIGNAL.sightings(store, rows, load_weights())}
    assert {account: (s.places, s.alpha, s.count) for account, s in found.items()} == {
        "x:1": (("PT",), 0.80, 1),
        "x:2": (("PT",), 0.80, 3),
    }
    assert found["x:2"].summary == (
        "Domains the account links to are of Portugal: 3 of 4 linked to with a country's ending."
    )
    assert found["x:1"].sources == ("s1:line 1",)


def test_the_ending_of_a_mail_address_is_the_accounts_own(store: Store) -> None:
    CaseGraph(store)
    mail = {"account_id": "x:1", "kind": "email", "value": "hash", "display": "a…@yandex.ru"}

    (found,) = SIGNAL.sightings(store, Rows(identifiers=[mail]), load_weights())
    assert found.places == ("RU",)


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("bbc.co.uk", "GB"),
        ("xn--d1acpjx3f.xn--p1ai", "RU"),
        ("kremlin.su", None),
        ("twitch.tv", None),
        ("youtu.be", None),
        ("nic.be", "BE"),
        ("example.com", None),
        ("example.zz", None),
        ("10.0.0.1", None),
    ],
)
def test_endings_used_everywhere_name_nothing(host: str, code: str | None) -> None:
    assert ending_of(host) == code
