"""X data archive: the parts that hold signals, whose they are, and their traps (formats.md, 6.1 and 12)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from loading import Bench
from shared_data import sample

from attrigraph.errors import InputError, UnrecognisedFile
from attrigraph.loaders.load import LoadReport

ACCOUNT = {"account": {
    "accountId": "1042", "username": "quay_watch", "accountDisplayName": "Quay", "createdVia": "web",
    "email": "quay@example.org", "createdAt": "2021-05-06T07:08:09.000Z",
}}  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def part(name: str, *records: dict[str, Any], number: int = 0) -> str:
    """A file as the archive has it."""
    return f"window.YTD.{name}.part{number} = " + json.dumps(records, indent=2)


def load(bench: Bench, name: str, *records: dict[str, Any], beside: dict[str, str] | None = None) -> LoadReport:
    """Load one part with account.js beside it."""
    own = f"data/{name.replace('_', '-')}.js"
    files = {"data/account.js": part("account", ACCOUNT)} | (beside or {}) | {own: part(name, *records)}
    report = bench.load_folder(dict(files), only=own)[own]
    assert isinstance(report, LoadReport), report
    assert report.records == report.loaded + report.rejected
    assert (report.format, report.grade) == ("x-archive", "C3")
    return report


def test_logins_and_their_ports(bench: Bench) -> None:
    load(
        bench, "ip_audit",
        {"ipAudit": {"accountId": "1042", "createdAt": "2026-01-02T03:04:05.678Z", "loginIp": "192.0.2.1"}},
        {"ipAudit": {"accountId": "1042", "createdAt": "2026-01-03T03:04:05.678Z", "loginIp": "2001:db8::1",
                     "loginPortNumber": "50123"}},
    )  # fmt: skip
    assert bench.table("logins", "account_id", "at", "ip", "port", "kind", "record") == [
        ("x:1042", "2026-01-02 03:04:05.678+00", "192.0.2.1", None, "login", "$[0]"),
        ("x:1042", "2026-01-03 03:04:05.678+00", "2001:db8::1", 50123, "login", "$[1]"),
    ]


def test_the_registration_is_when_the_account_was_created(bench: Bench) -> None:
    load(bench, "account_creation_ip", {"accountCreationIp": {"accountId": "1042", "userCreationIp": "192.0.2.9"}})
    assert bench.table("logins", "account_id", "at", "ip", "kind") == [
        ("x:1042", "2021-05-06 07:08:09+00", "192.0.2.9", "registration")
    ]


def test_without_the_account_file_a_long_id_tells_the_time(bench: Bench) -> None:
    record = {"accountCreationIp": {"accountId": "1212092628029698048", "userCreationIp": "192.0.2.9"}}
    report = bench.load("account-creation-ip.js", part("account_creation_ip", record))
    assert bench.table("logins", "at") == [("2019-12-31 19:26:16.771+00",)]
    assert list(report.remarks) == [
        "at: the registration has no time here: it was taken from the number of the account"
    ]


def test_without_any_time_the_registration_is_a_reject(bench: Bench) -> None:
    record = {"accountCreationIp": {"accountId": "1042", "userCreationIp": "192.0.2.9"}}
    with pytest.raises(InputError, match="load it with the file about the account"):
        bench.load("account-creation-ip.js", part("account_creation_ip", record))


def test_the_account_and_its_mail_as_a_hash(bench: Bench) -> None:
    report = bench.load("account.js", part("account", ACCOUNT))
    assert report.tables == {"accounts": 1, "identifiers": 1}
    assert bench.table("accounts", "account_id", "handle", "display_name", "raw") == [
        ("x:1042", "quay_watch", "Quay", '{"createdVia":"web"}')
    ]
    ((kind, display, value),) = bench.table("identifiers", "kind", "display", "value")
    assert (kind, display) == ("email", "q…@example.org")
    assert "quay" not in value


def test_parts_without_an_id_belong_to_the_account_beside_them(bench: Bench) -> None:
    load(bench, "phone_number", {"device": {"phoneNumber": "+381601234567"}})
    load(bench, "profile", {"profile": {"description": {"bio": "At sea", "location": "Novi Sad", "website": ""}}})
    assert bench.table("identifiers", "account_id", "kind") == [("x:1042", "phone")]
    assert bench.table("accounts", "account_id", "location", "bio") == [("x:1042", "Novi Sad", "At sea")]


def test_alone_they_need_the_option(bench: Bench) -> None:
    phone = part("phone_number", {"device": {"phoneNumber": "+381601234567"}})
    with pytest.raises(InputError, match="name it with --account"):
        bench.load("phone-number.js", phone)
    assert bench.load("phone-number.js", phone, account="1042").tables == {"identifiers": 1}
    assert bench.table("identifiers", "account_id") == [("x:1042",)]


def test_two_archives_in_one_folder_are_kept_apart(bench: Bench) -> None:
    other = {"account": ACCOUNT["account"] | {"accountId": "77"}}
    phone = part("phone_number", {"device": {"phoneNumber": "+381601234567"}})
    reports = bench.load_folder({
        "a/data/account.js": part("account", ACCOUNT), "a/data/phone-number.js": phone,
        "b/data/account.js": part("account", other), "b/data/phone-number.js": phone + "\n",
        "phone-number.js": phone + "\n\n",
    })  # fmt: skip
    assert sorted(bench.table("identifiers", "account_id", "kind")) == [
        ("x:1042", "email"), ("x:1042", "phone"), ("x:77", "email"), ("x:77", "phone"),
    ]  # fmt: skip
    assert "name it with --account" in str(reports["phone-number.js"])


def test_changes_of_handle_and_mail_begin_windows(bench: Bench) -> None:
    load(bench, "screen_name_change", {"screenNameChange": {"accountId": "1042", "screenNameChange": {
        "changedAt": "2023-08-12T17:10:37.000Z", "changedFrom": "pier_cat", "changedTo": "quay_watch"}}})  # fmt: skip
    load(
        bench,
        "email_address_change",
        {
            "emailAddressChange": {
                "accountId": "1042",
                "emailChange": {
                    "changedAt": "2023-09-12T17:10:37.000Z",
                    "changedFrom": "old@example.net",
                    "changedTo": "new@example.org",
                },
            }
        },
    )
    assert bench.table("signals", "signal", "value", "note", "observed_at") == [
        ("handle_change", "quay_watch", "was pier_cat", "2023-08-12 17:10:37+00"),
        ("email_change", "n…@example.org", "was o…@example.net", "2023-09-12 17:10:37+00"),
    ]
    assert bench.table("identifiers", "kind", "display", "first_seen", "last_seen") == [
        ("email", "n…@example.org", "2023-09-12 17:10:37+00", None),
        ("email", "o…@example.net", None, "2023-09-12 17:10:37+00"),
    ]


def test_devices(bench: Bench) -> None:
    load(bench, "device_token", {"deviceToken": {
        "clientApplicationId": "258901", "clientApplicationName": "Twitter for Android", "token": "abcdefabcdefabcdef",
        "createdAt": "2022-01-01T00:00:00.000Z", "lastSeenAt": "2023-01-01T00:00:00.000Z"}})  # fmt: skip
    load(
        bench,
        "key_registry",
        {
            "registeredDevices": {
                "deviceMetadataList": [
                    {
                        "userAgent": "TwitterAndroid/9",
                        "deviceId": "f00f00f00f00f00",
                        "createdAt": "2022-02-01T00:00:00.000Z",
                    }
                ]
            }
        },
    )
    assert bench.table("identifiers", "kind", "display", "first_seen", "last_seen") == [
        ("device", "abcd…", "2022-01-01 00:00:00+00", "2023-01-01 00:00:00+00"),
        ("device", "f00f…", "2022-02-01 00:00:00+00", None),
    ]


def test_the_telephone_for_codes_gives_carrier_and_number(bench: Bench) -> None:
    load(
        bench,
        "ni_devices",
        {
            "niDeviceResponse": {
                "messagingDevice": {
                    "deviceType": "Auth",
                    "carrier": "us.verizon",
                    "phoneNumber": "+12025550123",
                    "createdDate": "2020.02.01",
                }
            }
        },
    )
    assert bench.table("signals", "signal", "value", "observed_at", "note") == [
        ("sim_carrier", "us.verizon", "2020-02-01 00:00:00+00", "Auth")
    ]
    assert bench.table("identifiers", "kind", "display") == [("phone", "+12…23")]


def test_what_the_platform_guessed_without_the_town(bench: Bench) -> None:
    load(bench, "personalization", {"p13nData": {
        "demographics": {"languages": [{"language": "French", "isDisabled": False}, {"language": "English",
                                        "isDisabled": "true"}], "genderInfo": {"gender": "male"}},
        "locationHistory": ["Gex, Switzerland"], "interests": {"names": ["Ships"]}}})  # fmt: skip
    assert bench.table("signals", "signal", "value", "note") == [
        ("display_language", "French", "guessed by the platform"),
        ("display_language", "English", "guessed by the platform, switched off by the user"),
        ("platform_country", "Switzerland", "from the places the platform guessed, without dates"),
    ]


def test_guesses_that_name_nothing_are_rejects(bench: Bench) -> None:
    guesses = (
        {"demographics": {"languages": [{"a": 1}, "French"]}, "locationHistory": 5},
        {"demographics": {"languages": 5}, "locationHistory": [{"a": 1}]},
        {"demographics": 5, "locationHistory": ["Switzerland"]},
    )
    report = load(bench, "personalization", *({"p13nData": guess} for guess in guesses))
    assert report.tables == {"signals": 2}
    assert bench.rejects(report) == [
        ("$[0].demographics.languages[0]", "language", '{"a": 1}', "names no language"),
        ("$[0].locationHistory", "location", "", "names no place"),
        ("$[1].demographics.languages", "language", "[5]", "names no language"),
        ("$[1].locationHistory[0]", "location", "", "names no place"),
        ("$[2].demographics", "demographics", "5", "not an object, so nothing in it was read"),
    ]


def test_an_account_that_says_nothing_is_a_reject(bench: Bench) -> None:
    files = {"data/account.js": part("account", ACCOUNT, {"account": {"a": 1}})}
    report = bench.load_folder(dict(files))["data/account.js"]
    assert isinstance(report, LoadReport)
    assert bench.rejects(report) == [("$[1]", "account", '{"a": 1}', "says nothing a signal reads")]


def test_a_time_zone_of_the_menu(bench: Bench) -> None:
    load(bench, "account_timezone", {"accountTimezone": {"accountId": "1042", "timeZone": "Arizona"}})
    assert bench.table("accounts", "account_id", "time_zone") == [("x:1042", "Arizona")]


def tweet(**changes: Any) -> dict[str, Any]:
    return {"tweet": {
        "id": "9", "id_str": "9", "created_at": "Wed Nov 12 19:01:02 +0000 2025", "full_text": "Fog #harbour",
        "lang": "en", "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
        "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://example.org/fog"}],
                     "hashtags": [{"text": "harbour", "indices": ["4", "12"]}]},
    } | changes}  # fmt: skip


def test_posts(bench: Bench) -> None:
    load(bench, "tweets", tweet(coordinates={"type": "Point", "coordinates": ["20.5", "44.8"]}))
    columns = ("post_id", "account_id", "at", "text", "language", "urls", "hashtags", "client", "latitude", "longitude")
    assert bench.table("posts", *columns) == [(
        "9", "x:1042", "2025-11-12 19:01:02+00", "Fog #harbour", "en", ["https://example.org/fog"], ["harbour"],
        "Twitter Web App", 45.0, 21.0,
    )]  # fmt: skip


def test_a_repost_names_its_original_only_through_media(bench: Bench) -> None:
    media = {"extended_entities": {"media": [{"source_status_id_str": "5"}]}}
    load(bench, "tweets", tweet(full_text="RT @a: fog", **media), tweet(id_str="10", full_text="RT @a: fog"),
         tweet(id_str="11", **media))  # fmt: skip
    assert bench.table("posts", "post_id", "repost_of") == [("9", "5"), ("10", None), ("11", None)]


def test_older_archives_have_no_key_around_a_post(bench: Bench) -> None:
    report = load(bench, "tweet", tweet()["tweet"], {"nothing": 1})
    assert (report.loaded, report.rejected) == (1, 1)


def test_deleted_posts_are_posts_and_their_headers_only_without_them(bench: Bench) -> None:
    gone = tweet(deleted_at="2025-11-13T00:00:00.000Z")
    load(bench, "deleted_tweets", gone)
    assert bench.table("posts", "raw") == [('{"deleted_at":"2025-11-13T00:00:00.000Z"}',)]
    header = {"tweet": {"tweet_id": "12", "user_id": "1042", "created_at": "Wed Nov 12 19:01:02 +0000 2025"}}
    load(bench, "tweet_headers", header)
    both = bench.load_folder({"tweets.js": part("tweets", tweet()), "tweet-headers.js": part("tweet_headers", header)})
    assert "holds the same and more" in str(both["tweet-headers.js"])


def test_following_back_is_read_from_the_other_list(bench: Bench) -> None:
    followers = part("follower", {"follower": {"accountId": "7"}}, {"follower": {"accountId": "8"}})
    report = load(bench, "following", {"following": {"accountId": "7"}}, {"following": {"accountId": "9"}},
                  {"following": {}}, beside={"data/follower.js": followers})  # fmt: skip
    load(bench, "follower", {"follower": {"accountId": "7"}}, {"follower": {"accountId": "8"}},
         beside={"data/following.js": part("following", {"following": {"accountId": "7"}})})  # fmt: skip
    assert sorted(bench.table("ties", "account_id", "other_id", "kind", "reciprocal")) == [
        ("x:1042", "x:7", "follow", True), ("x:1042", "x:9", "follow", False),
        ("x:7", "x:1042", "follow", True), ("x:8", "x:1042", "follow", False),
    ]  # fmt: skip
    assert report.rejected == 1


def test_without_the_other_list_following_back_is_unknown(bench: Bench) -> None:
    load(bench, "following", {"following": {"accountId": "7"}})
    assert bench.table("ties", "reciprocal") == [(None,)]


def test_the_manifest_tells_what_is_missing_of_a_split_archive(bench: Bench) -> None:
    manifest = "window.__THAR_CONFIG = " + json.dumps({
        "userInfo": {"accountId": "1042", "userName": "quay_watch", "displayName": "Quay"},
        "archiveInfo": {"generationDate": "2026-02-03T04:05:06.000Z"},
        "dataTypes": {"ipAudit": {"files": [{"fileName": "data/ip-audit.js"}]},
                      "like": {"files": [{"fileName": "data/like.js"}]},
                      "tweets": {"files": [{"fileName": "data/tweets.js"}, {"fileName": "data/tweets-part1.js"}]}},
    })  # fmt: skip
    files = {"data/manifest.js": manifest, "data/tweets.js": part("tweets", tweet())}
    report = bench.load_folder(dict(files))["data/manifest.js"]
    assert isinstance(report, LoadReport)
    assert [r[2] for r in bench.rejects(report, "field")] == ["data/ip-audit.js", "data/tweets-part1.js"]
    assert bench.table("accounts", "account_id", "handle", "observed_at") == [
        ("x:1042", "quay_watch", "2026-02-03 04:05:06+00")
    ]
    assert bench.table("posts", "account_id") == [("x:1042",)], "the manifest says whose the posts are"


@pytest.mark.parametrize("name", ["like", "direct_messages", "ad_impressions", "lists_created"])
def test_parts_without_signals_say_why_they_are_not_read(bench: Bench, name: str) -> None:
    with pytest.raises(UnrecognisedFile, match=f"the part {name} of an X archive, which is not read: "):
        bench.load(f"{name}.js", part(name, {"x": {"tweetId": "1"}}))


def test_an_empty_part_is_no_error(bench: Bench) -> None:
    report = bench.load("device-token.js", "window.YTD.device_token.part0 = [\n]")
    assert (report.records, report.tables) == (0, {})


def test_a_damaged_part_loses_only_what_is_damaged(bench: Bench) -> None:
    login = '  {\n    "ipAudit" : {"accountId":"1042","createdAt":"2026-01-0%dT03:04Z","loginIp":"192.0.2.%d"}\n  },\n'
    text = "window.YTD.ip_audit.part0 = [\n" + "".join(login % (n, n) for n in range(1, 5))
    cut = text.replace('"2026-01-02T', "2026-01-02T")[:-40]
    report = bench.load("ip-audit.js", cut)
    assert bench.table("logins", "ip") == [("192.0.2.1",), ("192.0.2.3",)]
    assert [r[0] for r in bench.rejects(report)] == ["$[1]", "$[3]"]


def test_the_real_samples_as_one_archive(bench: Bench) -> None:
    names = ("account", "account-timezone", "device-token", "ip-audit", "manifest", "personalization", "phone-number",
             "screen-name-change")  # fmt: skip
    inside = "x-archive/twitter-archive/data"
    reports = bench.load_folder({f"data/{name}.js": sample(f"{inside}/{name}.js").read_bytes() for name in names})
    loaded = {name.removeprefix("data/"): r.tables for name, r in reports.items() if isinstance(r, LoadReport)}
    assert loaded == {
        "account.js": {"accounts": 1, "identifiers": 1}, "account-timezone.js": {"accounts": 1}, "device-token.js": {},
        "ip-audit.js": {"logins": 2}, "manifest.js": {"accounts": 1}, "phone-number.js": {"identifiers": 1},
        "screen-name-change.js": {"signals": 1},
    }  # fmt: skip
    assert "holds device instead of p13nData" in str(reports["data/personalization.js"])
    assert ("Arizona",) in bench.table("accounts", "time_zone")
    assert set(bench.table("identifiers", "account_id")) == {("x:111111111",)}


def test_parts_of_a_post_that_cannot_be_read_are_said(bench: Bench) -> None:
    post = {"id_str": "6", "created_at": "Fri Jan 02 03:04:05 +0000 2026", "full_text": "fog"}
    sound = {"urls": [{"url": "https://t.co/a"}], "hashtags": [{"text": "fog"}], "media": [1]}
    quiet = load(bench, "tweets", {"tweet": post | {"entities": sound, "geo": {}, "coordinates": None}})
    assert quiet.remarks == {}
    parts = {"urls": [5, {"a": 1}, {"expanded_url": "https://example.org"}], "hashtags": {"text": "fog"}}
    report = load(
        bench, "tweets", {"tweet": post | {"entities": parts, "coordinates": {"coordinates": [1]}, "geo": "x"}}
    )
    assert sorted(found[:2] + found[3:] for found in bench.rejects(report, "field")) == [
        ("$[0]", "coordinates", "not a longitude and a latitude"),
        ("$[0].entities.hashtags", "hashtags", "not a list of records"),
        ("$[0].entities.urls[0]", "", "not a record"),
        ("$[0].entities.urls[1]", "expanded_url", "none of the keys that are read here"),
        ("$[0].geo", "geo", "not an object, so nothing in it was read"),
    ]


def test_one_device_that_cannot_be_read_is_a_reject_beside_the_others(bench: Bench) -> None:
    listed = [{"deviceId": "abc"}, "junk", {"a": 1}]
    devices = load(bench, "key_registry", {"registeredDevices": {"deviceMetadataList": listed}})
    assert [found[3] for found in bench.rejects(devices)] == ["not a record", "none of the keys that are read here"]
    telephones = {"messagingDevice": {"phoneNumber": "+351912345678"}, "pushDevice": 5}
    report = load(bench, "ni_devices", {"niDeviceResponse": telephones})
    assert [found[3] for found in bench.rejects(report)] == ["not an object, so nothing in it was read"]
