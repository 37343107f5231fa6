"""WhatsApp: the report an account holder requests, and legal returns. No telephone number is kept as it stands."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cases import case_on
from conftest import Engine
from loading import Bench
from record_pages import BREAK, field, page, row, section, table_section

from attrigraph.errors import InputError
from attrigraph.loaders.cells import hash_with

NUMBER = "+351912345678"
AT = "2026-01-02 03:04:05+00"
REQUEST = section(
    "request_parameters",
    field("Service", "WhatsApp"), field("Internal Ticket Number", "1234567"), field("Account Identifier", NUMBER),
    field("Account Type", "WhatsAppUser"), field("Generated", "2026-02-01 00:00:00 UTC"),
)  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def hashed(bench: Bench, number: str = NUMBER) -> str:
    return hash_with(bench.folder.key())(number)


def visits(*pairs: tuple[str, str]) -> str:
    return "".join(field("Time", at) + field("IP Address", address) for at, address in pairs)


# ---- the legal return


def test_an_account_is_the_hash_of_its_number(bench: Bench) -> None:
    text = page(
        REQUEST, section("ip_addresses", field("Ip Addresses", visits(("2026-01-02 03:04:05 UTC", "192.0.2.1"))))
    )
    report = bench.load("records.html", text)
    assert (report.format, report.grade, report.rejected) == ("whatsapp-return", "B3", 0)
    account = f"whatsapp:{hashed(bench)}"
    assert bench.table("logins", "account_id", "at", "ip", "kind") == [(account, AT, "192.0.2.1", "session")]
    assert bench.table("accounts", "account_id", "platform", "raw") == [
        (account, "whatsapp", '{"account_type":"WhatsAppUser"}')
    ]
    assert bench.table("identifiers", "account_id", "kind", "value", "display", "region") == [
        (account, "phone", hashed(bench), "+35…78", "PT")
    ]


def test_connections_and_what_is_not_known_of_them(bench: Bench) -> None:
    text = page(
        REQUEST,
        section(
            "connection_info",
            field(
                "Connection",
                field("Device Id", "0"), field("Service start", "2020-05-06 07:08:09 UTC"),
                field("Device Type", "android"), field("Push Name", "Quay"), field("Moon phase", "full"),
                field("Last seen", "2026-01-02 03:04:05 UTC"), field("Last IP", "[2001:db8::1]:4711"),
                field("Device Id", "34"), field("Last seen", "2026-01-03 03:04:05 UTC"),
            ),
        ),
        section("web_info", field("Web Info", field("Online Since", "2026-01-04 03:04:05 UTC"))),
        section("emails", field("Registered Email Addresses", "zoe@example.org (Verified)")),
        section("address_book_info", field("Symmetric contacts", "1 Total<br>351999888777")),
        section("shoe_size", field("Size", "43")),
    )  # fmt: skip
    report = bench.load("records.html", text)
    assert bench.table("accounts", "display_name", "created_at") == [("Quay", "2020-05-06 07:08:09+00")]
    assert bench.table("logins", "at", "ip", "port", "record") == [
        (AT, "2001:db8::1", 4711, "#property-connection_info[0]")
    ]
    assert bench.table("signals", "signal", "observed_at", "note") == [
        ("activity_times", "2026-01-03 03:04:05+00", "a device was last seen"),
        ("activity_times", "2026-01-04 03:04:05+00", "WhatsApp Web came online"),
    ]
    assert sorted(bench.table("identifiers", "kind", "display")) == [("email", "z…@example.org"), ("phone", "+35…78")]
    assert sorted(bench.rejects(report, "field")) == [
        ("#property-connection_info", "Moon phase", "", "a label not known here"),
        ("#property-shoe_size", "shoe_size", "", "a section that is not read"),
    ]


def test_parts_of_a_return_that_cannot_be_read_are_said(bench: Bench) -> None:
    text = page(
        REQUEST,
        section("web_info", field("Web Info", field("Online Since", "soon"), field("Inactive Since", ""))),
        section("emails", field("Registered Email Addresses", "zoe@")),
        section("message_log", field("Message", field("Shoe size", "43"), field("Sender", "351912345678"))),
    )
    report = bench.load("records.html", text)
    assert bench.rejects(report, "field") == [("#property-web_info[0]", "onlinesince", "soon", "not a time")]
    assert sorted(bench.rejects(report)) == [
        ("#property-emails", "email", "zoe…", "no email with all its parts"),
        ("#property-message_log", "timestamp", "Shoe size, Sender", "none of the keys that are read here"),
    ]


def test_of_messages_and_calls_only_the_accounts_own(bench: Bench) -> None:
    def message(sender: str, *more: str) -> str:
        told = field("Timestamp", "2026-01-02 03:04:05 UTC"), field("Message Id", "A1"), field("Sender", sender)
        return field("Message", *told, field("Recipients", "351999888777"), *more)

    text = page(
        REQUEST,
        section(
            "message_log",
            message("351912345678", field("Sender Ip", "192.0.2.1"), field("Sender Port", "4711")),
            message("351999888777", field("Sender Ip", "192.0.2.2"), field("Sender Port", "4712")),
            message("351912345678"),
        ),
        section(
            "call_logs",
            field(
                "Call",
                field("Call Id", "C1"), field("Call Creator", "351912345678"),
                field("Events", field("Type", "offer"), field("Timestamp", "2026-01-02 03:04:06 UTC"),
                      field("From", "351912345678"), field("To", "351999888777"), field("From Ip", "192.0.2.3"),
                      field("From Port", "55001"), field("Media Type", "audio"),
                      field("Type", "accept"), field("Timestamp", "2026-01-02 03:04:07 UTC"),
                      field("From", "351999888777"), field("From Ip", "192.0.2.4")),
            ),
        ),
        section("prospective_login_ips", field("Prospective Login IPs", field("Timestamp", "2026-01-02 03:04:05 UTC"),
                field("IP Address", "192.0.2.5"), field("Port", "55261"), field("Timestamp", "soon"),
                field("IP Address", "192.0.2.6"), field("Port", "55262"))),
    )  # fmt: skip
    report = bench.load("records.html", text)
    assert bench.table("logins", "ip", "port", "kind", "raw") == [
        ("192.0.2.5", 55261, "login", None),
        ("192.0.2.1", 4711, "session", '{"event":"message"}'),
        ("192.0.2.3", 55001, "session", '{"event":"call"}'),
    ]
    assert bench.table("signals", "signal", "value") == [("activity_times", "message")]
    assert bench.rejects(report) == [("#property-prospective_login_ips[1]", "at", "soon", "not a time")]
    assert sorted(bench.rejects(report, "field")) == [
        ("#property-call_logs", "from", "1", "calls of other numbers, not read"),
        ("#property-message_log", "sender", "1", "messages of other numbers, not read"),
    ]


def test_breaks_of_pages_within_and_between_values(bench: Bench) -> None:
    rest = '<div class="t o"><div class="t i"><div class="m"><div>{}</div></div></div></div>'
    cut = field("Time", "2026-01-02") + BREAK + rest.format("03:04:05 UTC") + field("IP Address", "192.0.2.1")
    empty = field("Time", "") + BREAK + rest.format("2026-01-02 03:04:05 UTC") + field("IP Address", BREAK, "192.0.2.2")
    report = bench.load("records.html", page(REQUEST, section("ip_addresses", field("Ip Addresses", cut, empty))))
    assert bench.table("logins", "at", "ip") == [(AT, "192.0.2.1"), (AT, "192.0.2.2")]
    assert report.rejected == 0


def test_tables_and_the_number_on_the_first_page(bench: Bench) -> None:
    home = table_section("home", row("Service", "WhatsApp"), row("Account Identifier", NUMBER))
    connection = row("Device Id", "0") + row("Last seen", "2026-01-02 03:04:05 UTC") + row("Last IP", "192.0.2.9")
    snapshot = table_section(
        "connection_info", row("Connection Info Definition", "what it is"), row("Connection Info", connection)
    ) + table_section("ncmec_reports", row("NCMEC Cybertips", "No responsive records located"))
    found = bench.load_folder({"r/index.html": page(home), "r/preservation-1.html": page(snapshot)})
    assert {inside: r if isinstance(r, str) else r.format for inside, r in found.items()} == {
        "r/index.html": "whatsapp-return", "r/preservation-1.html": "whatsapp-return",
    }  # fmt: skip
    assert bench.table("logins", "account_id", "at", "ip") == [(f"whatsapp:{hashed(bench)}", AT, "192.0.2.9")]


def test_a_snapshot_by_itself_names_nobody(bench: Bench) -> None:
    text = page(
        section("connection_info", field("Last seen", "2026-01-02 03:04:05 UTC"), field("Last IP", "192.0.2.9"))
    )
    with pytest.raises(InputError, match="name it with --account"):
        bench.load("records.html", text)
    report = bench.load("records.html", text, account=NUMBER)
    assert report.account == f"whatsapp:{hashed(bench)}"
    assert bench.table("logins", "account_id") == [(report.account,)]


def test_a_return_of_facebook_that_names_whatsapp_is_facebooks(bench: Bench) -> None:
    request = section("request_parameters", field("Service", "Facebook"), field("Target", "1042"))
    linked = section("linked_accounts", field("Service", "WhatsApp"), field("Identifier", "351912345678"))
    times = field("IP Address", "192.0.2.1:443"), field("Time", "2026-01-02 03:04:05 UTC"), field("Action", "Login")
    devices = field("Os Type", "iOS"), field("Family Device Id", "F-0001-0002"), field("Seen", "a"), field("Seen", "b")
    text = page(
        request,
        linked,
        section("ip_addresses", field("Ip Addresses", *times, field("Agent String", "Firefox"))),
        section("devices_info", field("Devices", *devices, field("Os Type", "Android"))),
        section("machines", field("Cookie", "abcdefghijkl"), field("First Seen", "2026-01-02 03:04:05 UTC")),
    )
    report = bench.load("records.html", text)
    assert report.format == "meta-return"
    assert bench.table("logins", "account_id", "at", "ip", "port", "kind", "user_agent") == [
        ("facebook:1042", AT, "192.0.2.1", 443, "login", "Firefox")
    ]
    assert sorted(bench.table("identifiers", "kind", "first_seen")) == [("cookie", AT), ("device", None)]
    assert report.remarks == {"linked_accounts: a section that is not read": 1}


def test_a_return_cut_off_gives_what_it_has(bench: Bench) -> None:
    pairs = [(f"2026-01-02 03:04:{i:02d} UTC", f"192.0.2.{i}") for i in range(1, 9)]
    text = page(REQUEST, section("ip_addresses", field("Ip Addresses", visits(*pairs))))
    report = bench.load("records.html", text[: text.index("192.0.2.5")])
    assert report.records == report.loaded + report.rejected
    assert len(bench.table("logins", "ip")) == 4


# ---- the report of the account holder

USER: dict[str, Any] = {
    "label_values": [
        {"label": "Phone number", "value": NUMBER},
        {"label": "About", "value": "at the quay"},
        {"label": "About Set Time", "timestamp_value": 1767323045},
        {"label": "Report Request Time", "timestamp_value": 1767323999},
        {"label": "Favourite colour", "value": "blue"},
        {
            "label": "Device Activity",
            "vec": [
                {
                    "dict": [
                        {"label": "Device", "value": "0"},
                        {"label": "Last Active Time", "timestamp_value": 1767323046},
                        {"label": "Online Since", "timestamp_value": 0},
                    ]
                }
            ],
        },
    ]
}
REPORT: dict[str, Any] = {
    "whatsapp_account_information/user_information.json": USER,
    "whatsapp_account_information/registration_information.json": {
        "wa_registration_info": {"registration_timestamp": 1700000000, "platform": "android", "shoe": 43}
    },
    "whatsapp_settings/account_settings.json": {
        "wa_settings": {"device_info": [{"device_id": 0, "device_model": "h"}]}
    },
    "whatsapp_connections/contacts.json": {"wa_contacts": ["351999888777", "351999888778"]},
}


def dumped(files: dict[str, Any]) -> dict[str, str | bytes]:
    return {inside: json.dumps(value) for inside, value in files.items()}


def test_the_files_of_a_report(bench: Bench) -> None:
    found = bench.load_folder(dumped(REPORT))
    assert {r if isinstance(r, str) else (r.format, r.grade) for r in found.values()} == {("whatsapp-report", "C3")}
    account = f"whatsapp:{hashed(bench)}"
    assert bench.table("accounts", "account_id", "bio", "created_at") == [(account, "at the quay", None)]
    assert bench.table("identifiers", "account_id", "value", "region") == [(account, hashed(bench), "PT")]
    assert sorted(bench.table("signals", "account_id", "signal", "value", "observed_at", "note")) == [
        (account, "activity_times", "registration", "2023-11-14 22:13:20+00", "the number was registered"),
        (account, "activity_times", "session", "2026-01-02 03:04:05+00", "About Set Time"),
        (account, "activity_times", "session", "2026-01-02 03:04:06+00", "Last Active Time"),
    ]
    remarks = sorted(remark for r in found.values() if not isinstance(r, str) for remark in bench.rejects(r, "field"))
    assert remarks == [
        ("$.label_values[4]", "Favourite colour", "", "a label not known here"),
        ("$.wa_contacts", "wa_contacts", "2", "other people and groups, not read"),
        ("$.wa_registration_info", "shoe", "", "a key that is not read"),
    ]


def test_a_time_of_a_report_in_words_is_read_or_said(bench: Bench) -> None:
    told = [
        {"label": "Phone number", "value": NUMBER},
        {"label": "About Set Time", "value": "2026-01-02T03:04:05Z"},
        {"label": "Last Active Time", "value": "soon"},
        {"label": "Online Since", "timestamp_value": 0},
    ]
    report = bench.load("user_information.json", json.dumps({"label_values": told}))
    assert sorted(bench.table("signals", "observed_at", "note"), key=str) == [
        (AT, "About Set Time"),
        (None, "Last Active Time"),
    ]
    assert report.remarks == {"observed_at: not a time": 1}


def test_labels_of_another_language_are_known_by_their_folder(bench: Bench) -> None:
    user = {"label_values": [{"label": "Número de telefone", "value": NUMBER}, {"label": "Cor", "value": "azul"}]}
    inside = "whatsapp_account_information/user_information.json"
    (report,) = bench.load_folder(dumped({inside: user})).values()
    assert not isinstance(report, str)
    assert (report.format, report.remarks) == ("whatsapp-report", {"Cor: a label not known here": 1})
    assert bench.table("accounts", "account_id") == [(f"whatsapp:{hashed(bench)}",)]


def test_a_registration_by_itself_needs_an_account(bench: Bench) -> None:
    text = json.dumps({"wa_registration_info": {"registration_timestamp": 1767323045}})
    with pytest.raises(InputError, match="name it with --account"):
        bench.load("registration_information.json", text)
    assert bench.load("registration_information.json", text, account=NUMBER).tables == {"signals": 1}


# ---- telephone numbers as accounts


def test_tables_of_whatsapp_are_hashed_too(bench: Bench) -> None:
    text = (
        "account_id,platform,other_id\nwhatsapp:351912345678,,whatsapp:+351 912 345 679\n"
        "whatsapp:group-7,,whatsapp:quay\nx:351912345678,,x:2\n"
    )
    bench.load("ties.csv", text)
    assert bench.table("ties", "account_id", "other_id") == [
        (f"whatsapp:{hashed(bench)}", f"whatsapp:{hashed(bench, '+351912345679')}"),
        ("whatsapp:group-7", "whatsapp:quay"),
        ("x:351912345678", "x:2"),
    ]


def test_one_number_written_in_two_ways_is_one_account(bench: Bench) -> None:
    text = "account_id,handle\n+351 912 345 678,a\n351912345678@s.whatsapp.net,b\n"
    report = bench.load("accounts.csv", text, platform="whatsapp")
    assert (report.loaded, report.rejected) == (1, 1)
    ((_, _, value, reason),) = bench.rejects(report)
    assert (value, reason) == (f"whatsapp:{hashed(bench)}", "the id occurs before in this file")


def test_a_case_finds_the_account_by_its_number_and_keeps_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engines: Engine
) -> None:
    path = tmp_path / "My account info.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in dumped(REPORT).items():
            archive.writestr(inside, text)
    login = tmp_path / "logins.csv"
    login.write_text("at,ip\n2026-01-02T03:04:05Z,192.0.2.1\n", encoding="utf-8")
    with case_on(engines, tmp_path / "case", monkeypatch) as case:
        case.load(path)
        case.load(login, platform="whatsapp", account=NUMBER)
        account = case.find_account(NUMBER)
        assert account == f"whatsapp:{hash_with(case.folder.key())(NUMBER)}"
        assert case.find_account("whatsapp:351912345678") == account
        assert len(case.sources()) == 5
        custody = case.folder.custody.read_text(encoding="utf-8")
    assert account in custody
    assert "912345678" not in custody
