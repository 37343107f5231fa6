"""Scenes from plain rows: nothing lost, nothing said that the redaction forbids."""

from __future__ import annotations

from figure_records import OUTCOMES, account_id, account_rows, link_rows, use_rows

from attrigraph.viz.captions import account_numbers, caption_text, withhold
from attrigraph.viz.scene import clusters, scene_from_rows


def test_every_row_becomes_a_mark_or_a_link() -> None:
    scene = scene_from_rows(account_rows(), use_rows(), link_rows())
    assert len(scene.accounts) == 40
    assert {r.label: r.accounts for r in scene.resources} == {
        "card 1": 5,
        "cookie 1": 4,
        "device 1": 8,
        "device 2": 6,
        "device 3": 4,
        "e-mail 1": 4,
        "phone 1": 4,
    }
    assert len([link for link in scene.links if link.kind == "used"]) == len(use_rows())
    assert len([link for link in scene.links if link.kind == "acts"]) == len(link_rows())


def test_clusters_hold_each_account_once() -> None:
    scene = scene_from_rows(account_rows(), use_rows(), link_rows())
    found, alone = clusters(scene)
    assert [len(cluster.accounts) for cluster in found] == [21, 7]
    assert len(alone) == 12
    everyone = [mark.id for cluster in found for mark in cluster.accounts] + [mark.id for mark in alone]
    assert sorted(everyone) == sorted(mark.id for mark in scene.accounts)


def test_a_resource_of_one_account_is_left_out() -> None:
    uses = [{"account": account_id(1), "resource": "a", "kind": "Device"}]
    scene = scene_from_rows(account_rows(), uses, [])
    assert scene.resources == ()
    assert scene.links == ()


def test_two_kinds_of_one_value_are_two_resources() -> None:
    uses = [
        {"account": account_id(n), "resource": "same", "kind": kind} for n in (1, 2) for kind in ("Device", "Cookie")
    ]
    assert [r.label for r in scene_from_rows(account_rows(), uses, []).resources] == ["cookie 1", "device 1"]


def test_an_address_pair_is_drawn_once() -> None:
    pair = {"source": account_id(1), "target": account_id(2), "kind": "ip_day"}
    uses = [{"account": account_id(n), "resource": "192.0.2.7", "kind": "IPAddress"} for n in (1, 2)]
    assert [link.kind for link in scene_from_rows(account_rows(), uses, [pair]).links] == ["used", "used"]
    assert [link.kind for link in scene_from_rows(account_rows(), [], [pair]).links] == ["ip_day"]


def test_the_second_territory_is_who_wins_without_the_strongest_class() -> None:
    row = {"account": "x:1", "outcome": "contested", "top": "PT", "runner_up": "UNKNOWN", "without_strongest": "UY"}
    settled = {"account": "x:2", "outcome": "supported", "top": "PT", "without_strongest": "UY"}
    marks = scene_from_rows([row, settled], [], []).accounts
    assert [mark.second for mark in marks] == ["UY", None]


def test_missing_keys_are_unknown() -> None:
    (mark,) = scene_from_rows([{"account": "x:1"}], [], []).accounts
    assert (mark.outcome, mark.top, mark.p, mark.prior, mark.reasons) == (None, None, None, None, ())


def test_numbers_hide_id_and_handle() -> None:
    rows = [{"account": "x:1042", "handle": "maria", "reasons": ["@maria and x:1042 use 2001:db8::7"]}]
    (mark,) = scene_from_rows(rows, [], []).accounts
    assert (mark.label, mark.reasons) == ("A01", ("A01 and A01 use withheld",))
    (mark,) = scene_from_rows(rows, [], [], redaction="handles").accounts
    assert (mark.label, mark.reasons) == ("A01 maria", ("@maria and A01 use withheld",))
    (mark,) = scene_from_rows(rows, [], [], redaction="none").accounts
    assert mark.reasons == ("@maria and x:1042 use 2001:db8::7",)


def test_a_name_inside_another_is_not_replaced() -> None:
    assert withhold("x:10 and x:1042", {"x:10": "A01"}, "handles") == "A01 and x:1042"


def test_withheld_are_addresses_only() -> None:
    kept = "at 2026-06-30 23:00:00Z, 10:20:30, 12.5 of 3.0, AS64500, version 1.2.3"
    assert withhold(kept, {}, "numbers") == kept
    hidden = "10.0.0.0/8, 2001:db8::/32, ::1 and maria@example.org."
    assert withhold(hidden, {}, "numbers") == "withheld, withheld, withheld and withheld"


def test_numbers_with_a_key_do_not_follow_the_ids() -> None:
    ids = [f"x:{n}" for n in range(200)]
    plain, keyed = account_numbers(ids), account_numbers(ids, b"key")
    assert plain["x:0"] == "A001"
    assert sorted(plain.values()) == sorted(keyed.values())
    assert plain != keyed
    assert account_numbers(reversed(ids), b"key") == keyed


def test_caption_names_period_redaction_and_marks() -> None:
    assert caption_text(figure=2, caveat="Boundaries: UN.", redaction="handles", simulated=True) == (
        "Figure 2. Boundaries: UN. Redaction: handles shown, identifiers withheld. Uncalibrated v0. Simulated data."
    )


def test_the_records_of_these_tests_are_forty() -> None:
    assert sum(len(numbers) for numbers in OUTCOMES.values()) == 40
