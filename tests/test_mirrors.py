"""Mirrors: candidates, features, verdicts; a name alone never suffices; who copies whom; what is too common."""

import sys
from math import exp, isclose, log

import pytest

from attrigraph.errors import InputError
from attrigraph.links.mirrors import features
from attrigraph.links.mirrors.blocking import picture_bits
from attrigraph.links.mirrors.features import similarity
from attrigraph.links.mirrors.records import MirrorOptions
from attrigraph.links.mirrors.weights import load_mirror_weights, read_mirror_weights
from tests.mirror_profiles import BIO, account, mirrors_of, one_mirror, posts, strangers, used

FACE, NEAR_FACE = "a1b2c3d4e5f60718", "a1b2c3d4e5f6071f"
TALK = [f"the tide table of harbour basin number {n} is out" for n in range(12)]
VICTIM = account("1", "paul_smith", display_name="Paul Smith", bio=BIO, image_hash=FACE, days=0, followers=9000)
CLONE = account("2", "Pаu1smith84", display_name="Paul Smith", bio=BIO, image_hash=FACE, days=500, followers=4)


def test_a_clone_is_named_with_its_source_and_why() -> None:
    found = one_mirror(VICTIM, CLONE)
    assert (found.verdict, found.source, found.target) == ("clone_of", "x:2", "x:1")
    assert found.blocks == ("bio", "handle", "name", "picture", "sound")
    assert set(found.groups) == {"name", "picture", "bio"} and found.p > 0.9
    said = next(item.summary for item in found.items if item.signal == "handle")
    assert said.endswith("look alike, Pаu1smith84 with letters of two scripts; nobody else has it")
    assert "it is the younger account" in found.reasons and "it has far fewer followers" in found.reasons


def test_a_name_alone_never_suffices() -> None:
    """The rarest of names, and nothing else in common: not a clone, not a twin."""
    alone = one_mirror(account("1", "zxqvyw_kkpt"), account("2", "zxqvywkkpt"))
    assert alone.verdict == "insufficient" and alone.reasons == ("only name could be compared",)
    other = one_mirror(
        account("1", "zxqvyw_kkpt", bio=BIO, image_hash=FACE),
        account("2", "zxqvywkkpt", bio="nothing of this is like what the other says", image_hash="0123456789abcdef"),
    )
    assert other.verdict == "coincidence" and "name speak for more" in other.reasons[0]


def test_both_names_and_their_sound_are_one_group() -> None:
    found = one_mirror(
        account("1", "zxqvyw", display_name="Zxqvyw Kkpt"), account("2", "Zxqvyw1", display_name="Zxqvyw Kkpt")
    )
    assert found.groups in ((), ("name",)) and found.verdict == "insufficient"


def test_copied_posts_give_the_direction_against_the_ages() -> None:
    """The older account copies the younger one: the earlier creator of copied content is the source."""
    found = one_mirror(
        account("1", "paul_smith", bio=BIO, days=90),
        account("2", "paulsmith", bio=BIO, days=0),
        posts=[*posts("1", *TALK), *posts("2", *TALK, at=7200)],
    )
    assert (found.verdict, found.source, found.target) == ("clone_of", "x:2", "x:1")
    assert (found.copied, found.copied_share, found.lag_s) == (12, 1.0, 7200.0)
    assert found.message_ids[:2] == ("2-0", "2-1") and found.other_ids[:2] == ("1-0", "1-1")
    assert "it posts the copied texts later" in found.reasons and "against the direction: creation" in found.reasons


def test_copies_at_once_in_both_orders_are_one_hand() -> None:
    found = one_mirror(
        account("1", "paul_smith", bio=BIO, days=0),
        account("2", "paulsmith", bio=BIO, days=1),
        posts=[
            *posts("1", *TALK[:6]),
            *posts("2", *TALK[:6], at=20),
            *posts("2", *TALK[6:], at=1e6),
            *posts("1", *TALK[6:], at=1e6 + 20),
        ],
    )
    assert (found.verdict, found.source, found.target) == ("twin", "x:1", "x:2")
    assert found.lag_s == 0 and "content" in found.groups


