"""What platforms show or give to researchers: YouTube, TikTok Research API, Chinese IP labels (formats.md, 4.3)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from loading import Bench
from shared_data import sample

from attrigraph.loaders.clean import write_rows
from attrigraph.loaders.formats.base import Row
from attrigraph.loaders.formats.holder import Holder


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def channel(**snippet: Any) -> dict[str, Any]:
    about = {"title": "Quay", "customUrl": "@quay", "publishedAt": "2020-01-02T03:04:05Z"} | snippet
    return {"kind": "youtube#channel", "id": "UC1", "snippet": about, "statistics": {"subscriberCount": "12"}}


def test_youtube_items_answers_and_lines(bench: Bench) -> None:
    answer = {"kind": "youtube#channelListResponse", "items": [channel(country="RS")]}
    assert bench.load("a.json", json.dumps(answer)).tables == {"accounts": 1, "signals": 1}
    assert bench.load("b.jsonl", json.dumps(channel()) + "\n").tables == {"accounts": 1}
    assert bench.load("c.json", json.dumps([channel(), {"kind": "youtube#channel"}])).rejected == 1
    assert bench.table("accounts", "account_id", "handle", "followers")[0] == ("youtube:UC1", "quay", 12)


def test_youtube_parts_that_are_no_objects_are_said(bench: Bench) -> None:
    broken = channel() | {"statistics": "junk", "brandingSettings": {"channel": [5]}}
    report = bench.load("a.json", json.dumps(broken))
    assert [found[::3] for found in bench.rejects(report)] == [
        ("$.statistics", "not an object, so nothing in it was read"),
        ("$.brandingSettings.channel", "not an object, so nothing in it was read"),
    ]


def test_youtube_says_a_country_once(bench: Bench) -> None:
    both = channel(country="US") | {"brandingSettings": {"channel": {"country": "US"}}}
    report = bench.load("a.json", json.dumps([both]))
    assert (report.format, report.tables["signals"]) == ("youtube-channels", 1)


def test_youtube_sample(bench: Bench) -> None:
    report = bench.load("a.json", sample("youtube/python-youtube/info_multiple.json").read_bytes())
    assert report.tables == {"accounts": 2, "signals": 1}
    assert bench.table("signals", "account_id", "signal", "value") == [
        ("youtube:UC_x5XG1OV2P6uZZ5FSM9Ttw", "declared_country", "US")
    ]


VIDEO = {
    "id": 7123456789012345678, "username": "quay", "region_code": "RS", "create_time": 1767323045,
    "video_description": "a harbour", "hashtag_names": ["port", "sea"], "voice_to_text": "words",
}  # fmt: skip


@pytest.mark.parametrize("wrap", [lambda v: {"data": {"videos": [v, v | {"id": 5}]}}, lambda v: [v, v | {"id": 5}]])
def test_tiktok_research_videos(bench: Bench, wrap: Any) -> None:
    report = bench.load("a.json", json.dumps(wrap(VIDEO)))
    assert (report.format, report.grade) == ("tiktok-research", "B3")
    assert report.tables == {"accounts": 1, "signals": 1, "posts": 2}
    assert bench.table("signals", "account_id", "signal", "value") == [("tiktok:quay", "registration_country", "RS")]
    assert bench.table("posts", "post_id", "at", "text", "hashtags")[0] == (
        "7123456789012345678", "2026-01-02 03:04:05+00", "a harbour", ["port", "sea"],
    )  # fmt: skip


def test_tiktok_research_as_a_table(bench: Bench) -> None:
    text = "id,username,region_code,create_time,video_description,hashtag_names\n"
    text += "5,quay,RS,1767323045,d,\"['a', 'b']\"\n,,,,,x\n"
    report = bench.load("a.csv", text)
    assert (report.format, report.tables, report.rejected) == (
        "tiktok-research", {"accounts": 1, "signals": 1, "posts": 1}, 1,
    )  # fmt: skip


# ---- Chinese labels


def labels(bench: Bench) -> list[tuple[Any, ...]]:
    return bench.table("signals", "account_id", "signal", "value")


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("发布于 广东", "China"), ("发布于 美国", "United States"), ("来自 中国香港", "Hong Kong"),
        ("发布于 台湾", "Taiwan"), ("发布于 刚果", "Congo"), ("发布于 火星", "火星"),
    ],
)  # fmt: skip
def test_weibo_labels(bench: Bench, label: str, value: str) -> None:
    post = {
        "created_at": "Sun Sep 20 19:29:54 +0800 2026", "idstr": "5", "mblogid": "m", "source": "来自 iPhone客户端",
        "user": {"idstr": "9", "screen_name": "q"}, "text_raw": "t", "region_name": label,
    }  # fmt: skip
    report = bench.load("a.json", json.dumps({"ok": 1, "data": {"list": [post]}}))
    assert report.format == "chinese-ip-labels"
    assert labels(bench) == [("weibo:9", "platform_country", value)]
    assert bench.table("signals", "observed_at", "record") == [("2026-09-20 11:29:54+00", "$.data.list[0]")]
    assert bool(report.remarks) == (value == "火星")


def test_the_device_of_a_weibo_post_is_no_label(bench: Bench) -> None:
    post = {"created_at": "Sun Sep 20 19:29:54 +0800 2026", "idstr": "5", "user": {"idstr": "9"}, "region_name": ""}
    report = bench.load(
        "a.json",
        json.dumps([post | {"region_name": "发布于 北京"}, post | {"idstr": "6", "source": "来自 iPhone客户端"}]),
    )
    assert report.tables["posts"] == 2 and report.tables["signals"] == 1


def test_answers_and_tags_that_cannot_be_read_are_said(bench: Bench) -> None:
    def comment(number: int, **more: Any) -> dict[str, Any]:
        made = {"id": str(number), "created_time": 1767323045, "author": {"id": "a9"}}
        return made | {"comment_tag": [{"type": "ip_info", "text": "浙江"}]} | more

    deep = comment(5)
    for number in range(6, 10):
        deep = comment(number, child_comments=[deep])
    quiet = comment(3, child_comments=4, comments=False, reply_comment={"id": 1}, sub_comments="")
    items = [comment(1, comment_tag="junk"), comment(2, comment_tag=[5], child_comments="junk"), quiet, deep]
    report = bench.load("a.json", json.dumps({"data": items}))
    assert [found[1:] for found in bench.rejects(report, "field")] == [
        ("comment_tag", "junk", "not a list of tags"), ("comment_tag", "5", "not a tag"),
    ]  # fmt: skip
    assert [found[::3] for found in bench.rejects(report)] == [
        ("$.data[1].child_comments", "not a list of records"),
        ("$.data[3]" + ".child_comments[0]" * 3 + ".child_comments", "answers nested deeper than they are read"),
    ]


def test_zhihu_and_crawlers_tables(bench: Bench) -> None:
    comment = {
        "id": "1", "created_time": 1767323045, "content": "c", "author": {"id": "a9", "name": "q"},
        "comment_tag": [{"type": "hot", "text": "热"}, {"type": "ip_info", "text": "IP 属地浙江"}],
    }  # fmt: skip
    bench.load("a.json", json.dumps({"data": [comment]}))
    text = "comment_id,create_time,ip_location,content,user_id,nickname\n3,1767323045,日本,x,77,n\n"
    report = bench.load("b.csv", text, platform="xiaohongshu")
    assert report.tables == {"accounts": 1, "posts": 1, "signals": 1}
    assert sorted(labels(bench)) == [
        ("xiaohongshu:77", "platform_country", "Japan"),
        ("zhihu:a9", "platform_country", "China"),
    ]


def test_chinese_samples(bench: Bench) -> None:
    weibo = "china-ip-label/weibo-scraper/weibo"
    posts = bench.load("t.json", sample(f"{weibo}/user_timeline.json").read_bytes())
    assert posts.tables == {"accounts": 2, "posts": 2, "signals": 2}
    comments = bench.load("c.json", sample(f"{weibo}/comments.json").read_bytes())
    assert comments.tables == {"accounts": 2, "posts": 2, "signals": 1}
    assert ("weibo:900000099", "platform_country", "China") in labels(bench)
    assert ("2026-09-21 02:11:12+00",) in bench.table("posts", "at")
    replies = "china-ip-label/Douyin_TikTok_Download_API/douyin/comment_replies_page1.json"
    douyin = bench.load("d.json", sample(replies).read_bytes())
    assert douyin.tables == {"accounts": 2, "posts": 2, "signals": 2}
    assert douyin.remarks == {"ip label: not the name of a place known here; kept as it stands": 2}
    assert ("douyin:1000000000000000011", "platform_country", "Synthetic Region") in labels(bench)


# ---- ids


EVENT = {"event_type": "a", "event_id": "1", "ip": "192.0.2.1", "timestamp": "2026-01-02T03:04:05Z"}
MESSAGE = {"type": "message", "date": "x", "date_unixtime": "1767323045", "text": "fog"}
REGISTERED = {"region_code": "RS", "create_time": 1767323045}
LABELLED = {"created_at": "2026-01-02 03:04:05", "region_name": "发布于 北京"}
ADMIN = {"username": "q", "confirmed": True, "suspended": False, "approved": True, "ips": []}


@pytest.mark.parametrize(
    ("sound", "key", "wrap"),
    [
        (EVENT | {"user_id": "77"}, "user_id", lambda listed: listed),
        (REGISTERED | {"username": "quay"}, "username", lambda listed: {"data": {"videos": listed}}),
        (LABELLED | {"user": {"id": "77"}}, "user", lambda listed: listed),
        (ADMIN | {"id": "77"}, "id", lambda listed: listed),
        (
            MESSAGE | {"from_id": "user77"}, "from_id",
            lambda listed: {"name": "Q", "type": "public_channel", "id": 9, "messages": listed},
        ),
    ],
)  # fmt: skip
def test_an_object_names_no_account(bench: Bench, sound: dict[str, Any], key: str, wrap: Any) -> None:
    report = bench.load("a.json", json.dumps(wrap([sound, sound | {key: {"id": {"a": 1}}}])))
    assert report.rejected == 1
    assert len({row[0] for name in report.tables for row in bench.table(name, "account_id")}) == 1


# ---- cells that are no single values


def test_objects_and_lists_where_one_value_is_expected_are_said(tmp_path: Path) -> None:
    def problems(table: str, **cells: Any) -> list[tuple[str, str, str, str]]:
        row = Row(table, {"account_id": "x:1", **cells}, "line 1")
        return [(r.field, r.value, r.reason, r.kind) for _, r in write_rows([row], tmp_path) if r]

    an_object, a_list = "an object where one value is expected", "a list where one value is expected"
    assert problems("accounts", handle={"a": 1}, bio=["b"], location=[]) == [
        ("handle", '{"a": 1}', an_object, "field"), ("bio", '["b"]', a_list, "field"),
    ]  # fmt: skip
    assert problems("accounts", account_id={"a": 1}) == [("account_id", '{"a": 1}', an_object, "row")]
    assert problems("signals", signal="store_country", value={"a": 1}) == [("value", "…", an_object, "row")]
    assert problems("posts", urls=["a", "b"], text='{"a": [1]} in "braces":{') == []
    assert problems("posts", urls=["a", {"b": 1}]) == [
        ("urls", '["a", {"b": 1}]', "a list of other things than texts", "field")
    ]


def test_a_signal_that_is_an_object_is_no_text(bench: Bench) -> None:
    video = {"id": "1", "username": "quay", "create_time": 1700000000, "region_code": "RS", "display_name": {"a": 1}}
    assert bench.rejects(bench.load("videos.jsonl", json.dumps(video)), "field") == [
        ("line 1", "display_name", '{"a": 1}', "an object where one value is expected")
    ]
    channel = {"kind": "youtube#channel", "id": "UC1", "snippet": {"title": "Quay", "country": {"a": 1}}}
    assert bench.rejects(bench.load("channel.jsonl", json.dumps(channel))) == [
        ("line 1", "value", "…", "an object where one value is expected")
    ]
    (row,) = Holder("1", "x").signal("line 1", "store_country", {"a": 1})
    assert row.cells["value"] == {"a": 1}
