"""Legal returns: Snapchat, TikTok, Roblox, Kik, MeWe, Apple, Pinger, Microsoft, Discord (formats.md, 5.4)."""

from __future__ import annotations

from pathlib import Path

import pytest
from loading import Bench, workbook

from attrigraph.errors import InputError
from attrigraph.loaders.load import LoadOptions, load_file
from attrigraph.loaders.package import unfolded


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


# ---- Snapchat

SUBSCRIBER = """"This section describes the account.
All times in UTC, with commas, and quotes"
============================
user_id,username,created,creation_ip,email_address,phone_number,former_phone_number,status
u-1,quay,Wed Aug 19 12:00:00 UTC 2021,192.0.2.1,a@example.org,+381601234567,,active

"Details. last_active is in PDT/PST"
============================
birthdate,last_active
x,2021-08-19 12:00:00

"History"
============================
date,action,old_value,new_value,reason
2022-01-02 03:04:05 UTC,USERNAME CHANGE,harbour,quay,user
2022-01-03 03:04:05 UTC,PHONE NUMBER CHANGE,,,user
2022-01-04 03:04:05 UTC,PASSWORD CHANGE,,,user
"""


def test_snapchat_sections_are_told_by_their_header(bench: Bench) -> None:
    report = bench.load("subscriber_info.csv", SUBSCRIBER)
    assert (report.format, report.grade) == ("snapchat-return", "B3")
    assert report.tables == {"accounts": 1, "identifiers": 2, "logins": 1, "signals": 2}
    assert bench.table("logins", "account_id", "at", "ip", "kind") == [
        ("snapchat:quay", "2021-08-19 12:00:00+00", "192.0.2.1", "registration")
    ]
    assert bench.table("signals", "signal", "value", "note") == [
        ("handle_change", "quay", "before: harbour"),
        ("phone_change", "PHONE NUMBER CHANGE", None),
    ]
    assert bench.rejects(report)[0][2:] == ("PASSWORD CHANGE", "no change that begins a time window")


@pytest.mark.parametrize("header", ["ip,first seen time,last seen time", "ip,first_seen_time,last_seen_time,asn,url"])
def test_snapchat_addresses_old_and_new(bench: Bench, header: str) -> None:
    row = "2001:db8::1,2026-01-02 03:04:05 UTC,2026-01-03 03:04:05 UTC" + ",64500,u" * ("asn" in header)
    report = bench.load("ip_data.csv", f'"Legend"\n======\n{header}\n{row}\n', account="quay")
    assert report.tables == {"logins": 2}
    assert bench.table("logins", "at", "ip") == [
        ("2026-01-02 03:04:05+00", "2001:db8::1"),
        ("2026-01-03 03:04:05+00", "2001:db8::1"),
    ]


def test_snapchat_learns_the_account_from_the_file_beside(bench: Bench) -> None:
    bench.write("subscriber_info.csv", SUBSCRIBER)
    bench.write("ip_data.csv", '"Legend"\n======\nip,timestamp\n192.0.2.5,2026-01-02 03:04:05 UTC\n')
    with unfolded(bench.files) as package:
        (member,) = [m for m in package.members if m.inside == "ip_data.csv"]
        load_file(bench.files / "ip_data.csv", bench.folder, LoadOptions(), place=package.place(member))
    assert bench.table("logins", "account_id") == [("snapchat:quay",)]


def test_snapchat_places_in_three_layouts(bench: Bench) -> None:
    at = "2026-01-02 03:04:05 UTC"
    text = (
        f'"A"\n=====\nlatitude,longitude,timestamp\n34.5 ± 39.66 meters,-5.25 ± 39.66 meters,{at}\nhidden,,{at}\n'
        f'"B"\n=====\nlatitude,longitude,accuracy,timestamp,is_live_location\n1.5,2.5,12 meters,{at},true\n'
        f'"C"\n=====\ncountry,region,city,timestamp\nRS,x,Belgrade,{at}\n'
    )
    report = bench.load("geo_locations.csv", text, account="quay")
    assert bench.table("signals", "signal", "value", "note") == [
        ("geotag", "35,-5", "within 39.66 metres"),
        ("geotag", "2,3", "within 12 metres"),
        ("platform_country", "RS", "from the position of the device, by Snapchat"),
    ]
    assert [r[3] for r in bench.rejects(report)] == ["no coordinates"]