def test_a_shared_device_makes_a_twin() -> None:
    looks = {"display_name": "Paul Smith", "bio": BIO}
    found = one_mirror(
        account("1", "paul_smith", days=0, **looks),
        account("2", "paulsmith7", days=3, **looks),
        identifiers=used("device", "d1", "1", "2"),
    )
    assert found.verdict == "twin" and "kit" in found.groups


def test_what_many_share_tells_little() -> None:
    """A slogan that forty accounts carry, and a default picture."""
    crowd = [
        account(f"c{n}", f"voter{'abcdefghijklmnopqrstuvwxyzab'[n % 28]}{n}x", bio=BIO, image_hash=FACE)
        for n in range(40)
    ]
    found = mirrors_of(*crowd, *strangers())
    assert len(found.mirrors) == 40 * 39 // 2
    assert found.counts()["twin"] == found.counts()["clone_of"] == 0


def test_large_blocks_are_reported_and_can_be_forced() -> None:
    crowd = [account(f"c{n}", f"u{n * 7919}zz{n}k", image_hash=FACE) for n in range(12)]
    found = mirrors_of(*crowd, options=MirrorOptions(large_block=10))
    (block,) = [b for b in found.candidates.large if b.kind == "picture"]
    assert (block.key, block.accounts, block.pairs) == (FACE, 12, 66)
    assert not any("picture" in m.blocks for m in found.mirrors)
    forced = mirrors_of(*crowd, options=MirrorOptions(large_block=10, force_large=True))
    assert forced.candidates.large == () and sum("picture" in m.blocks for m in forced.mirrors) == 66


def test_pictures_nearly_the_same_make_a_pair() -> None:
    assert picture_bits(FACE, NEAR_FACE) == 3
    found = one_mirror(account("1", "paul", image_hash=FACE), account("2", "eleanor", image_hash=NEAR_FACE))
    assert found.blocks == ("near picture",)


def test_devices_and_copied_posts_make_pairs_where_looks_differ() -> None:
    one, two = account("1", "paul"), account("2", "eleanor")
    assert one_mirror(one, two, identifiers=used("device", "d1", "1", "2")).blocks == ("kit",)
    assert one_mirror(one, two, posts=[*posts("1", *TALK[:3]), *posts("2", *TALK[:3], at=60)]).blocks == ("copies",)
    assert mirrors_of(one, two, posts=[*posts("1", *TALK[:2]), *posts("2", *TALK[:2], at=60)]).mirrors == ()


def test_what_many_post_is_no_copy() -> None:
    crowd = [account(f"c{n}", f"{'bcdfgh'[n]}wkr{'tvzxqp'[n]}m") for n in range(6)]
    said = [post for n in range(6) for post in posts(f"c{n}", *TALK, at=n * 60)]
    assert mirrors_of(*crowd, posts=said).mirrors == ()
    assert len(mirrors_of(*crowd, posts=said, options=MirrorOptions(rare_text=6)).mirrors) == 15


def test_namesakes_of_today_have_no_history() -> None:
    """Where a platform gives one handle twice, bearing it now is no trace of a change."""
    found = one_mirror(account("1", "harbour news"), account("2", "harbournews"))
    assert not any(item.signal == "handle_history" for item in found.items)
    same = one_mirror(account("1", "harbournews"), account("2", "harbournews"))
    assert not any(item.signal == "handle_history" for item in same.items)


def test_a_handle_taken_over_is_history() -> None:
    rows = [
        account("1", "old_harbour_news", observed_at="2026-01-01T00:00:00Z"),
        account("1", "kitten_pics", observed_at="2026-02-01T00:00:00Z"),
        account("2", "old_harbour_news", observed_at="2026-03-01T00:00:00Z"),
    ]
    found = one_mirror(*rows)
    (item,) = [i for i in found.items if i.signal == "handle_history"]
    assert item.summary == "x:2 has old_harbour_news, which was x:1's"


def test_transliterated_names_make_a_pair() -> None:
    pytest.importorskip("anyascii", reason="needs the extra links")
    found = one_mirror(
        account("1", "harbour1", display_name="Сергей Щербаков"),
        account("2", "quay_two", display_name="Sergey Shcherbakov"),
    )
    assert found.blocks == ("sound",)


