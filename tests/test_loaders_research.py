"""Research archives: information operations, troll tweets, tables of coordination programs (formats.md, 8)."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from loading import Bench, parquet
from shared_data import coortweet_data, ira_tweets, sample

from attrigraph.loaders.formats.columns import written_list
from attrigraph.loaders.formats.x_io_archive import USER, campaign_of
from attrigraph.loaders.load import LoadOptions, load_file

HASH = "vMm2zemFOF7kmXoDyX24Bo+TorqhNutpZlATYyxsE="
TWEET_COLUMNS = (
    "tweetid", *USER, "tweet_language", "tweet_text", "tweet_time", "tweet_client_name", "in_reply_to_tweetid",
    "in_reply_to_userid", "quoted_tweet_tweetid", "is_retweet", "retweet_userid", "retweet_tweetid", "latitude",
    "longitude", "quote_count", "reply_count", "like_count", "retweet_count", "hashtags", "urls", "user_mentions",
)  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def table(columns: tuple[str, ...], *rows: dict[str, Any]) -> str:
    """CSV with every cell quoted, as the archive has it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def user(**changes: str) -> dict[str, str]:
    made = {"userid": "1042", "user_display_name": "Harbour", "user_screen_name": "harbour_news",
            "follower_count": "9000",
            "user_reported_location": "Texas", "following_count": "5", "account_creation_date": "2017-08-30",
            "account_language": "zh-cn"}  # fmt: skip
    return made | changes


def tweet(**changes: str) -> dict[str, str]:
    made = {"tweetid": "77", "tweet_text": "Ships", "tweet_time": "2017-08-06 08:15", "tweet_language": "en",
            "latitude": "absent", "longitude": "absent", "hashtags": "['a', \"it's\"]",
            "urls": "['http://a.example/x,y', 'http://b.example']"}  # fmt: skip
    return user() | made | changes


USERS_FILE = "china_082019_1_users_csv_hashed.csv"


def test_users_with_what_the_file_name_says_of_them(bench: Bench) -> None:
    report = bench.load(USERS_FILE, table(USER, user()))
    assert (report.format, report.grade) == ("x-io-users", "B2")
    assert bench.table("accounts", "account_id", "handle", "location", "language", "followers", "created_at") == [
        ("x:1042", "harbour_news", "Texas", "zh-cn", 9000, "2017-08-30 00:00:00+00")
    ]
    relation = "in Twitter's archive of state-linked information operations as china_082019_1, released 2019-08"
    assert bench.table("claims", "account_id", "territory", "claimant", "relation", "grade") == [
        ("x:1042", "CN", "Twitter", relation, "B2")
    ]
    assert bench.table("labels", "territory", "operation") == [("CN", "china_082019_1")]


def test_the_campaign_is_never_a_signal(bench: Bench) -> None:
    assert "signals" not in bench.load(USERS_FILE, table(USER, user())).tables


def test_a_hash_is_no_name(bench: Bench) -> None:
    bench.load(USERS_FILE, table(USER, user(userid=HASH, user_screen_name=HASH, user_display_name=HASH)))
    assert bench.table("accounts", "account_id", "handle", "display_name") == [(f"x:{HASH}", None, None)]


def test_tweets_by_the_name_of_their_columns(bench: Bench) -> None:
    swapped = tuple(reversed(TWEET_COLUMNS))
    rows = [tweet(), tweet(tweetid="78", latitude="present", longitude="present", retweet_tweetid="5")]
    report = bench.load("iran_201906_1_tweets_csv_hashed.csv", table((*swapped, "poll_choices"), *rows))
    assert report.tables == {"accounts": 1, "claims": 1, "labels": 1, "posts": 2}
    assert (report.rejected, report.remarks) == (0, {})
    assert bench.table("posts", "post_id", "at", "latitude", "repost_of", "hashtags", "urls") == [
        ("77", "2017-08-06 08:15:00+00", None, None, ["a", "it's"], ["http://a.example/x,y", "http://b.example"]),
        ("78", "2017-08-06 08:15:00+00", None, "5", ["a", "it's"], ["http://a.example/x,y", "http://b.example"]),
    ]


@pytest.mark.parametrize(
    ("name", "territories", "month"),
    [
        ("china_082019_1_users_csv_hashed.csv", ("CN",), "2019-08"),
        ("saudi_arabia_112019_1_tweets_csv_hashed.csv", ("SA",), "2019-11"),
        ("egypt_uae_082019_users_csv_hashed.csv", ("EG", "AE"), "2019-08"),
        ("iranian_tweets_csv_hashed.csv", ("IR",), None),
        ("ira_users_csv_hashed.csv", ("RU",), None),
        ("MX_0621_users_csv_hashed.csv", ("MX",), "2021-06"),
        ("REA_0621_users_csv_hashed.csv", (), "2021-06"),
    ],
)
def test_names_of_campaigns(name: str, territories: tuple[str, ...], month: str | None) -> None:
    found = campaign_of(name)
    assert found is not None
    assert (found.territories, found.month) == (territories, month)