# ---- workbooks


def test_tiktok_addresses_of_a_workbook(bench: Bench) -> None:
    rows = [["Timestamp", "Active Start Time", "IP", "IP Country"], ["=46024.127835648", "", "192.0.2.1", "RS"]]
    report = bench.load("quay - IP Data.xlsx", workbook([*rows, ["2026-01-03 00:00:00", "", "nothing", ""]]))
    assert (report.format, report.tables) == ("tiktok-return", {"logins": 1, "signals": 1})
    assert (report.reasons, report.remarks) == ({"ip: not an address": 1}, {})
    assert bench.table("logins", "account_id", "at", "ip", "record") == [
        ("tiktok:quay", "2026-01-02 03:04:05+00", "192.0.2.1", "sheet 1 row 2")
    ]
    assert bench.table("signals", "signal", "value") == [("platform_country", "RS")]


def test_apple_logs_stand_under_a_preamble(bench: Bench) -> None:
    preamble = [["iCloud Logs"], [], ["Confidential"], [], [], []]
    rows = [
        *preamble,
        ["Date/Time", "DSID", "IP Address", "Service"],
        ["2026-01-02 03:04:05 UTC", "77", "192.0.2.1", "x"],
    ]
    report = bench.load("a_iCloudLogs.xlsx", workbook(rows))
    assert (report.format, report.tables) == ("apple-return", {"logins": 1})
    assert bench.table("logins", "account_id", "record") == [("apple:77", "sheet 1 row 8")]


def test_pinger_logs_need_an_account_and_a_zone(bench: Bench) -> None:
    content = workbook([["Pinger"], ["Date", "IP Address"], ["2026-01-02 03:04:05", "192.0.2.1"]])
    with pytest.raises(InputError, match="--account"):
        bench.load("x IP Logs.xlsx", content)
    with pytest.raises(InputError, match="without a zone"):
        bench.load("x IP Logs.xlsx", content, account="1")
    assert bench.load("x IP Logs.xlsx", content, account="1", timezone="UTC").format == "pinger-return"


def test_a_sheet_without_a_time_and_an_address_is_said(bench: Bench) -> None:
    content = workbook([["Timestamp", "IP", "IP Country"], ["2026-01-02 03:04:05", "192.0.2.1", "RS"]], [["x"]], [])
    report = bench.load("quay - IP Data.xlsx", content)
    reason = "a sheet without a header of a time and an address, not read"
    assert [found[::3] for found in bench.rejects(report, "field")] == [("sheet 2", reason)]


# ---- text


def test_tiktok_subscriber_information(bench: Bench) -> None:
    text = (
        "TikTok\nUsername: quay\nRegistration Method: phone\nPhone: +381601234567\n"
        "Registration Date: 2026-01-02 03:04:05\nRegistration IP: 2001:db8::9\nRegistration Device Info: iPhone: 13\n"
    )
    report = bench.load("quay (Subscriber information).txt", text)
    assert (report.format, report.tables) == ("tiktok-subscriber", {"accounts": 1, "logins": 1, "identifiers": 1})
    assert bench.table("logins", "at", "ip", "kind", "user_agent") == [
        ("2026-01-02 03:04:05+00", "2001:db8::9", "registration", "iPhone: 13")
    ]


def test_roblox_keeps_the_port_at_its_time(bench: Bench) -> None:
    text = (
        "user_id,username,ip_address,last_observed_port,last_observed_port_utc,first_recorded_utc,last_recorded_utc\n"
        "7,quay,192.0.2.1,4711,2026-01-02 12:00:00,2026-01-01 00:00:00.123,2026-01-02 12:00:00\n"
        "7,quay,192.0.2.2,,,2026-01-05 00:00:00,2026-01-05 00:00:00\n"
    )
    report = bench.load("IP address of the account.csv", text)
    assert (report.format, report.tables) == ("roblox-return", {"accounts": 1, "logins": 3})
    assert bench.table("logins", "ip", "port") == [("192.0.2.1", None), ("192.0.2.1", 4711), ("192.0.2.2", None)]