def test_the_waterfall_adds_up_to_the_odds() -> None:
    found = one_mirror(VICTIM, CLONE)
    fall = found.waterfalls[0]
    assert fall.territory == "clone_of"
    steps = sum(row.value for row in fall.rows if row.kind != "result")
    result = fall.rows[-1]
    assert isclose(steps, result.value) and isclose(result.p or 0, found.p)
    assert isclose(result.value, log(found.beliefs["clone_of"] / found.beliefs["coincidence"]))
    assert isclose(sum(found.beliefs.values()), 1) and isclose(found.score, result.value - fall.rows[0].value)
    assert isclose(sum(found.nats), found.score) and len(found.nats) == len(found.items)
    assert isclose(exp(fall.rows[0].value), found.prior / (1 - 0.1 / 1031))


@pytest.mark.parametrize(
    ("one", "two", "least", "most"),
    [
        ("paul_smith", "paul.smyth", 0.85, 0.95),
        ("Smith Paul", "paul smith", 1, 1),
        ("anna", "zebra", 0, 0.5),
        ("", "", 0, 1),
    ],
)
def test_similarity(one: str, two: str, least: float, most: float) -> None:
    assert least <= similarity(one, two) <= most


def test_nothing_to_compare() -> None:
    assert mirrors_of().mirrors == ()
    empty = mirrors_of(account("1", ""), account("2", "", bio="", image_hash=""), account("3", "😀"))
    assert empty.mirrors == () and empty.candidates.accounts == 3


def test_weights_are_checked() -> None:
    weights = load_mirror_weights()
    assert weights.calibration == "uncalibrated v0" and weights.verdict.groups >= 2
    least = weights.prior.mirrors / weights.prior.others
    assert all(log(1 / least) > c.cap_pos for c in weights.classes.values()), "one group never outweighs the prior"
    assert all(table.source for table in weights.features.values())
    with pytest.raises(InputError, match="cannot be read"):
        read_mirror_weights(b"name = ")
    with pytest.raises(InputError, match="which is not among"):
        read_mirror_weights(
            b'name="x"\ncalibration="v"\n[prior]\nsource="s"\nmirrors=0.1\ntwins=0.5\nothers=1\n[verdict]\nsource="s"\np=0.8\nkind=0.6\ngroups=2\nsupport=0.7\ncompared=2\ntemperature=1\n[classes]\n[features.a]\nclass="none"\nsource="s"\n'
        )


def test_the_decision_does_not_hang_on_the_ids() -> None:
    there = one_mirror(VICTIM, CLONE)
    back = one_mirror(VICTIM | {"account_id": "x:2"}, CLONE | {"account_id": "x:1"})
    assert (back.verdict, back.source, back.target) == ("clone_of", "x:1", "x:2")
    assert isclose(back.p, there.p) and back.reasons == there.reasons


def test_similarity_without_rapidfuzz_is_nearly_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with_it = similarity("paul_smith", "paul.smyth")
    monkeypatch.setitem(sys.modules, "rapidfuzz.distance", None)
    features._ratio.cache_clear()
    try:
        assert similarity("paul_smith", "paul.smyth") == pytest.approx(with_it, abs=0.1)
    finally:
        features._ratio.cache_clear()


def test_likeness_that_many_share_says_little() -> None:
    """Forty accounts of one office are named by one pattern and described by one template: none mirrors another."""
    offices = ["Leith", "Perth", "Nairn", "Largs", "Troon", "Kelso", "Crail", "Oban", "Alloa", "Cupar"]
    staff = [
        account(
            str(n),
            f"harbour_desk_{offices[n % 10].lower()}_{n // 10}",
            display_name=f"Harbour Desk {offices[n % 10]}",
            bio=f"The official voice of the harbour desk in {offices[n % 10]}, questions to line {n}",
            days=n,
        )
        for n in range(40)
    ]
    found = mirrors_of(*staff)
    assert {m.verdict for m in found.mirrors} <= {"coincidence", "insufficient"}
    said = [item.summary for m in found.mirrors for item in m.items if item.signal == "bio"]
    assert any("of unrelated pairs have as much in common" in text for text in said)