def test_several_countries_are_claims_and_no_label(bench: Bench) -> None:
    report = bench.load("egypt_uae_082019_users_csv_hashed.csv", table(USER, user()))
    assert "labels" not in report.tables
    assert sorted(bench.table("claims", "territory", "record")) == [("AE", "row 1, AE"), ("EG", "row 1, EG")]


def test_a_name_that_says_nothing_makes_no_claim(bench: Bench) -> None:
    report = bench.load("speed_layer_sample.csv", table(TWEET_COLUMNS, tweet()))
    assert report.tables == {"accounts": 1, "posts": 1}
    assert list(report.remarks) == [
        "campaign: the name of the file does not say which campaign this is: no claim and no label was made"
    ]


def test_an_operator_in_the_name_is_an_organisation(bench: Bench) -> None:
    bench.load("ira_users_csv_hashed.csv", table(USER, user()))
    assert set(bench.table("claims", "territory", "organisation")) == {("RU", None), (None, "Internet Research Agency")}


@pytest.mark.parametrize(
    ("file", "tables"),
    [
        ("R4CSS/china_082019_1_users_csv_hashed.csv", {"accounts": 10, "claims": 10, "labels": 10}),
        ("twitter-info-ops/speed_layer_sample.csv", {"accounts": 6, "posts": 10}),
    ],
)
def test_the_real_samples(bench: Bench, file: str, tables: dict[str, int]) -> None:
    report = bench.load(Path(file).name, sample(f"x-io-archive/{file}").read_bytes())
    assert (report.tables, report.rejected) == (tables, 0)


def test_lists_as_python_writes_them() -> None:
    assert written_list("['a', 'b,c']") == ["a", "b,c"]
    assert written_list("[http://a.example, http://b.example]") == ["http://a.example", "http://b.example"]
    assert written_list("['cut off") == ["cut off"]
    assert (written_list("UK"), written_list("[]"), written_list("")) == (["UK"], [], [])
    assert len(written_list(str(["https://a.example"] * 10_000))) == 10_000


# ---- Russian troll tweets

BY_AUTHOR = (
    "author_id,content,region,language,publish_date,harvested_date,following,followers,updates,post_type,retweet\n"
)
PUBLISHED = (
    "external_author_id,author,content,region,language,publish_date,harvested_date,following,followers,updates,post_type,"
    "account_type,retweet,account_category,new_june_2018,alt_external_id,tweet_id,article_url\n"
)


def test_troll_tweets_by_author(bench: Bench) -> None:
    rows = "10_gop,Hello https://t.co/x,United States,English,2017-09-07 19:52:00,2017-09-07 19:52:00,1,2,3,R,1\n"
    rows += "10_gop,Привет,United States,Ukrainian,2017-09-07 20:54:00,2017-09-07 20:54:00,1,2,3,,0\n"
    report = bench.load("10_gop.csv", BY_AUTHOR + rows)
    assert (report.format, report.tables) == ("russian-troll-tweets", {"accounts": 1, "posts": 2, "signals": 1})
    assert bench.table("posts", "account_id", "at", "language", "urls") == [
        ("x:10_gop", "2017-09-07 19:52:00+00", "English", ["https://t.co/x"]),
        ("x:10_gop", "2017-09-07 20:54:00+00", None, []),
    ]


def test_the_vendors_guess_is_no_country_signal(bench: Bench) -> None:
    row = "10_gop,Hello,United States,English,2017-09-07 19:52:00,2017-09-07 19:52:00,1,2,3,R,1\n"
    report = bench.load("10_gop.csv", BY_AUTHOR + row)
    assert bench.table("signals", "signal", "value") == [("vendor_region", "United States")]
    assert report.notes == ("No signal reads these names, so they are kept but not weighed: vendor_region.",)


def test_troll_tweets_as_published_have_the_month_first(bench: Bench) -> None:
    row = "9.06E+17,10_GOP,Hi,Unknown,English,10/1/2017 19:58,10/1/2017 19:59,1,2,3,,Right,0,RightTroll,0,"
    row += "905874659358453760,914580356430536707,\n"
    report = bench.load("IRAhandle_tweets_1.csv", PUBLISHED + row)
    assert (report.tables, report.rejected, report.remarks) == ({"accounts": 1, "posts": 1}, 0, {})
    assert bench.table("posts", "post_id", "account_id", "at") == [
        ("914580356430536707", "x:10_GOP", "2017-10-01 19:58:00+00")
    ]


def test_authors_of_the_troll_tweets(bench: Bench) -> None:
    text = "author_id,author,external_author_id,account_type,account_category\n"
    text += "4My331,4My,906000000000000000,left,LeftTroll\n"
    assert bench.load("authors.csv", text).format == "russian-troll-authors"
    assert bench.table("accounts", "account_id", "handle") == [("x:4My331", "4My")]


def test_the_real_troll_tweets(bench: Bench) -> None:
    some = parquet(bench.files / "some.parquet", f"SELECT * FROM '{ira_tweets()}' LIMIT 500")
    report = load_file(some, bench.folder, LoadOptions())
    assert (report.format, report.tables["posts"], report.rejected) == ("russian-troll-tweets", 500, 0)


