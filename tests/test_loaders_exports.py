"""Exports that account holders ask for: TikTok, Google, LinkedIn, Reddit, Snapchat (formats.md, 6 and 12)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from loading import Bench
from shared_data import sample

from attrigraph.errors import InputError
from attrigraph.loaders.load import LoadOptions, LoadReport, load_file
from attrigraph.loaders.package import unfolded


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def load_beside(bench: Bench, inside: str, files: dict[str, str]) -> LoadReport:
    """Load one file of a folder, with its neighbours to look at."""
    for name, content in files.items():
        bench.write(name, content)
    with unfolded(bench.files) as package:
        (member,) = [m for m in package.members if m.inside == inside]
        return load_file(bench.files / inside, bench.folder, LoadOptions(), place=package.place(member))


def whole(report: LoadReport) -> bool:
    return report.records == report.loaded + report.rejected


# ---- TikTok


def tiktok(section: str = "Activity", profile: str = "Profile Information", **login: Any) -> dict[str, Any]:
    entry = {
        "Date": "2026-01-02 03:04:05 UTC", "IP": "192.0.2.1", "DeviceModel": "iPhone 13", "DeviceSystem": "iOS 17",
        "NetworkType": "4G", "Carrier": "us.Verizon",
    } | login  # fmt: skip
    return {
        section: {"Login History": {"LoginHistoryList": [entry]}},
        "Profile": {profile: {"ProfileMap": {"userName": "quay", "telephoneNumber": "None", "accountRegion": "RS"}}},
    }


@pytest.mark.parametrize("section", ["Activity", "Your Activity", "your activity"])
@pytest.mark.parametrize("profile", ["Profile Information", "Profile Info"])
def test_tiktok_in_both_generations(bench: Bench, section: str, profile: str) -> None:
    report = bench.load("user_data.json", json.dumps(tiktok(section, profile)))
    assert (report.format, report.grade) == ("tiktok-export", "C3")
    assert report.tables == {"accounts": 1, "logins": 1, "signals": 2}
    assert bench.table("logins", "account_id", "at", "ip", "user_agent") == [
        ("tiktok:quay", "2026-01-02 03:04:05+00", "192.0.2.1", "iPhone 13; iOS 17")
    ]
    assert bench.table("signals", "signal", "value", "observed_at") == [
        ("registration_country", "RS", None),
        ("sim_carrier", "us.Verizon", "2026-01-02 03:04:05+00"),
    ]


def test_tiktok_without_a_zone_is_utc_and_wifi_is_noted(bench: Bench) -> None:
    bench.load("a.json", json.dumps(tiktok(Date="2026-01-02 03:04:05", NetworkType="WIFI")))
    assert bench.table("logins", "at") == [("2026-01-02 03:04:05+00",)]
    assert bench.table("signals", "note")[1] == ("on wifi: the SIM of the device, not the network of the login",)


def test_tiktok_without_a_profile_needs_the_account(bench: Bench) -> None:
    bare = tiktok()
    del bare["Profile"]
    with pytest.raises(InputError, match="--account"):
        bench.load("a.json", json.dumps(bare))
    assert bench.load("a.json", json.dumps(bare), account="quay").tables["logins"] == 1


def test_tiktok_sections_without_the_keys_that_are_read_are_said(bench: Bench) -> None:
    document = tiktok() | {"Comment": {"Comments": {"a": 1}}, "App Settings": {"a": 1}}
    report = bench.load("a.json", json.dumps(document))
    assert bench.rejects(report, "field") == [
        ("$.App Settings", "Settings", "a", "none of the keys that are read here"),
        ("$.Comment.Comments", "CommentsList", "a", "none of the keys that are read here"),
    ]


def test_tiktok_lists_may_be_null(bench: Bench) -> None:
    empty = tiktok() | {"Activity": {"Login History": {"LoginHistoryList": None}, "Like List": {"ItemFavoriteList": 7}}}
    report = bench.load("a.json", json.dumps(empty))
    assert report.tables == {"accounts": 1, "signals": 1}
    assert bench.rejects(report) == [("$.Activity.Like List.ItemFavoriteList", "", "7", "not a list of records")]


def test_tiktok_samples(bench: Bench) -> None:
    old = bench.load("user_data.json", sample("tiktok/hestialabs-experiences/user_data.json").read_bytes())
    assert old.tables["logins"] == 10 and whole(old)
    assert old.reasons == {"ip: not an address": 50}
    assert set(bench.table("logins", "account_id")) == {("tiktok:john.lennon",)}
    new = bench.load("new.json", sample("tiktok/TikTokAnalyzer/parser_parity.primary_schema.json").read_bytes())
    assert (new.format, new.tables["logins"]) == ("tiktok-export", 2)
    assert ("tiktok:danfox", "registration_country", "US") in bench.table("signals", "account_id", "signal", "value")


# ---- Google

ACTIVITIES = (
    "GAIA ID,Activity Timestamp,IP Address,Proxied Host IP Address,Is Non-routable IP Address,Activity Country,"
    "Activity Region,Activity City,User Agent String,Product Name,Sub-Product Name,{}Activity Type,"
    "Gmail Access Channel{}\n"
    "100,2026-01-02 03:04:05 UTC,192.0.2.1,,{},RS,Belgrade,Belgrade,Mozilla,Gmail,,{}Other,{}\n"
)


@pytest.mark.parametrize("new", [True, False])
def test_google_activities_in_both_generations(bench: Bench, new: bool) -> None:
    more = ("Referer Product Name,Referer Sub-Product Name,", ",Android Webview Package Name", "No", ",,", ",")
    text = ACTIVITIES.format(*(more if new else ("", "", "No", "", "")))
    report = bench.load("Aktivitäten.csv", text)
    assert (report.format, report.tables) == ("google-activities", {"logins": 1, "signals": 1})
    assert bench.table("logins", "account_id", "at", "ip", "kind") == [
        ("google:100", "2026-01-02 03:04:05+00", "192.0.2.1", "session")
    ]
    assert bench.table("signals", "signal", "value") == [("platform_country", "RS")]
    assert "Belgrade" not in str(bench.table("logins", "raw"))


def test_google_non_routable_rows_are_rejects(bench: Bench) -> None:
    text = ACTIVITIES.format("", "", "Yes", "", "") + "100,2026-01-03 03:04:05 UTC,192.0.2.2,,No,,,,,,,,\n"
    report = bench.load("a.csv", text)
    assert report.tables == {"logins": 1}
    assert bench.rejects(report) == [("row 1", "ip", "192.0.2.1", "Google says the address is not routable")]


def test_google_says_a_country_once_a_day(bench: Bench) -> None:
    row = ACTIVITIES.format("", "", "No", "", "")
    again = row.splitlines()[1]
    bench.load("a.csv", row + again + "\n" + again.replace("01-02", "01-03") + "\n")
    assert len(bench.table("logins", "ip")) == 3
    assert len(bench.table("signals", "value")) == 2


def test_google_devices_old_and_new(bench: Bench) -> None:
    old = (
        "Device Type,Brand Name,Marketing Name,OS,OS Version,Device Model,User Given Name,Device Last Location,"
        "Gaia ID\n"
        'PC,,,Mac,10,,,"Country ISO: RS\nLast Activity Time: 2026-01-02 03:04:05 UTC",100\n'
        "PC,,,Mac,10,,,,100\n"
    )
    report = bench.load("old.csv", old)
    assert (report.format, report.tables, report.rejected) == ("google-devices", {"signals": 1}, 1)
    new = (
        "Gaia ID,Device Type,Brand Name,OS,Last Location Country,Last Location Timestamp,First Activity Timestamp\n"
        "100,MOBILE,Acme,Android,ME,2026-01-05 00:00:00 UTC,2025-01-01 00:00:00 UTC\n"
    )
    bench.load("new.csv", new)
    assert sorted(bench.table("signals", "account_id", "value", "observed_at")) == [
        ("google:100", "ME", "2026-01-05 00:00:00+00"),
        ("google:100", "RS", "2026-01-02 03:04:05+00"),
    ]


def test_google_devices_with_cells_that_cannot_be_read(bench: Bench) -> None:
    rows = (
        "Device Type,Brand Name,Device Last Location,Gaia ID\n"
        'PC,,"Country ISO: RS\nLast Activity Time: soon",100\n'
        "PC,,Country ISO: RS,100\n"
        "PC,,Country ISO: RS,100,more\n"
    )
    report = bench.load("devices.csv", rows)
    assert bench.rejects(report, "field") == [("row 1", "Last Activity Time", "soon", "not a time")]
    assert [found[::3] for found in bench.rejects(report)] == [("row 3", "5 cells where the header has 4")]


def test_google_samples(bench: Bench) -> None:
    folder = "google-takeout/dashboard-avastar"
    with pytest.raises(InputError, match="4 × ip: a masked address"):
        bench.load("Activités.csv", sample(f"{folder}/Activit*.csv").read_bytes())
    devices = bench.load("Appareils.csv", sample(f"{folder}/Appareils*.csv").read_bytes())
    assert (devices.tables, devices.rejected) == ({"signals": 2}, 1)
    assert bench.table("signals", "account_id", "value", "observed_at") == [
        ("google:100000000000", "FR", "2022-01-29 19:51:44+00"),
        ("google:100000000000", "FR", "2022-01-28 10:49:15+00"),
    ]
    page = sample(f"{folder}/variableemailaddress.SubscriberInfo.html").read_bytes()
    report = bench.load("s.html", page, account="100")
    assert (report.format, report.tables["accounts"]) == ("google-subscriber", 1)
    assert report.reasons["ip: a masked address"] == 2
    assert ("phone_region", "FR") in bench.table("signals", "signal", "value")


def test_google_subscriber_page(bench: Bench) -> None:
    page = (
        "<html><h2>GOOGLE SUBSCRIBER\n INFORMATION</h2><ul><li>Google Account ID: 100</li>"
        "<li>e-Mail: a@example.org</li><li>Created on: 2020-01-02 10:27:03 Z</li>"
        "<li>Terms of Service IP: 2001:db8::5</li><li>Terms of Service Language: sr</li>"
        "<li>Recovery SMS: +381601234567 [RS]</li></ul>"
        "<table><tr><th>Timestamp<th>IP Address<th>Activity Type<th>Raw User Agents"
        "<tr><td>2026-02-01 19:47:49 Z<td>192.0.2.4<td>Login<td>com.google.Maps/1</table></html>"
    )
    report = bench.load("a.SubscriberInfo.html", page)
    assert report.tables == {"accounts": 1, "identifiers": 2, "logins": 2, "signals": 2}
    assert bench.table("logins", "account_id", "at", "ip", "kind") == [
        ("google:100", "2020-01-02 10:27:03+00", "2001:db8::5", "registration"),
        ("google:100", "2026-02-01 19:47:49+00", "192.0.2.4", "login"),
    ]
    wide = bench.load("b.SubscriberInfo.html", page.replace("Maps/1", "Maps/1<td>more"))
    assert bench.rejects(wide)[0][::3] == ("row 1", "5 cells where the header has 4")
    other = bench.load("c.SubscriberInfo.html", page.replace("Timestamp<th>IP Address", "Zeitstempel<th>IP-Adresse"))
    said = "a table without the columns Timestamp and IP Address, not read"
    assert [r[::3] for r in bench.rejects(other)] == [("row 1", said), ("row 2", said)]


def test_a_label_of_a_subscriber_page_that_stands_twice(bench: Bench) -> None:
    page = (
        "<h2>GOOGLE SUBSCRIBER INFORMATION</h2><ul><li>Google Account ID: 100</li><li>e-Mail: a@example.org</li>"
        "<li>e-Mail: b@example.org</li><li>Created on: 2020-01-02 10:27:03 Z</li><li>Created on: 2021-01-02</li></ul>"
    )
    report = bench.load("a.SubscriberInfo.html", page)
    assert report.tables == {"accounts": 1, "identifiers": 2}
    assert bench.table("accounts", "created_at") == [("2020-01-02 10:27:03+00",)]
    assert report.remarks == {"Created on: said before, not read": 1}


def test_google_linked_accounts_share_a_made_cookie(bench: Bench) -> None:
    text = "Google Account ID,Linked on\n200,2026-01-01\n,\n"
    with pytest.raises(InputError, match="--account"):
        bench.load("a.LinkedByCookies.csv", text)
    report = bench.load("a.LinkedByCookies.csv", text, account="100")
    assert (report.grade, report.tables) == ("B3", {"identifiers": 2})
    (one, two) = bench.table("identifiers", "account_id", "value")
    assert (one[0], two[0]) == ("google:100", "google:200") and one[1] == two[1]


# ---- LinkedIn


def test_linkedin_with_notes_above_the_header(bench: Bench) -> None:
    text = 'Notes:\n"Times are in UTC, as shown"\n\nLogin Date,IP Address,User Agent,Login Type\n'
    text += 'Fri Sep 24 12:35:41 UTC 2021,192.0.2.1,"Mozilla/5.0 (X11; Linux)",Login\n'
    report = bench.load("Logins.csv", text, account="quay")
    assert (report.format, report.tables) == ("linkedin-export", {"logins": 1})
    assert bench.table("logins", "account_id", "at", "ip") == [("linkedin:quay", "2021-09-24 12:35:41+00", "192.0.2.1")]


def test_linkedin_months_come_first_and_need_a_zone(bench: Bench) -> None:
    text = 'Registered At,Registration Ip,Subscription Types\n"12/22/19, 10:06 PM",192.0.2.1,\n'
    report = bench.load("Registration.csv", text, account="quay")
    assert (report.tables, report.reasons) == ({"accounts": 1}, {"at: a time without a zone": 1})
    bench.load("Registration.csv", text, account="quay", timezone="UTC")
    assert bench.table("logins", "at", "kind") == [("2019-12-22 22:06:00+00", "registration")]


def test_linkedin_challenges_and_phones(bench: Bench) -> None:
    text = "Challenge Date,IP Address,User Agent,Country,Challenge Type\n"
    text += "Fri Sep 24 12:35:41 UTC 2021,192.0.2.1,Mozilla,Serbia,captcha\n"
    assert bench.load("Security Challenges.csv", text, account="quay").tables == {"logins": 1, "signals": 1}
    phones = bench.load(
        "PhoneNumbers.csv", "Extension,Number,Type\n,+381601234567,Mobile\n,,\n,060,x\n", account="quay"
    )
    assert (phones.tables, phones.rejected) == ({"identifiers": 1}, 1)


def test_linkedin_samples(bench: Bench) -> None:
    folder = "linkedin/hudi-packages-connectors"
    with pytest.raises(InputError, match="2 × ip: not an address"):
        bench.load("Logins.csv", sample(f"{folder}/Logins.csv").read_bytes(), account="quay")
    report = bench.load("Registration.csv", sample(f"{folder}/Registration.csv").read_bytes(), account="quay")
    assert (report.tables, report.remarks) == ({"accounts": 1}, {"created_at: a time without a zone": 1})


# ---- Reddit

STATISTICS = 'statistic,value\naccount name,quay\nregistration date,2020-01-02 03:04:05 UTC\n"is deleted",False\n'
IP_LOGS = "date,ip\nregistration ip,192.0.2.1\n2026-01-02 03:04:05 UTC,192.0.2.2\n"


def test_reddit_learns_the_account_and_the_registration_from_a_neighbour(bench: Bench) -> None:
    report = load_beside(bench, "ip_logs.csv", {"ip_logs.csv": IP_LOGS, "statistics.csv": STATISTICS})
    assert (report.format, report.rejected) == ("reddit-export", 0)
    assert bench.table("logins", "account_id", "at", "ip", "kind") == [
        ("reddit:quay", "2020-01-02 03:04:05+00", "192.0.2.1", "registration"),
        ("reddit:quay", "2026-01-02 03:04:05+00", "192.0.2.2", "login"),
    ]
    bench.load("statistics.csv", STATISTICS)
    assert bench.table("accounts", "account_id", "created_at") == [("reddit:quay", "2020-01-02 03:04:05+00")]


def test_reddit_by_itself(bench: Bench) -> None:
    with pytest.raises(InputError, match="--account"):
        bench.load("ip_logs.csv", IP_LOGS)
    report = bench.load("ip_logs.csv", IP_LOGS, account="quay")
    assert report.tables == {"logins": 1}
    assert "statistics.csv" in next(iter(report.reasons))


def test_reddit_posts_and_messages(bench: Bench) -> None:
    posts = "id,permalink,date,ip,subreddit,gildings,title,url,body\n"
    posts += r"p1,/r/x,2026-01-02 03:04:05 UTC,192.0.2.3,port,0,Title,https://example.org,a\nb \u0410" + "\n"
    assert bench.load("posts.csv", posts, account="quay").tables == {"posts": 1, "logins": 1}
    assert bench.table("posts", "post_id", "text", "urls") == [("p1", "Title\na\nb А", ["https://example.org"])]
    messages = "id,permalink,thread_id,date,ip,from,to,subject,body\n"
    messages += "m1,,t,2026-01-02 03:04:05 UTC,,quay,b,s,secret\nm2,,t,2026-01-02 03:04:05 UTC,,b,quay,s,secret\n"
    report = bench.load("messages.csv", messages, account="Quay")
    assert (report.tables, report.rejected) == ({"posts": 1}, 1)
    assert ("m1", None) in bench.table("posts", "post_id", "text")


def test_reddit_phone(bench: Bench) -> None:
    report = bench.load("linked_phone_number.csv", "phone_number\n+381601234567\n", account="quay")
    assert report.tables == {"identifiers": 1}


# ---- Snapchat


def snapchat() -> dict[str, Any]:
    return {
        "Basic Information": {
            "Username": "quay", "Name": "Quay", "Creation Date": "2019-05-04 10:00:00 UTC", "Country": "Serbia",
            "Registration IP": "192.0.2.7", "Carrier": "us.Verizon", "PhoneNumber": "+381601234567",
        },
        "Device Information": {"Make": "Acme", "Language": "sr"},
        "Login History": [{"IP": "192.0.2.8", "Country": "ME", "Created": "2026-01-02 03:04:05 UTC", "Device": "Acme"}],
    }  # fmt: skip


def test_snapchat_account(bench: Bench) -> None:
    report = bench.load("account.json", json.dumps(snapchat()))
    assert (report.format, report.grade) == ("snapchat-export", "C3")
    assert bench.table("logins", "account_id", "ip", "kind") == [
        ("snapchat:quay", "192.0.2.7", "registration"),
        ("snapchat:quay", "192.0.2.8", "login"),
    ]
    assert bench.table("signals", "signal", "value") == [
        ("platform_country", "Serbia"), ("sim_carrier", "us.Verizon"), ("ui_language", "sr"),
        ("platform_country", "ME"),
    ]  # fmt: skip


def test_snapchat_sample(bench: Bench) -> None:
    report = bench.load("account.json", sample("snapchat/exportsnap/account.json").read_bytes())
    assert (report.tables, report.rejected) == ({"accounts": 1, "logins": 2, "signals": 2}, 0)
