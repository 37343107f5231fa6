"""300 authors of the Internet Research Agency: operated from Russia, mostly posing as United States.

Everything a case could know is what the file holds: times of posts to the minute, texts, languages, hashtags, and the
region a vendor read off the profile, which is a declared country. There is no address, store or telephone, so the
measure shows that false flags are resisted, not that operators are found.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attrigraph import Case
from attrigraph.duck import connect
from attrigraph.inference.records import Assessment, Belief
from evaluation.cases import cache_folder, digest
from evaluation.rows import SHARED, Row, at_most, missing, said

__all__ = ["ira_case", "rows"]

DATA = SHARED / "data" / "ira" / "tweets.parquet"
DECEIVERS, PERSONA_P = 0.4, 0.8
REGIONS = {"Russian Federation": "Russia", "Iran, Islamic Republic of": "Iran"}
LANGUAGES = {
    "English": "en", "Russian": "ru", "Ukrainian": "uk", "Italian": "it", "German": "de", "French": "fr", "Uzbek": "uz",
    "Serbian": "sr", "Arabic": "ar", "Bulgarian": "bg", "Macedonian": "mk", "Spanish": "es", "Norwegian": "no",
    "Romanian": "ro",
}  # fmt: skip
"""Names of the file -> codes; rare ones, mostly misread, are left empty."""

POSTS = """
SELECT author || '-' || row_number() OVER (PARTITION BY author ORDER BY publish_date, content) AS post_id,
       author AS account_id, 'x' AS platform, replace(publish_date, ' ', 'T') || 'Z' AS at, content AS text,
       coalesce(l.code, '') AS language,
       array_to_string(regexp_extract_all(content, 'https?://[^ ]+'), ' ') AS urls,
       array_to_string(regexp_extract_all(content, '#(\\w+)', 1), ' ') AS hashtags,
       CASE WHEN retweet = 1 THEN 'unknown' ELSE '' END AS repost_of
FROM tweets LEFT JOIN languages l ON l.name = tweets.language
"""
ACCOUNTS = """
SELECT author AS account_id, 'x' AS platform, author AS handle, max(followers) AS followers, max("following") AS
       "following", replace(max(publish_date), ' ', 'T') || 'Z' AS observed_at
FROM tweets GROUP BY author
"""
SIGNALS = """
SELECT author AS account_id, 'x' AS platform, 'declared_country' AS signal, coalesce(r.name, place) AS value,
       observed_at
FROM (SELECT author, mode(region) AS place, replace(max(publish_date), ' ', 'T') || 'Z' AS observed_at
      FROM tweets WHERE region NOT IN ('', 'Unknown') GROUP BY author)
LEFT JOIN regions r ON r.region_name = place
"""


def ira_case(folder: Path) -> None:
    """Make the case in `folder/case`: posts, accounts, and the vendor's region as declared country."""
    files = folder / "files"
    files.mkdir(parents=True)
    with connect() as connection:
        connection.execute(f"CREATE VIEW tweets AS SELECT * FROM read_parquet('{DATA}')")
        for name, columns, pairs in (
            ("languages", "name VARCHAR, code VARCHAR", LANGUAGES),
            ("regions", "region_name VARCHAR, name VARCHAR", REGIONS),
        ):
            connection.execute(f"CREATE TABLE {name} ({columns})")
            connection.executemany(f"INSERT INTO {name} VALUES (?, ?)", list(pairs.items()))
        for name, query in (("posts", POSTS), ("accounts", ACCOUNTS), ("signals", SIGNALS)):
            connection.execute(f"COPY ({query}) TO '{files / name}.csv' (FORMAT csv, HEADER true)")
    with Case.create(folder / "case", name="ira") as case:
        for name in ("accounts", "posts", "signals"):
            case.load(files / f"{name}.csv", table=name)
    shutil.rmtree(files)


def rows(quick: bool) -> Iterable[Row]:  # noqa: ARG001  (300 authors are few)
    """Wrongly supported, wrongly US, and where the beliefs lie instead."""
    if not DATA.exists():
        yield missing("300 IRA authors", f"{DATA.name} is not there")
        return
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    folder = cache_folder() / digest() / f"ira-{own}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        ira_case(folder)
        (folder / "complete").touch()
    with Case.open(folder / "case") as case:
        run = case.infer(deceivers=DECEIVERS)
        yield from _measures(case.assessments(run.id), case.beliefs(run.id), run.skipped)


def _measures(found: Sequence[Assessment], beliefs: Sequence[Belief], skipped: dict[str, int]) -> Iterator[Row]:
    n, remark = len(found), f"{len(found)} authors, d {DECEIVERS}"
    wrong = sum(a.outcome == "supported" and a.top != "RU" for a in found)
    yield at_most("IRA authors wrongly supported", wrong, 0, digits=0, remark=remark)
    posing = sum(a.top == "US" and a.p >= PERSONA_P for a in found)
    yield at_most("IRA authors wrongly US at p ≥ .8", posing / n, 0.01, remark=remark)
    elsewhere = sum(a.top not in ("RU", "OTHER", "UNKNOWN") and a.p >= PERSONA_P for a in found)
    yield said("IRA authors called any other territory at p ≥ .8", f"{elsewhere / n:.3f}")
    outcomes = Counter(a.outcome for a in found)
    yield said("outcomes", ", ".join(f"{name} {count}" for name, count in outcomes.most_common()))
    leading = Counter(a.top for a in found)
    yield said("leading territory", ", ".join(f"{name} {count}" for name, count in leading.most_common(6)))
    p: dict[str, dict[str, float]] = {}
    for b in beliefs:
        p.setdefault(b.account, {})[b.territory] = b.p
    russian = sum(x.get("RU", 0.0) > x.get("US", 0.0) for x in p.values())
    yield said("more belief in RU than in US", f"{russian / n:.3f}", "of 300; RU not named counts as none")
    if skipped:
        yield said("skipped", ", ".join(f"{name} ({count})" for name, count in skipped.items()))
