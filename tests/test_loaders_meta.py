"""Exports of Facebook and Instagram: generations, labels in many languages, mojibake, whose file it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from loading import Bench
from shared_data import sample

from attrigraph.errors import InputError
from attrigraph.loaders.formats.meta import field_of, is_masked
from attrigraph.loaders.load import LoadOptions, LoadReport, load_file
from attrigraph.loaders.package import unfolded
from attrigraph.loaders.towns import territory_of_town

NONE_READ = "none of the keys that are read here"
JAN_2 = 1767323045  # 2026-01-02 03:04:05 UTC
AT = "2026-01-02 03:04:05+00"
IP = "192.0.2.1"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def load_folder(bench: Bench, folder: Path, **options: Any) -> dict[str, LoadReport | str]:
    """Every file of a folder: its report, or why nothing was loaded."""
    found: dict[str, LoadReport | str] = {}
    with unfolded(folder) as package:
        for member in package.members:
            assert member.loose
            try:
                report = load_file(member.loose, bench.folder, LoadOptions(**options), place=package.place(member))
                found[member.inside] = report
            except InputError as error:
                found[member.inside] = str(error)
    return found


def folder_of(bench: Bench, files: dict[str, Any]) -> Path:
    root = bench.files / "export"
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(json.dumps(content))
    return root


def entry(value: str = "", timestamp: int = 0) -> dict[str, Any]:
    return {"href": "", "value": value, "timestamp": timestamp}


def broken(text: str) -> str:
    """As Meta writes it: the bytes of UTF-8 as Latin-1 letters."""
    return text.encode().decode("latin-1")


# ---- Facebook


@pytest.mark.parametrize(
    ("key", "item", "kind"),
    [
        ("account_activity_v2", {"action": "Login", "timestamp": JAN_2, "ip_address": "192.0.2.1"}, "login"),
        ("account_activity", {"action": "Session updated", "timestamp": JAN_2, "ip_address": "192.0.2.1"}, "session"),
        ("used_ip_address_v2", {"ip": "192.0.2.1", "action": "Connexion", "timestamp": JAN_2}, "login"),
        ("account_accesses", {"action": "Log Out", "timestamp": JAN_2, "ip_address": "192.0.2.1"}, "session"),
        ("active_sessions_v2", {"created_timestamp": 5, "updated_timestamp": JAN_2, "ip_address": IP}, "session"),
        ("recognized_devices", {"name": "Phone", "created_timestamp": JAN_2, "ip_address": "192.0.2.1"}, "session"),
    ],
)  # fmt: skip
def test_logins_of_every_generation(bench: Bench, key: str, item: dict[str, Any], kind: str) -> None:
    report = bench.load("a.json", json.dumps({key: [item]}), account="1042")
    assert (report.format, report.grade) == ("facebook-export", "C3")
    assert bench.table("logins", "account_id", "at", "ip", "kind", "record") == [
        ("facebook:1042", AT, "192.0.2.1", kind, f"$.{key}[0]")
    ]


def test_the_country_of_an_address_is_told_once(bench: Bench) -> None:
    items = [
        {"action": "Login", "timestamp": JAN_2 - s, "ip_address": "192.0.2.1:4711", "country": "PT", "city": "Porto"}
        for s in (0, 9)
    ]
    bench.load("a.json", json.dumps({"account_activity_v2": items}), account="1042")
    assert bench.table("signals", "signal", "value", "observed_at", "record") == [
        ("platform_country", "PT", AT, "$.account_activity_v2[0]")
    ]
    assert bench.table("logins", "port") == [(4711,), (4711,)]
    assert "Porto" not in str(bench.table("logins", "raw"))


def test_masked_addresses_leave_the_time_and_masked_cookies_are_no_key(bench: Bench) -> None:
    item = {"action": "Login", "timestamp": JAN_2, "ip_address": "XX.XX.XX.XXX", "datr_cookie": "UKPJ****"}
    report = bench.load("a.json", json.dumps({"account_activity_v2": [item]}), account="1042")
    assert report.tables == {"signals": 1}
    assert bench.table("signals", "signal", "value", "observed_at") == [("activity_times", "login", AT)]
    assert report.remarks == {"cookie_id: masked: no key": 1, "ip: masked: no address": 1}


def test_a_login_without_a_time_is_a_reject(bench: Bench) -> None:
    items = [{"ip": "192.0.2.1", "timestamp": 0}, {"ip": "192.0.2.2", "timestamp": JAN_2}, "cut"]
    report = bench.load("a.json", json.dumps({"used_ip_address_v2": items}), account="1042")
    assert (report.records, report.loaded, report.rejected) == (3, 1, 2)
    assert bench.rejects(report) == [
        ("$.used_ip_address_v2[2]", "", "cut", "not a record"),
        ("$.used_ip_address_v2[0]", "at", None, "missing"),
    ]


PROFILE = {
    "profile_v2": {
        "name": {"full_name": broken("Zoé Quay")},
        "emails": {"emails": ["zoe@example.org"], "previous_emails": []},
        "current_city": {"name": "Lisbon", "timestamp": 0},
        "phone_numbers": [{"phone_type": "Mobile", "phone_number": "+351912345678"}],
        "previous_names": [{"name": "Harbour", "timestamp": JAN_2}],
        "registration_timestamp": JAN_2,
        "profile_uri": "https://www.facebook.com/zoe.quay",
    }
}
LOGIN = {"account_activity_v2": [{"action": "Login", "timestamp": JAN_2, "ip_address": "192.0.2.1"}]}


def test_the_profile(bench: Bench) -> None:
    report = bench.load("profile_information.json", json.dumps(PROFILE))
    assert report.tables == {"accounts": 1, "identifiers": 2, "signals": 1}
    assert bench.table("accounts", "account_id", "handle", "display_name", "created_at", "location") == [
        ("facebook:zoe.quay", "zoe.quay", "Zoé Quay", AT, "Lisbon")
    ]
    assert bench.table("signals", "signal", "value") == [("handle_change", "Harbour")]
    assert "zoe@example.org" not in str(bench.table("identifiers", "value", "display"))


def test_what_a_profile_does_not_say_in_its_own_words_is_said(bench: Bench) -> None:
    strange = {"phone_numbers": [{"a": 1}], "previous_names": {"a": 1}, "profile_uri": "https://]facebook.com/quay"}
    report = bench.load("a.json", json.dumps({"profile_v2": PROFILE["profile_v2"] | strange}), account="1")
    assert report.tables == {"accounts": 1, "identifiers": 1}
    assert bench.rejects(report) == [
        ("$.profile_v2.phone_numbers[0]", "phone_number", "a", NONE_READ),
        ("$.profile_v2.previous_names", "name", "a", NONE_READ),
    ]
    with pytest.raises(InputError, match=NONE_READ):
        bench.load("b.json", json.dumps({"profile_v2": {"a": 1}}), account="1")


def test_cells_that_cannot_be_read_are_said(bench: Bench) -> None:
    visit = {"ip_address": IP, "timestamp": JAN_2, "user_agent": "Moz****", "country": "P****"}
    masked = {"ip_address": IP, "timestamp": JAN_2, "location": "XXX"}
    logins = bench.load("a.json", json.dumps({"account_activity_v2": [visit, masked]}), account="1042")
    assert sorted(logins.remarks) == [
        "location: masked: not read", "platform_country: masked: not read", "user_agent: masked: not read",
    ]  # fmt: skip
    profile = {
        "name": {"first": "Quay"}, "username": "no name", "profile_uri": "https://example.org/quay",
        "hometown": "Quay", "intro_bio": {"text": "a"}, "websites": [{"a": 1}, {"address": "https://b.example"}, ""],
    }  # fmt: skip
    report = bench.load("b.json", json.dumps({"profile_v2": profile}), account="1042")
    assert sorted((found[1], found[3]) for kind in ("row", "field") for found in bench.rejects(report, kind)) == [
        ("full_name", NONE_READ),
        ("hometown", "not of the kind this field is"),
        ("name", NONE_READ),
        ("profile_uri", "names no account"),
        ("username", "not the name of an account"),
        ("websites", "no address of a page"),
    ]
    sim = {"phone_number_location_v2": [{"spn": "MEO", "country_code": "PRT"}, {"spn": "MEO", "country_code": "PT"}]}
    told = bench.load("c.json", json.dumps(sim), account="1042")
    assert told.remarks == {"country_code: not two letters of a country": 1}
    place = {"primary_public_location_v2": {"city": None, "region": "Porto"}}
    alone = bench.load("d.json", json.dumps(place), account="1042")
    assert alone.remarks == {"region: a region without its town or country, not read": 1}


def test_every_website_of_a_profile_is_kept(bench: Bench) -> None:
    sites = [{"address": "https://a.example"}, {"address": "https://b.example"}, "https://a.example"]
    bench.load("b.json", json.dumps({"profile_v2": {"name": {"full_name": "Quay"}, "websites": sites}}), account="1042")
    assert bench.table("accounts", "profile_url") == [("https://a.example",)]
    assert bench.table("signals", "signal", "value") == [("linked_domain", "https://b.example")]


def test_a_list_of_documents_is_read_and_what_else_is_in_it_said(bench: Bench) -> None:
    visit = {"ip_address": IP, "timestamp": JAN_2}
    report = bench.load("a.json", json.dumps([{"account_activity_v2": [visit]}, "b", {"c": 1}]), account="1042")
    assert report.tables == {"logins": 1}
    assert [found[::3] for found in bench.rejects(report)] == [("$[1]", "not a record"), ("$[2]", NONE_READ)]
    who = {"profile_user": [{"string_map_data": {"Username": entry("quay")}}]}
    other = bench.load("b.json", json.dumps([who, "b"]), account="quay")
    assert other.tables == {"accounts": 1}
    assert [found[::3] for found in bench.rejects(other)] == [("$[1]", "not a record")]


def test_a_file_by_itself_needs_an_account(bench: Bench) -> None:
    with pytest.raises(InputError, match="name it with --account"):
        bench.load("account_activity.json", json.dumps(LOGIN))


def test_several_exports_in_one_folder_keep_their_own_accounts(bench: Bench) -> None:
    other = {"profile_v2": {"profile_uri": "https://www.facebook.com/profile.php?id=77"}}
    found = load_folder(bench, folder_of(bench, {
        "a/personal_information/profile_information/profile_information.json": PROFILE,
        "a/security_and_login_information/account_activity.json": LOGIN,
        "b part1/profile_information/profile_information.json": other,
        "b part2/security_and_login_information/account_activity.json": LOGIN | {"x": 1},
        "c/security_and_login_information/account_activity.json": LOGIN | {"x": 2},
    }))  # fmt: skip
    assert sorted(bench.table("logins", "account_id")) == [("facebook:77",), ("facebook:zoe.quay",)]
    assert "name it with --account" in str(found["c/security_and_login_information/account_activity.json"])


def test_the_folder_of_an_export_may_name_the_account(bench: Bench) -> None:
    found = load_folder(
        bench, folder_of(bench, {"facebook-zoe.quay-2026-01-31-AbCd/security/account_activity.json": LOGIN})
    )
    (report,) = found.values()
    assert isinstance(report, LoadReport)
    assert report.remarks == {"account_id: named by the folder of the export": 1}
    assert bench.table("logins", "account_id") == [("facebook:zoe.quay",)]


def test_labels_in_the_language_of_the_export(bench: Bench) -> None:
    registration = {
        "timestamp": JAN_2, "fbid": "1042",
        "label_values": [
            {"label": broken("Adresse IP d'inscription"), "value": "198.51.100.7"},
            {"label": broken("Schuhgröße"), "value": "38"},
        ],
    }  # fmt: skip
    report = bench.load("registration_information.json", json.dumps(registration))
    assert bench.table("logins", "account_id", "at", "ip", "kind") == [
        ("facebook:1042", AT, "198.51.100.7", "registration")
    ]
    assert report.remarks == {"Schuhgröße: a label not known here": 1}


def test_places_are_kept_as_territories(bench: Bench) -> None:
    place = {"label_values": [{"label": "X", "dict": [{"label": broken("Pays"), "value": "Portugal"}]}]}
    bench.load("primary_location.json", json.dumps(place), account="1")
    pairs = {"primary_location_v2": {"city_region_pairs": [["Paris", broken("Île-de-France")]], "zipcode": ["75007"]}}
    bench.load("primary_location.json", json.dumps(pairs), account="1")
    assert bench.table("signals", "signal", "value") == [("platform_country", "Portugal"), ("platform_country", "FR")]
    assert "75007" not in str(bench.table("signals", "raw", "note"))


def test_changes_of_the_account_are_windows(bench: Bench) -> None:
    session = {"created_timestamp": JAN_2, "ip_address": "192.0.2.1", "user_agent": "Firefox"}
    records = [
        {"event": "Vanity changed", "session": session, "extra_info": {"new_vanity": "quay", "old_vanity": "harbour"}},
        {"event": "Email added", "session": session, "extra_info": {"new_email": "a@example.org"}},
    ]
    report = bench.load("record_details.json", json.dumps({"admin_records_v2": records}), account="1")
    assert report.tables == {"logins": 2, "signals": 2}
    assert bench.table("signals", "signal", "value") == [("handle_change", "quay"), ("email_change", "Email added")]
    assert "example.org" not in str(bench.table("signals", "raw", "note") + bench.table("logins", "raw"))


def test_devices_operators_and_money(bench: Bench) -> None:
    tokens = [{"device_id": "d-2", "locale": "pt_PT", "token": "secret"}, {"device_id": "XXX"}]
    device = {"family_device_id": "d-1", "device_locale": "pt_PT", "update_time": JAN_2, "push_tokens": tokens}
    devices = {"devices_v2": [device]}
    bench.load("mobile_devices.json", json.dumps(devices), account="1")
    bench.load(
        "device_location.json", '{"phone_number_location_v2": [{"spn": "MEO", "country_code": "PT"}]}', account="1"
    )
    money = {
        "payments_v2": {"preferred_currency": "EUR", "payments": [{"currency": "USD", "created_timestamp": JAN_2}]}
    }
    bench.load("payment_history.json", json.dumps(money), account="1")
    bench.load("timezone.json", '{"timezone_v2": "Europe/Paris"}', account="1")
    assert len(bench.table("identifiers", "value")) == 2
    assert sorted(bench.table("signals", "signal", "value")) == [
        ("payment_currency", "EUR"), ("payment_currency", "USD"), ("sim_carrier", "pt.MEO"), ("ui_language", "pt_PT"),
    ]  # fmt: skip
    assert bench.table("accounts", "time_zone") == [("Europe/Paris",)]


def test_devices_money_and_places_without_the_keys_that_are_read(bench: Bench) -> None:
    told = {"spn": "MEO"}
    for key, value, field in (
        ("devices_v2", [{"device_locale": "pt_PT", "push_tokens": [{"a": 1}]}], "device_id"),
        ("payments_v2", {"a": 1}, "payments"),
        ("primary_location_v2", {"a": 1}, "city_region_pairs"),
        ("primary_public_location_v2", {"a": 1}, "city"),
    ):
        report = bench.load(f"{key}.json", json.dumps({key: value, "phone_number_location_v2": [told]}), account="1")
        said = [*bench.rejects(report), *bench.rejects(report, "field")]
        assert [(r[1], r[2], r[3]) for r in said] == [(field, "a", NONE_READ)]


def test_a_place_that_is_no_territory_is_said(bench: Bench) -> None:
    session = {"created_timestamp": JAN_2, "ip_address": IP, "location": "junk words"}
    report = bench.load("a.json", json.dumps({"active_sessions_v2": [session]}), account="1")
    assert (report.tables, report.remarks) == (
        {"logins": 1}, {"location: does not end in the name of a territory": 1}
    )  # fmt: skip


def test_what_a_login_is_known_by(bench: Bench) -> None:
    items = [
        {"name": "IP Address: 192.0.2.9", "session": {"created_timestamp": JAN_2}},
        {"name": "Cookie", "session": {"created_timestamp": JAN_2, "datr_cookie": "abcdefghijkl"}},
        {"name": "Cookie: UKPJ****"},
    ]
    report = bench.load("login_protection_data.json", json.dumps({"login_protection_data_v2": items}), account="1")
    assert bench.table("logins", "ip") == [("192.0.2.9",)]
    assert bench.table("identifiers", "kind") == [("cookie",)]
    assert [r[3] for r in bench.rejects(report)] == ["masked: no key"]


# ---- Instagram


LABELS = {
    "en": ("IP Address", "Time", "User Agent", "Language Code"),
    "it": ("Indirizzo IP", "Orario", "Agente utente", "Codice lingua"),
    "de": ("IP-Adresse", "Zeit", "Benutzeragent", "Sprachcode"),
    "ko": ("IP 주소", "시간", "사용자 에이전트", "언어 코드"),
    "ru": ("IP-адрес", "Время", "Агент пользователя", "Код языка"),
    "sentence case": ("IP address", "Time", "User agent", "Language code"),
}


def login(labels: tuple[str, str, str, str]) -> dict[str, Any]:
    ip, time, agent, language = map(broken, labels)
    data = {ip: entry("192.0.2.1"), time: entry("", JAN_2), agent: entry("Instagram 1"), language: entry("it")}
    return {"account_history_login_history": [{"title": "x", "media_map_data": {}, "string_map_data": data}]}


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_a_login_in_many_languages(bench: Bench, labels: tuple[str, str, str, str]) -> None:
    report = bench.load("login_activity.json", json.dumps(login(labels)), account="quay")
    assert (report.format, report.tables, report.remarks) == ("instagram-export", {"logins": 1, "signals": 1}, {})
    assert bench.table("logins", "account_id", "at", "ip", "user_agent") == [
        ("instagram:quay", AT, "192.0.2.1", "Instagram 1")
    ]
    assert bench.table("signals", "signal", "value") == [("ui_language", "it")]


def test_a_language_not_known_here_is_read_by_form_and_said(bench: Bench) -> None:
    report = bench.load(
        "login_activity.json", json.dumps(login(("IP-aadress", "Aeg", "Agent", "Keel"))), account="quay"
    )
    assert bench.table("logins", "at", "ip") == [(AT, "192.0.2.1")]
    assert report.remarks["IP-aadress: read as the address by its form"] == 1
    assert report.remarks["Keel: a label not known here"] == 1


def test_the_profile_beside_names_the_account_in_either_generation_of_folders(bench: Bench) -> None:
    person = {"profile_user": [{"string_map_data": {"Nome utente": entry("quay.watch"), "Nome": entry("Q")}}]}
    load_folder(bench, folder_of(bench, {
        "new/personal_information/personal_information/personal_information.json": person,
        "new/security_and_login_information/login_and_profile_creation/login_activity.json": login(LABELS["en"]),
        "old/account_information/personal_information.json": {"profile_user": [
            {"string_map_data": {"Username": entry("other")}}]},
        "old/login_and_account_creation/login_activity.json": login(LABELS["it"]),
    }))  # fmt: skip
    assert {row[0] for row in bench.table("logins", "account_id")} == {"instagram:quay.watch", "instagram:other"}


def test_registration(bench: Bench) -> None:
    data = {
        "Username": entry("quay"), "IP Address": entry("192.0.2.1"), "Time": entry("", JAN_2),
        "Email": entry("q@example.org"), "Phone Number": entry("+351912345678"), "Device": entry("iPhone"),
    }  # fmt: skip
    report = bench.load(
        "signup_information.json", json.dumps({"account_history_registration_info": [{"string_map_data": data}]})
    )
    assert report.tables == {"accounts": 1, "logins": 1, "identifiers": 2}
    assert bench.table("logins", "account_id", "kind", "at") == [("instagram:quay", "registration", AT)]


@pytest.mark.parametrize(
    "content",
    [
        {"inferred_data_primary_location": [{"string_map_data": {broken("Nome della città"): entry("Roma")}}]},
        {"label_values": [{"dict": [{"label": "Country", "value": "Italy"}]}]},
        [{"label_values": [{"dict": [{"label": broken("Città"), "value": "Roma"}]}]}],
    ],
)  # fmt: skip
def test_based_in(bench: Bench, content: Any) -> None:
    bench.load("profile_based_in.json", json.dumps(content), account="quay")
    ((signal, value),) = bench.table("signals", "signal", "value")
    assert (signal, value in ("IT", "Italy")) == ("platform_country", True)
    assert "Roma" not in str(bench.table("signals", "value", "note", "raw"))


# ---- samples of real exports


def test_the_facebook_sample(bench: Bench) -> None:
    found = load_folder(bench, sample("facebook-dyi/dashboard-avastar"), account="1042")
    tables = {name.rsplit("/", 1)[-1]: r.tables if isinstance(r, LoadReport) else r for name, r in found.items()}
    assert tables == {
        "payment_history.json": {"signals": 1},
        "primary_location.json": {"signals": 1},
        "timezone.json": {"accounts": 1},
        "profile_information.json": {"accounts": 1},
        "authorized_logins.json": {"signals": 2},
        "ip_address_activity.json": {"signals": 2},
        "logins_and_logouts.json": {"signals": 2},
        "mobile_devices.json": {"signals": 2},
    }
    assert ("platform_country", "FR") in bench.table("signals", "signal", "value")
    assert ("payment_currency", "EUR") in bench.table("signals", "signal", "value")
    assert bench.table("logins", "ip") == []


def test_the_instagram_sample(bench: Bench, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    shutil.copytree(sample("instagram-dyi/hudi-packages-connectors"), root)
    found = load_folder(bench, root)
    assert all(isinstance(r, LoadReport) for r in found.values())
    assert bench.table("signals", "account_id", "signal", "value") == [
        ("instagram:fakeUsername😂", "platform_country", "IT")
    ]


# ---- helpers


def test_labels_and_masks() -> None:
    assert [field_of(x) for x in ("IP-adres", "ADRESSE IP", "Ville", "Shoe size")] == ["ip", "ip", "town", None]
    assert [is_masked(x) for x in ("XX.XX.XX.XX", "UKPJ****", "XXX", "xbox", "192.0.2.1", None)] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


def test_the_territory_of_a_town() -> None:
    assert territory_of_town("Gex, Suisse") == "CH"
    assert territory_of_town("Paris", "Île-de-France") == "FR"
    assert territory_of_town("Paris, TX") is None
    assert territory_of_town("Atlanta, Georgia") is None
    assert territory_of_town("Birmingham") is None
    assert territory_of_town(None, "") is None
