"""STIX 2.1, MISP and FollowTheMoney: accounts, addresses, and assertions as claims (formats.md, 10 and 12)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from loading import Bench
from shared_data import sample

from attrigraph.errors import InputError


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


# ---- STIX


def stix(kind: str, number: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--00000000-0000-4000-8000-{number:012d}", **more}


ACCOUNT = stix(
    "user-account", 1, user_id="1042", account_login="harbour", account_type="twitter", display_name="Harbour",
    credential="hunter2", account_created="2020-01-20T12:31:12Z",
)  # fmt: skip
ADDRESS = stix("ipv4-addr", 2, value="192.0.2.7")
AUTHOR = stix("identity", 3, name="Harbour Watch", identity_class="organization")
SERBIA = stix("location", 4, country="RS")
ACTOR = stix("intrusion-set", 5, name="Quay Set")


def bundle(*things: dict[str, Any]) -> str:
    return json.dumps({"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000", "objects": things})


def link(number: int, verb: str, source: dict[str, Any], target: dict[str, Any], **more: Any) -> dict[str, Any]:
    return stix(
        "relationship", number, relationship_type=verb, source_ref=source["id"], target_ref=target["id"],
        created_by_ref=AUTHOR["id"], created="2024-05-01T00:00:00.000Z", modified="2024-05-01T00:00:00.000Z", **more,
    )  # fmt: skip


def claims(bench: Bench) -> list[tuple[Any, ...]]:
    return bench.table(
        "claims", "account_id", "territory", "organisation", "relation", "claimant", "claimed_at", "grade"
    )


def test_an_account_without_its_credential(bench: Bench) -> None:
    report = bench.load("a.json", bundle(ACCOUNT))
    assert (report.format, report.grade, report.tables) == ("stix", "F6", {"accounts": 1})
    assert bench.table("accounts", "account_id", "handle", "created_at", "raw") == [
        ("x:1042", "harbour", "2020-01-20 12:31:12+00", None)
    ]


def test_an_observation_ties_an_address_to_an_account(bench: Bench) -> None:
    seen = stix("observed-data", 9, first_observed="2024-01-01T00:00:00Z", last_observed="2024-01-02T00:00:00Z",
                number_observed=5, object_refs=[ACCOUNT["id"], ADDRESS["id"]])  # fmt: skip
    report = bench.load("a.json", bundle(ACCOUNT, ADDRESS, seen))
    assert (report.tables, report.rejected) == ({"accounts": 1, "logins": 2}, 0)
    assert sorted(bench.table("logins", "account_id", "ip", "at"))[0] == (
        "x:1042", "192.0.2.7", "2024-01-01 00:00:00+00",
    )  # fmt: skip


def test_addresses_without_account_or_time_and_networks_are_rejects(bench: Bench) -> None:
    network = stix("ipv4-addr", 7, value="192.0.2.0/24")
    things = (ACCOUNT, ADDRESS, network, link(10, "uses", ACCOUNT, network, start_time="2024-01-01T00:00:00Z"))
    report = bench.load(
        "a.json", bundle(*things, stix("ipv6-addr", 8, value="2001:db8::1"), link(11, "uses", ACCOUNT, ADDRESS))
    )
    assert sorted((r[1], r[3]) for r in bench.rejects(report)) == [
        ("at", "missing"), ("ip", "a network, not an address"), ("value", "an address that nothing ties to an account"),
    ]  # fmt: skip


def test_a_country_is_a_claim_with_author_and_date(bench: Bench) -> None:
    report = bench.load(
        "a.json", bundle(ACCOUNT, AUTHOR, SERBIA, link(10, "located-at", ACCOUNT, SERBIA, confidence=85))
    )
    assert "signals" not in report.tables
    assert claims(bench) == [("x:1042", "RS", None, "located-at", "Harbour Watch", "2024-05-01 00:00:00+00", "F1")]


def test_an_operator_and_its_place_keep_both_verbs(bench: Bench) -> None:
    bench.load(
        "a.json",
        bundle(
            ACCOUNT,
            AUTHOR,
            SERBIA,
            ACTOR,
            link(10, "attributed-to", ACCOUNT, ACTOR),
            link(11, "originates-from", ACTOR, SERBIA),
        ),
    )
    assert {row[1:4] for row in claims(bench)} == {
        (None, "Quay Set", "attributed-to"),
        ("RS", None, "attributed-to Quay Set, originates-from"),
    }


def test_targets_and_persons_are_no_claims(bench: Bench) -> None:
    person = stix("identity", 6, name="A. Person", identity_class="individual")
    things = (
        ACCOUNT,
        AUTHOR,
        SERBIA,
        person,
        link(10, "targets", ACCOUNT, SERBIA),
        link(11, "related-to", ACCOUNT, person),
    )
    report = bench.load("a.json", bundle(*things))
    assert report.tables == {"accounts": 1}
    assert [r[3] for r in bench.rejects(report)] == ["a person: only countries and organisations are read"]


def test_repeated_ids_are_one_object_and_revoked_ones_none(bench: Bench) -> None:
    more = {**ACCOUNT, "extensions": {"unix-account-ext": {"gid": 1001}}, "display_name": "Other"}
    gone = link(10, "located-at", ACCOUNT, SERBIA, revoked=True)
    report = bench.load("a.json", json.dumps([ACCOUNT, more, AUTHOR, SERBIA, gone]))
    assert (report.tables, report.rejected) == ({"accounts": 1}, 0)
    assert bench.table("accounts", "display_name") == [("Harbour",)]
    assert report.remarks == {"relationship: revoked objects of a kind that says nothing about an account": 1}


def test_a_mail_address_belongs_to_its_account(bench: Bench) -> None:
    mail = stix("email-addr", 7, value="harbour@example.org", belongs_to_ref=ACCOUNT["id"])
    bench.load("a.json", bundle(ACCOUNT, mail))
    assert bench.table("identifiers", "account_id", "kind", "display") == [("x:1042", "email", "h…@example.org")]


def test_the_real_stix_list(bench: Bench) -> None:
    report = bench.load("a.json", sample("stix/cti-python-stix2/sco-examples-bundle.json").read_bytes())
    assert report.tables == {"accounts": 2}
    assert sorted(bench.table("accounts", "account_id", "handle")) == [
        ("unix:1001", "jdoe"), ("x:thegrugq_ebooks", "thegrugq_ebooks"),
    ]  # fmt: skip


def test_a_real_bundle_without_accounts_is_refused_in_words(bench: Bench) -> None:
    with pytest.raises(InputError, match="an address that nothing ties to an account"):
        bench.load("a.json", sample("stix/cti-stix2-json-schemas/infrastructure.json").read_bytes())


def test_ids_that_are_objects_name_no_account(bench: Bench) -> None:
    junk = [ACCOUNT | {"user_id": {"a": 1}}, stix("user-account", 8, user_id="7", account_type={"a": 1})]
    report = bench.load("b.json", bundle(*junk), platform="x")
    assert bench.rejects(report) == [
        ("$.objects[0]", "account_id", '{"a": 1}', "an object where one value is expected")
    ]
    assert ("$.objects[1]", "platform", '{"a": 1}', "an object where one value is expected") in bench.rejects(
        report, "field"
    )


def test_flags_as_text_are_read_and_others_said(bench: Bench) -> None:
    things = [ACCOUNT | {"revoked": "True"}, stix("user-account", 8, user_id="7", revoked="maybe")]
    report = bench.load("b.json", bundle(*things), platform="x")
    assert bench.table("accounts", "account_id") == [("x:7",)]
    assert ("$.objects[1]", "revoked", "maybe", "neither true nor false") in bench.rejects(report, "field")


# ---- MISP


def attribute(relation: str, value: str, **more: Any) -> dict[str, Any]:
    return {"object_relation": relation, "value": value, "type": "text", "uuid": f"u-{relation}-{value}", **more}


def misp_object(
    name: str, uuid: str, *attributes: dict[str, Any], ties: tuple[tuple[str, str], ...] = ()
) -> dict[str, Any]:
    references = [{"referenced_uuid": to, "relationship_type": verb} for verb, to in ties]
    return {
        "name": name,
        "uuid": uuid,
        "timestamp": "1603642920",
        "Attribute": list(attributes),
        "ObjectReference": references,
    }


def event(*things: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "Event": {
            "uuid": "e",
            "info": "x",
            "date": "2020-10-25",
            "Orgc": {"name": "Harbour CERT"},
            "Object": list(things),
            **more,
        }
    }


TWITTER = misp_object(
    "twitter-account", "t", attribute("id", "1042"), attribute("name", "harbour"), attribute("followers", "666"),
    attribute("location", "Texas"), ties=(("uses", "i"), ("located-in", "g")),
)  # fmt: skip
PORT = misp_object(
    "ip-port", "i", attribute("ip", "192.0.2.7"), attribute("src-port", "4711"), attribute("country-code", "RS"),
    attribute("first-seen", "2020-10-25T16:22:00+00:00"),
)  # fmt: skip
PLACE = misp_object("geolocation", "g", attribute("country", "Serbia"))


def test_a_misp_account_with_its_address(bench: Bench) -> None:
    report = bench.load("a.json", json.dumps(event(TWITTER, PORT, PLACE)))
    assert (report.format, report.tables, report.rejected) == ("misp", {"accounts": 1, "claims": 2, "logins": 1}, 0)
    assert bench.table("accounts", "account_id", "handle", "followers", "location") == [
        ("x:1042", "harbour", 666, "Texas")
    ]
    assert bench.table("logins", "account_id", "ip", "port", "at") == [
        ("x:1042", "192.0.2.7", 4711, "2020-10-25 16:22:00+00")
    ]


def test_which_of_several_ports_is_not_guessed(bench: Bench) -> None:
    another = {**PORT, "Attribute": [*PORT["Attribute"], attribute("src-port", "4712")]}
    report = bench.load("a.json", json.dumps(event(TWITTER, another, PLACE)))
    assert bench.table("logins", "ip", "port") == [("192.0.2.7", None)]
    assert report.remarks == {"src-port: several ports: which one when is not said": 1}


def test_a_country_in_misp_is_a_claim_of_the_organisation(bench: Bench) -> None:
    bench.load("a.json", json.dumps(event(TWITTER, PORT, PLACE)))
    assert sorted(row[3:6] for row in claims(bench)) == [
        ("located-in geolocation", "Harbour CERT", "2020-10-25 16:22:00+00"),
        ("uses ip-port", "Harbour CERT", "2020-10-25 16:22:00+00"),
    ]


def test_passwords_and_deleted_things_are_not_stored(bench: Bench) -> None:
    user = misp_object(
        "user-account", "u", attribute("username", "ann"), attribute("account-type", "facebook"),
        attribute("password", "hunter2"), attribute("link", "https://gone.example", deleted=True),
    )  # fmt: skip
    bench.load("a.json", json.dumps([event(user, {**TWITTER, "deleted": True})]))
    assert bench.table("accounts", "account_id", "profile_url", "raw") == [("facebook:ann", None, None)]


def test_other_shapes_of_an_event(bench: Bench) -> None:
    bare = event(TWITTER)["Event"]
    assert bench.load("a.json", json.dumps({"response": [event(TWITTER)]})).tables == {"accounts": 1}
    assert bench.load("b.json", json.dumps(bare)).tables == {"accounts": 1}
    assert bench.load("c.jsonl", json.dumps(event(TWITTER))).tables == {"accounts": 1}


def test_a_tie_between_accounts_and_a_phone(bench: Bench) -> None:
    other = misp_object("twitter-account", "o", attribute("name", "quay"), ties=(("follows", "t"),))
    telegram = misp_object("telegram-account", "g", attribute("id", "5"), attribute("phone", "+38160123456"))
    bench.load("a.json", json.dumps(event(TWITTER, other, telegram)))
    assert bench.table("ties", "account_id", "other_id", "kind") == [("x:quay", "x:1042", "follows")]
    assert bench.table("identifiers", "account_id", "kind") == [("telegram:5", "phone")]


def test_attributes_that_are_no_list_are_a_reject(bench: Bench) -> None:
    report = bench.load("a.json", json.dumps(event(TWITTER, {**PORT, "Attribute": 7})))
    assert [r[3] for r in bench.rejects(report)] == ["not a list of records"]


def test_what_misp_objects_say_in_words_not_known_here_is_said(bench: Bench) -> None:
    port = misp_object("ip-port", "i", attribute("ip", "192.0.2.7"), attribute("moored", "RS"), {"a": 1})
    report = bench.load("a.json", json.dumps([event(TWITTER, port), {"Event": {"a": 1}}]))
    assert bench.rejects(report) == [
        ("$[0].Event.Object[1].Attribute[2]", "value", "a", "none of the keys that are read here"),
        ("$[1].Event", "Object", "a", "none of the keys that are read here"),
        ("$[0].Event.Object[1]", "at", None, "missing"),
    ]
    assert bench.rejects(report, "field") == [
        ("$[0].Event.Object[0]", "referenced_uuid", "g", "refers to nothing in the event"),
        ("$[0].Event.Object[1]", "moored", "", "not read of an object tied to an account"),
    ]


def test_the_real_misp_objects(bench: Bench) -> None:
    report = bench.load("a.json", sample("misp/misp-stix/objects_twitter_ip-port.json").read_bytes())
    assert (report.tables, [r[3] for r in bench.rejects(report)]) == (
        {"accounts": 1}, ["an address that nothing ties to an account"],
    )  # fmt: skip


def test_a_real_event_without_accounts_is_refused_in_words(bench: Bench) -> None:
    with pytest.raises(InputError, match="43 × ip: an address that nothing ties to an account"):
        bench.load("a.json", sample("misp/PyMISP/to_delete3.json").read_bytes())


def test_every_country_is_a_claim_and_other_names_are_said(bench: Bench) -> None:
    account = {**TWITTER, "Attribute": [*TWITTER["Attribute"], attribute("name", "quay"), attribute("bio", {"a": 1})]}
    place = misp_object("geolocation", "g", attribute("country", "Serbia"), attribute("country", "Chad"))
    report = bench.load("a.json", json.dumps(event(account, PORT, place)))
    assert {row[1] for row in claims(bench)} == {"RS", "TD"}
    assert bench.rejects(report, "field") == [
        ("$.Event.Object[0].Attribute[5]", "bio", '{"a": 1}', "not one value"),
        ("$.Event.Object[0]", "name", '["quay"]', "1 more, only the first was read"),
    ]


# ---- FollowTheMoney


def entity(schema: str, id_: str, **properties: Any) -> dict[str, Any]:
    return {"id": id_, "schema": schema, "datasets": ["harbour_leak"], "last_change": "2024-02-03T00:00:00",
            "properties": {k: v if isinstance(v, list) else [v] for k, v in properties.items()}}  # fmt: skip


FTM = entity(
    "UserAccount", "a", username="harbour", service="Twitter", email="h@example.org", country="rs", password="x"
)


def lines(*things: dict[str, Any]) -> str:
    return "\n".join(map(json.dumps, things)) + "\n"


def test_an_entity_with_a_claim(bench: Bench) -> None:
    report = bench.load("entities.json", lines(FTM))
    assert (report.format, report.tables) == ("followthemoney", {"accounts": 1, "claims": 1, "identifiers": 1})
    assert bench.table("accounts", "account_id", "handle", "raw") == [("x:harbour", "harbour", None)]
    assert claims(bench) == [("x:harbour", "RS", None, "country", "harbour_leak", "2024-02-03 00:00:00+00", "F6")]


def test_other_names_of_an_account_are_said(bench: Bench) -> None:
    account = entity("UserAccount", "a", username=["quay", "pier"], service="vk", summary="One.", description="Two.")
    report = bench.load("e.jsonl", lines(account))
    assert bench.table("accounts", "account_id", "bio") == [("vk:quay", "One.\n\nTwo.")]
    assert bench.rejects(report, "field") == [("line 1", "username", '["pier"]', "1 more, only the first was read")]


def test_owners_are_organisations_never_persons(bench: Bench) -> None:
    owned = entity("UserAccount", "b", username="quay", service="twitter", owner=["c", "p"])
    things = (owned, entity("Company", "c", name="Quay Ltd"), entity("Person", "p", name="A. Person"))
    report = bench.load("entities.json", lines(*things))
    assert [row[2:4] for row in claims(bench)] == [("Quay Ltd", "owner")]
    assert report.remarks == {"Person: entities of a kind that says nothing about an account": 1}


def test_similar_accounts_are_a_tie(bench: Bench) -> None:
    two = entity("UserAccount", "b", username="quay", service="Twitter")
    same = entity("Similar", "s", candidate="a", match="b", confidenceScore="0.8")
    lost = entity("Similar", "l", candidate="a", match="nobody")
    report = bench.load("entities.json", lines(FTM, two, same, lost))
    assert bench.table("ties", "account_id", "other_id", "kind") == [("x:harbour", "x:quay", "similar")]
    assert [r[3] for r in bench.rejects(report)] == ["not two accounts of this file"]


def test_an_address_has_no_time_there(bench: Bench) -> None:
    report = bench.load("e.jsonl", lines(entity("UserAccount", "a", username="x", service="vk", ipAddress="192.0.2.7")))
    assert bench.rejects(report) == [("line 1.ipAddress[0]", "at", None, "missing")]


def test_an_id_twice_is_a_reject(bench: Bench) -> None:
    report = bench.load("entities.json", lines(FTM, FTM))
    assert [r[3] for r in bench.rejects(report)] == ["the id occurs again, and its first entity was read"]


def test_what_a_bundle_says_in_words_that_cannot_be_read_is_said(bench: Bench) -> None:
    gone = {"id": "location--00000000-0000-4000-8000-000000000099"}
    seen = stix("observed-data", 8, object_refs="junk", first_observed="2024-05-01T00:00:00Z", revoked="no")
    other = stix("observed-data", 9, object_refs=[ACCOUNT["id"], 5], first_observed="2024-05-01T00:00:00Z")
    sure = link(10, "located-at", ACCOUNT, SERBIA, confidence="85")
    lost = link(11, "located-at", ACCOUNT, gone)
    mail = stix("email-addr", 12, value="quay@example.org", belongs_to_ref=gone["id"])
    report = bench.load("a.json", bundle(ACCOUNT, AUTHOR, SERBIA, seen, other, sure, lost, mail))
    assert sorted(found[:2] + found[3:] for found in bench.rejects(report, "field")) == [
        ("$.objects[3]", "object_refs", "not a list of references"),
        ("$.objects[3]", "revoked", "neither true nor false"),
        ("$.objects[4]", "object_refs", "refers to nothing in the file"),
        ("$.objects[5]", "confidence", "not a number from 0 to 100"),
        ("$.objects[6]", "target_ref", "refers to nothing in the file"),
        ("$.objects[7]", "belongs_to_ref", "refers to nothing in the file"),
    ]


def test_who_says_it_in_words_that_cannot_be_read_is_said(bench: Bench) -> None:
    account = entity("UserAccount", "a", username="quay", service="vk", country="rs", publisher="Watch")
    account["properties"]["publishedAt"] = [{"a": 1}]
    report = bench.load("e.jsonl", lines(account))
    assert report.remarks == {"publishedAt: neither a text nor an entity with an id": 1}
