"""The generic tables: every kind of file, recognition, mapping, and what is kept of what."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from loading import GOOD, LOGINS, Bench, parquet

from attrigraph.duck import connect
from attrigraph.errors import InputError, UnrecognisedFile
from attrigraph.loaders.load import LoadOptions, looked_for
from attrigraph.loaders.preview import preview
from attrigraph.loaders.recognise import map_columns, recognise
from attrigraph.loaders.tables import TABLES, table

ROWS = [
    {"account_id": "x:1", "at": "2026-01-02T03:04:05Z", "ip": "192.0.2.1", "port": 443, "note": "kept"},
    {"account_id": "x:2", "at": "2026-01-03T03:04:05Z", "ip": "2001:db8::1", "port": None},
]
EXPECTED = [
    ("x:1", "x", "2026-01-02 03:04:05+00", "192.0.2.1", 443, '{"note":"kept"}'),
    ("x:2", "x", "2026-01-03 03:04:05+00", "2001:db8::1", None, None),
]
CSV = "account_id,at,ip,port,note\n" + "".join(
    f"{r['account_id']},{r['at']},{r['ip']},{r['port'] or ''},{r.get('note', '')}\n" for r in ROWS
)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def logins(bench: Bench) -> list[tuple[object, ...]]:
    return bench.table("logins", "account_id", "platform", "at", "ip", "port", "raw")


FILES: dict[str, bytes] = {
    "a.csv": CSV.encode(),
    "bom-crlf.csv": b"\xef\xbb\xbf" + CSV.replace("\n", "\r\n").encode(),
    "utf16.csv": CSV.encode("utf-16"),
    "a.tsv": CSV.replace(",", "\t").encode(),
    "semicolons.csv": CSV.replace(",", ";").encode(),
    "a.csv.gz": gzip.compress(CSV.encode()),
    "a.jsonl": "".join(json.dumps(r) + "\n" for r in ROWS).encode(),
    "lines.json": "".join(json.dumps(r) + "\n" for r in ROWS).encode(),
    "list.json": json.dumps(ROWS, indent=2).encode(),
    "inside.json": json.dumps({"page": 1, "data": ROWS}).encode(),
    "a.json.gz": gzip.compress(json.dumps(ROWS).encode()),
}


@pytest.mark.parametrize("name", FILES)
def test_the_same_rows_come_out_of_every_kind_of_file(bench: Bench, name: str) -> None:
    report = bench.load(name, FILES[name])
    assert logins(bench) == EXPECTED
    assert (report.records, report.loaded, report.rejected, report.tables) == (2, 2, 0, {"logins": 2})


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_zstd(bench: Bench, name: str) -> None:
    plain = bench.write(name, FILES[name])
    packed = bench.files / f"{name}.zst"
    reader = "read_csv" if name == "a.csv" else "read_json"
    columns = ", ".join(f"'{c}': 'VARCHAR'" for c in ("account_id", "at", "ip", "port", "note"))
    form = "csv, header" if name == "a.csv" else "json"
    connect().execute(
        f"COPY (FROM {reader}('{plain}', columns = {{{columns}}})) TO '{packed}' (FORMAT {form}, COMPRESSION zstd)"
    )
    assert bench.load(packed.name, packed.read_bytes()).loaded == 2
    assert [row[:5] for row in logins(bench)] == [row[:5] for row in EXPECTED]


def test_zstd_without_a_reader_in_python(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attrigraph.loaders.content._zstd_reader", lambda: None)
    test_zstd(bench, "a.csv")


def test_parquet_of_any_types(bench: Bench, tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "a.parquet",
        "SELECT 1 AS account_id, 'x' AS platform, TIMESTAMPTZ '2026-01-02 03:04:05+00' AS at, '192.0.2.1' AS ip, "
        "443 AS port, {'k': [1, 2]} AS note UNION ALL "
        "SELECT 2, 'x', TIMESTAMPTZ '2026-01-03 03:04:05+00', '2001:db8::1', NULL, NULL",
    )
    assert bench.load("a.parquet", path.read_bytes()).loaded == 2
    assert [row[:5] for row in logins(bench)] == [row[:5] for row in EXPECTED]
    assert bench.table("logins", "record", "raw") == [("row 1", '{"note":{"k":[1,2]}}'), ("row 2", None)]


def test_parquet_numbers_that_lost_digits_are_rejects(bench: Bench, tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "a.parquet",
        "SELECT unnest([1.2345678901234568e18, 42.0]) AS account_id, 'x' AS platform, 1767355200 AS at, "
        "'192.0.2.1' AS ip",
    )
    report = bench.load("a.parquet", path.read_bytes())
    assert report.reasons == {"account_id: digits lost to scientific or decimal notation": 1}
    assert bench.table("logins", "account_id") == [("x:42",)]


def test_columns_are_found_by_usual_names_and_the_rest_is_kept(bench: Bench) -> None:
    report = bench.load(
        "logins.csv",
        "User ID,Login Time,IP Address,Device Model\n7,2026-01-02 03:04:05 UTC,192.0.2.1,Phone\n",
        platform="x",
    )
    assert report.mapping == {"User ID": "account_id", "Login Time": "at", "IP Address": "ip"}
    assert bench.table("logins", "account_id", "raw") == [("x:7", '{"Device Model":"Phone"}')]


def test_columns_are_mapped_by_hand(bench: Bench) -> None:
    report = bench.load(
        "a.csv",
        "Nutzer,Wann,Adresse\n7,02.01.2026,192.0.2.1\n",
        platform="x",
        mapping={"Nutzer": "account_id", "wann": "created_at", "Adresse": "location"},
    )
    assert report.tables == {"accounts": 1}
    assert report.mapping == {"Nutzer": "account_id", "Wann": "created_at", "Adresse": "location"}
    assert report.remarks == {"created_at: a date without an order of day and month": 1}


@pytest.mark.parametrize("found", TABLES, ids=lambda t: t.name)
def test_a_table_is_recognised_by_its_own_header(found: object) -> None:
    header = [c.name for c in found.columns]  # type: ignore[attr-defined]
    assert recognise("a.csv", header, None, {}).table is found


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("userid,user_display_name,user_screen_name,follower_count,account_creation_date", "accounts"),
        ("tweetid,userid,user_screen_name,follower_count,following_count,tweet_text,tweet_time,hashtags,urls", "posts"),
        ("author,content,region,language,publish_date,following,followers", "posts"),
        ("account_id,signal,value", "signals"),
        ("account_id,kind,value", "identifiers"),
        ("account_id,claimant,relation,country", "claims"),
        ("account_id,country,basis", "labels"),
        ("account_id,friend_id", "ties"),
    ],
)
def test_headers_of_others_are_recognised(header: str, name: str) -> None:
    assert recognise("a.csv", header.split(","), None, {}).table.name == name


def test_a_header_that_fits_no_table_says_what_is_nearest_in_few_words() -> None:
    with pytest.raises(UnrecognisedFile) as error:
        recognise("a.csv", ["user", "colour"], None, {})
    assert "It has: user, colour." in str(error.value)
    assert len(str(error.value)) < 300
    assert "--map" in str(error.value)


def test_what_every_file_is_compared_with_is_one_list() -> None:
    assert "logins (account_id, at, ip)" in looked_for()
    assert 'X "About this account"' in looked_for()


def test_a_header_that_fits_two_tables_is_not_guessed() -> None:
    header = ["account_id", "at", "ip", "text"]
    with pytest.raises(UnrecognisedFile, match="could be logins or posts"):
        recognise("a.csv", [*header, "urls", "hashtags"], None, {})
    assert recognise("a.csv", header, "posts", {}).table.name == "posts"


def test_wrong_options_are_refused_in_one_sentence(bench: Bench) -> None:
    for options, words in (
        ({"table": "users"}, "--table 'users' is not one of accounts"),
        ({"mapping": {"ip": "adress"}}, "'adress' is no column of any table"),
        ({"mapping": {"IPs": "ip"}}, "--map names the column 'IPs'"),
        ({"timezone": "Mars/Olympus"}, "--timezone 'Mars/Olympus' is no zone"),
        ({"platform": "two words!"}, "--platform 'two words!' is no name of a platform"),
        ({"encoding": "klingon"}, "Encoding 'klingon' is not known"),
    ):
        with pytest.raises(InputError, match=words):
            bench.load("a.csv", LOGINS + GOOD, **options)


def test_a_column_twice_is_not_guessed(bench: Bench) -> None:
    with pytest.raises(InputError, match="the column 'ip' \\(ip\\) 2 times, as columns 3 and 4"):
        bench.load("a.csv", "account_id,at,ip,ip\nx:1,1767355200,192.0.2.1,192.0.2.2\n")
    bench.load("b.csv", "account_id,at,ip,n,n\nx:1,1767355200,192.0.2.1,a,b\n")
    assert bench.table("logins", "raw") == [('{"n":"a","n 5":"b"}',)]


def test_rows_without_an_id_get_one_from_source_and_record(bench: Bench) -> None:
    report = bench.load("posts.csv", "account_id,at,text\nx:1,1767355200,one\nx:1,1767355200,two\n")
    source = report.source
    assert bench.table("posts", "post_id", "record") == [(f"{source}:row 1", "row 1"), (f"{source}:row 2", "row 2")]


def test_the_second_row_with_an_id_is_a_reject(bench: Bench) -> None:
    report = bench.load(
        "posts.csv", "post_id,account_id,at,text\n1,x:1,1767355200,one\n2,x:1,1767355200,two\n1,x:1,1767355200,one\n"
    )
    assert (report.records, report.loaded, report.rejected) == (3, 2, 1)
    assert bench.rejects(report) == [("row 3", "post_id", "1", "the id occurs before in this file")]
    assert bench.table("posts", "post_id") == [("1",), ("2",)]


def test_the_same_id_on_two_platforms_is_two_posts(bench: Bench) -> None:
    assert bench.load("p.csv", "post_id,account_id,at\n1,x:1,1767355200\n1,vk:1,1767355200\n").loaded == 2


def test_a_row_is_rejected_once_by_its_first_required_field(bench: Bench) -> None:
    report = bench.load("a.csv", LOGINS + GOOD + "x:2,never,nowhere\n,2026-01-02T03:04:05Z,192.0.2.1\n")
    assert report.reasons == {"account_id: missing": 1, "at: not a time": 1}
    assert bench.rejects(report) == [
        ("row 2", "at", "never", "not a time"),
        ("row 3", "account_id", None, "missing"),
    ]


def test_an_optional_cell_that_cannot_be_read_is_unknown_and_noted(bench: Bench) -> None:
    report = bench.load("a.csv", "account_id,at,ip,port,kind\nx:1,1767355200,192.0.2.1,http,visit\n")
    assert (report.loaded, report.rejected) == (1, 0)
    assert report.remarks == {"kind: not one of login, registration, session": 1, "port: not a whole number": 1}
    assert bench.table("logins", "port", "kind", "unread") == [(None, None, '{"port":["http"],"kind":["visit"]}')]
    assert bench.rejects(report, "field") == [
        ("row 1", "port", "http", "not a whole number"),
        ("row 1", "kind", "visit", "not one of login, registration, session"),
    ]


def test_ports_glued_to_addresses_are_kept(bench: Bench) -> None:
    bench.load("a.csv", LOGINS + "x:1,1767355200,192.0.2.1:22859\nx:1,1767355200,[2001:db8::1]:443\n")
    assert bench.table("logins", "ip", "port") == [("192.0.2.1", 22859), ("2001:db8::1", 443)]


def test_identifiers_are_hashed_and_their_text_is_nowhere(bench: Bench) -> None:
    bench.load("i.csv", "account_id,kind,value\nx:1,email,ann@example.org\nx:1,device,secret-device-1\n")
    bench.load("l.csv", "account_id,at,ip,device_id\nx:2,1767355200,192.0.2.1,secret-device-1\n")
    (mail, device) = bench.table("identifiers", "value", "display")
    assert mail[1] == "a…@example.org"
    assert bench.table("logins", "device_id") == [(device[0],)]
    for path in bench.folder.root.rglob("*.parquet"):
        text = str(connect().execute("FROM read_parquet(?)", [str(path)]).fetchall())
        assert "secret-device-1" not in text
        assert "ann@example.org" not in text


def test_masked_identifiers_are_rejects_and_stay_masked(bench: Bench) -> None:
    report = bench.load("i.csv", "account_id,kind,value\nx:1,device,UKPJ1234****\nx:1,device,abcd\n")
    assert bench.rejects(report) == [("row 1", "value", "UKPJ…", "a masked identifier")]


def test_na_is_decided_by_the_file_and_said(bench: Bench) -> None:
    header = "account_id,territory,basis\n"
    alone = bench.load("a.csv", header + "x:1,NA,court record\nx:2,RS,court record\n", table="labels")
    assert alone.notes == ('"NA" in territory (1 rows) was read as Namibia, since no other column holds it.',)
    assert alone.loaded == 2
    used = bench.load("b.csv", header + "x:3,NA,court record\nx:4,RS,NA\n", table="labels")
    assert used.notes == ('"NA" in territory (1 rows) was read as missing, as in its other columns.',)
    assert used.reasons == {"territory: missing": 1}


def test_missing_words_are_kept_in_what_people_wrote(bench: Bench) -> None:
    bench.load("p.csv", "account_id,at,text,language\nx:1,1767355200,NA,NA\nx:1,1767355200,-,-\n")
    assert bench.table("posts", "text", "language") == [("NA", None), ("-", None)]


def test_claims_need_a_territory_or_an_organisation(bench: Bench) -> None:
    report = bench.load(
        "c.csv",
        "account_id,claimant,relation,territory,organisation\n"
        "x:1,Observatory,operated from,Serbia,\nx:2,Observatory,linked to,,Harbour Media\nx:3,Observatory,linked to,,\n"
        "x:4,Observatory,operated from,Korea,\n",
    )
    assert bench.table("claims", "account_id", "territory", "organisation") == [
        ("x:1", "RS", None),
        ("x:2", None, "Harbour Media"),
    ]
    assert report.reasons == {"territory or organisation: missing": 1, "territory: names several territories": 1}


def test_times_without_zone_need_the_option(bench: Bench) -> None:
    text = LOGINS + GOOD + "x:2,2026-01-02 03:04:05,192.0.2.1\n"
    assert bench.load("a.csv", text).reasons == {"at: a time without a zone": 1}
    assert bench.load("a.csv", text, timezone="Europe/Belgrade").rejected == 0
    assert bench.table("logins", "at") == [("2026-01-02 03:04:05+00",), ("2026-01-02 02:04:05+00",)]


def test_a_file_of_which_nothing_loads_is_refused_and_leaves_nothing(bench: Bench) -> None:
    with pytest.raises(InputError, match=r"could be loaded: 1 × at: a time without a zone.*--timezone"):
        bench.load("a.csv", LOGINS + "x:2,2026-01-02 03:04:05,192.0.2.1\n")
    with pytest.raises(InputError, match="--platform"):
        bench.load("a.csv", LOGINS + "2,2026-01-02T03:04:05Z,192.0.2.1\n")
    assert list(bench.folder.root.rglob("*.parquet")) == []


def test_loading_the_same_bytes_again_changes_nothing(bench: Bench) -> None:
    first = bench.load("a.csv", CSV)
    before = logins(bench)
    second = bench.load("renamed.csv", CSV)
    assert (second.source, second.loaded) == (first.source, 2)
    assert logins(bench) == before
    assert len(list(bench.folder.observations.rglob("*.parquet"))) == 1


def test_another_reading_of_the_same_bytes_replaces_the_first(bench: Bench) -> None:
    text = "account_id,at,ip,text\nx:1,2026-01-02T03:04:05Z,192.0.2.1,hello\n"
    bench.load("a.csv", text, table="logins")
    bench.load("a.csv", text, table="posts")
    assert (logins(bench), len(bench.table("posts", "text"))) == ([], 1)


def test_unknown_signals_are_kept_and_said(bench: Bench) -> None:
    report = bench.load("s.csv", "account_id,signal,value\nx:1,platfrom_country,Serbia\n")
    assert report.notes == ("No signal reads these names, so they are kept but not weighed: platfrom_country.",)


def test_names_with_pattern_characters_are_names(bench: Bench) -> None:
    bench.write("logins2.csv", LOGINS + GOOD * 3)
    assert bench.load("logins[2]*?.csv", LOGINS + GOOD).loaded == 1


def test_a_preview_shows_mapping_rows_and_rejects_and_writes_nothing(bench: Bench) -> None:
    path = bench.write("a.csv", "Who,When,ip,colour\n7,2026-01-02T03:04:05Z,192.0.2.1,red\n8,never,192.0.2.1,\n")
    shown = preview(path, LoadOptions(platform="x", mapping={"Who": "account_id", "When": "at"}))
    assert shown.format == "logins from CSV"
    assert shown.mapping == {"Who": "account_id", "When": "at", "ip": "ip"}
    assert shown.unmapped == {"colour": "kept in raw, not read"}
    assert [(r["account_id"], r["ip"], r["record"]) for r in shown.rows["logins"]] == [("x:7", "192.0.2.1", "row 1")]
    assert shown.reasons == {"at: not a time": 1}
    assert [(r["record"], r["value"]) for r in shown.rejects] == [("row 2", "never")]
    assert list(bench.folder.root.rglob("*.parquet")) == []


def test_a_column_is_given_to_one_of_ours_only() -> None:
    found = map_columns(table("posts"), ["id", "account", "created_at", "timestamp"], {"timestamp": "at"})
    assert dict(found.positions) == {"at": 3, "post_id": 0, "account_id": 1}


def test_keys_of_json_that_differ_by_case_alone_are_two_columns(bench: Bench) -> None:
    line = '{"Account": "x:1", "at": "2026-01-02T03:04:05Z", "ip": "192.0.2.1", "account": "x:2", "/~": 3}\n'
    bench.load("a.jsonl", line + line.replace('"/~": 3', '"late": [1]'), mapping={"account": "device_id"})
    assert bench.table("logins", "account_id", "raw") == [("x:1", '{"/~":3}'), ("x:1", '{"late":[1]}')]
    hashes = {row[0] for row in bench.table("logins", "device_id")}
    assert len(hashes) == 1
    assert None not in hashes


KNOWN = '{"account_id": "x:1", "at": "2026-01-02T03:04:05Z", "ip": "192.0.2.1", "device_id": null}\n'
TURNED = '{"ip": "192.0.2.2", "at": "2026-01-02T03:04:05Z", "account_id": "x:2"}\n'
"""Every key is a column: such lines are parsed once, whatever their order and whether all are there."""


@pytest.mark.parametrize(
    ("third", "read"),
    [
        (
            '{"account_id": "x:3", "at": "2026-01-02T03:04:05Z", "ip": "192.0.2.3", "late": [1.0]}',
            [("line 3", "x:3", "192.0.2.3", '{"late":[1.0]}')],
        ),
        (
            '{"account_id": "x:3", "at": "2026-01-02T03:04:05Z", "ip": "192.0.2.3", "ip": "192.0.2.4"}',
            [("line 3", "x:3", "192.0.2.3", None)],
        ),
        ("7", []),
    ],
    ids=["a key nobody knows", "a key occurs twice", "no object"],
)
def test_json_lines_whose_every_key_is_a_column(bench: Bench, third: str, read: list[tuple[str, ...]]) -> None:
    report = bench.load("a.jsonl", KNOWN + TURNED + third + "\n" + KNOWN.replace("x:1", "x:4"))
    assert bench.table("logins", "record", "account_id", "ip", "raw") == [
        ("line 1", "x:1", "192.0.2.1", None),
        ("line 2", "x:2", "192.0.2.2", None),
        *read,
        ("line 4", "x:4", "192.0.2.1", None),
    ]
    assert [(r[0], r[3]) for r in bench.rejects(report)] == ([] if read else [("line 3", "not a JSON object")])


@pytest.mark.parametrize(
    ("header", "name", "columns"),
    [
        (
            "id,author_id,created_at,text,referenced_tweets.replied_to.id,referenced_tweets.retweeted.id",
            "posts", {"post_id", "account_id", "at", "text", "reply_to", "repost_of"},
        ),
        ("url,date,rawContent,id,user.id,lang", "posts", {"urls", "at", "text", "post_id", "account_id", "language"}),
        ("authorMeta.id,text,createTimeISO,id", "posts", {"account_id", "text", "at", "post_id"}),
        ("did,createdAt,text", "posts", {"account_id", "at", "text"}),
        ("User ID,Date (UTC),IP address,Status", "logins", {"account_id", "at", "ip"}),
        ("userid,username,ipaddress,dateline", "logins", {"account_id", "ip", "at"}),
    ],
)  # fmt: skip
def test_headers_of_programs_in_use(header: str, name: str, columns: set[str]) -> None:
    found = recognise("a.csv", header.split(","), None, {})
    assert (found.table.name, set(found.positions)) == (name, columns)