def test_roblox_ports_without_their_time_are_said(bench: Bench) -> None:
    text = (
        "user_id,ip_address,last_observed_port,last_observed_port_utc,last_recorded_utc\n"
        "7,192.0.2.1,4711,,2026-01-02 12:00:00\n7,192.0.2.1,,,2026-01-03 12:00:00\n"
    )
    report = bench.load("IP address of the account.csv", text)
    reason = "a port without the time of its use, not read"
    assert bench.rejects(report, "field") == [("row 1", "last_observed_port", "4711", reason)]


def test_kik_by_position(bench: Bench) -> None:
    old = "x\tquay_1\t192.0.2.1\t4711\t1767323045000\tAndroid \\u0410\nx\tquay_1\tno\t1\t2\t3\n"
    report = bench.load("bind.txt", old)
    assert (report.format, report.tables, report.rejected) == ("kik-return", {"logins": 1}, 1)
    new = "quay_2,192.0.2.2,4712,2026-01-02 03:04:05,iPhone\n"
    assert bench.load("1-binds.csv", new).format == "kik-return"
    assert sorted(bench.table("logins", "account_id", "at", "ip", "port", "user_agent")) == [
        ("kik:quay_1", "2026-01-02 03:04:05+00", "192.0.2.1", 4711, "Android А"),
        ("kik:quay_2", "2026-01-02 03:04:05+00", "192.0.2.2", 4712, "iPhone"),
    ]


def test_mewe_splits_at_the_first_colon(bench: Bench) -> None:
    text = "date: 2026-01-02T03:04:05, IP: 2001:db8::3\ndate: 2026-01-03T03:04:05Z, IP: 192.0.2.3\n"
    report = bench.load("mewe-logs.txt", text, account="quay")
    assert (report.format, report.tables) == ("mewe-return", {"logins": 2})
    assert bench.table("logins", "account_id", "ip")[0] == ("mewe:quay", "2001:db8::3")


def test_microsoft_mail_headers(bench: Bench) -> None:
    text = "From: a@example.org\nDate: Fri, 02 Jan 2026 04:04:05 +0100\nx-originating-ip: [192.0.2.1]\nSubject: s\n\n"
    with pytest.raises(InputError, match="--account"):
        bench.load("1.eml_hdr.eml", text)
    report = bench.load("1.eml_hdr.eml", text, account="quay")
    assert (report.format, report.tables) == ("microsoft-return", {"logins": 1})
    assert bench.table("logins", "at", "ip") == [("2026-01-02 03:04:05+00", "192.0.2.1")]


# ---- Discord


def test_discord_events_with_an_address(bench: Bench) -> None:
    lines = (
        r'{"event_type":"session_start","user_id":"7","ip":"192.0.2.1","country_code":"RS","city":"B",'
        r'"timestamp":"\"2026-01-02T03:04:05.000Z\"","browser":"Chrome","domain":"x"}' + "\n"
        r'{"event_type":"open_app","user_id":"7","timestamp":"\"2026-01-02T03:04:06.000Z\""}' + "\n"
        r'{"event_type":"session_start","user_id":"7","ip":"masked","timestamp":"\"2026-01-02T03:04:05.000Z\""}' + "\n"
    )
    report = bench.load("events-2026-00000-of-00001.json", lines)
    assert (report.format, report.tables) == ("discord-events", {"logins": 1, "signals": 1})
    assert (report.records, report.loaded + report.rejected) == (3, 3)
    assert bench.table("logins", "account_id", "at", "ip", "user_agent") == [
        ("discord:7", "2026-01-02 03:04:05+00", "192.0.2.1", "Chrome")
    ]


def test_discord_return(bench: Bench) -> None:
    text = "User ID,Username,Relationship\n8,b,Friend\n"
    assert bench.load("relationships_7.csv", text, account="7").format == "discord-return"
    assert bench.table("ties", "account_id", "other_id", "kind") == [("discord:7", "discord:8", "friend")]