# ---- coordination-network-toolkit

TOOLKIT = "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls\n"


def test_toolkit_messages(bench: Bench) -> None:
    rows = "m1,1,ann,,,Hello,1600000000.5,https://a.example/1 https://b.example/2\nm2,1,ann,m1,,Hello,1600000001,\n"
    report = bench.load("messages.csv", TOOLKIT + rows, platform="x")
    assert (report.format, report.tables) == ("coordination-network-toolkit", {"accounts": 1, "posts": 2})
    assert bench.table("posts", "post_id", "at", "repost_of", "urls") == [
        ("m1", "2020-09-13 12:26:40.5+00", None, ["https://a.example/1", "https://b.example/2"]),
        ("m2", "2020-09-13 12:26:41+00", "m1", []),
    ]


def test_the_header_says_nothing_and_the_position_all(bench: Bench) -> None:
    rows = "m1,1,ann,,,Hello,1600000000,\nm2,2,ben,m1,,Hello,1600000001,https://a.example\n"
    named = bench.load("named.csv", "a,b,c,d,e,f,g,h\n" + rows, platform="x")
    bare = bench.load("bare.csv", rows, platform="x")
    assert (named.format, named.tables) == (bare.format, bare.tables)
    assert bare.tables == {"accounts": 2, "posts": 2}


def test_a_row_that_is_too_short_and_a_time_in_words_are_rejects(bench: Bench) -> None:
    rows = "m1,1,ann,,,Hello,1600000000,\nm2,2,ben\nm3,2,ben,,,Hello,yesterday,\n"
    report = bench.load("messages.csv", TOOLKIT + rows, platform="x")
    assert [(r[0], r[3]) for r in bench.rejects(report)] == [
        ("row 2", "3 cells where this format has 8"), ("row 3", "not a time"),
    ]  # fmt: skip


def test_a_first_line_that_is_neither_a_header_nor_a_message_is_said(bench: Bench) -> None:
    rows = "m1,1,ann,,,Hello,yesterday,\nm2,2,ben,m1,,Hello,1600000001,\nm3,2,ben,,,Hello,1600000002,\n"
    report = bench.load("messages.csv", rows, platform="x")
    assert report.tables == {"accounts": 1, "posts": 2}
    assert bench.rejects(report) == [
        ("row 1", "timestamp", "yesterday", "the first line is neither a header nor a message")
    ]


# ---- CooRTweet

SHARES = "object_id,account_id,content_id,timestamp_share\n"


def test_shares(bench: Bench) -> None:
    rows = "https://a.example,1,c1,1600000000\n#ships,1,c2,1600000001\n55,2,c3,1600000002\n"
    report = bench.load("shares.csv", SHARES + rows, platform="x")
    assert (report.format, report.tables) == ("coortweet", {"posts": 3})
    assert bench.table("posts", "post_id", "urls", "hashtags", "repost_of") == [
        ("c1", ["https://a.example"], [], None), ("c2", None, ["ships"], None), ("c3", None, [], "55"),
    ]  # fmt: skip


def test_a_post_with_two_links_is_one_post(bench: Bench) -> None:
    rows = "https://a.example,1,c1,1600000000\n55,2,c3,1600000002\nhttps://b.example,1,c1,1600000000\n"
    report = bench.load("shares.csv", SHARES + rows, platform="x")
    assert (report.tables, report.rejected) == ({"posts": 2}, 0)
    assert ("c1", ["https://a.example", "https://b.example"]) in bench.table("posts", "post_id", "urls")
    assert list(report.remarks) == ["content_id: the same post as in row 1"]


def test_a_post_that_repeats_two_others_is_told_for_each(bench: Bench) -> None:
    rows = "55,1,c1,1600000000\n55,2,c1,1600000000\n56,1,c1,1600000000\n"
    report = bench.load("shares.csv", SHARES + rows, platform="x")
    assert bench.table("posts", "post_id", "account_id", "repost_of") == [("c1", "x:1", "55"), ("c1#56", "x:1", "56")]
    assert [(r[0], r[3]) for r in bench.rejects(report)] == [
        ("row 2", "the post has another account or time on an earlier row")
    ]


def test_the_real_shares(bench: Bench) -> None:
    whole = coortweet_data("russian_coord_tweets.parquet")
    some = parquet(bench.files / "some.parquet", f"SELECT * FROM '{whole}' LIMIT 500")
    report = load_file(some, bench.folder, LoadOptions(platform="x"))
    assert (report.format, report.records, report.rejected) == ("coortweet", 500, 0)


def test_lines_of_json_with_the_same_columns(bench: Bench) -> None:
    line = {"object_id": 55, "account_id": 1, "content_id": 9, "timestamp_share": 1600000000}
    assert bench.load("shares.jsonl", json.dumps(line), platform="x").format == "coortweet"
    assert bench.table("posts", "post_id", "repost_of") == [("9", "55")]
