"""Section 8: networks that hide where somebody is, whether every address was checked, and displayed personas."""

from __future__ import annotations

from attrigraph.briefs.draft import Draft, missing, text
from attrigraph.briefs.input import AccountFacts
from attrigraph.briefs.model import Block, Column, Paragraph, Row, Section, Table
from attrigraph.briefs.phrases import count, listed, part, place
from attrigraph.briefs.sections.opening import ANONYMISERS
from attrigraph.inference.hypotheses import HypothesisScores
from attrigraph.wording import number, percent, plural

__all__ = ["deception"]

KILL_CHAIN = {"vpn": "0.1.2", "proxy": "0.1.1"}
"""Phases of the Online Operations Kill Chain that name a network type."""

TECHNIQUES = {
    "vpn": ("T0149.007", "VPN Asset", "attack-pattern--72ce2fe9-da95-4031-90ff-c264ccf856df"),
    "proxy": ("T0149.008", "Proxy IP Address Asset", "attack-pattern--fc9c682f-90b8-4365-818c-aee4814ba4e9"),
    "hosting": ("T0149.006", "IP Address Asset", "attack-pattern--48899bd4-c5dd-460c-917f-c4015c9352f7"),
    "tor": ("T0128.002", "Conceal Network Identity", "attack-pattern--20569b52-59da-4b87-9b04-a306f3c148ae"),
    "relay": ("T0128.002", "Conceal Network Identity", "attack-pattern--20569b52-59da-4b87-9b04-a306f3c148ae"),
    "persona": ("T0097.101", "Local Persona", "attack-pattern--74bdfbd5-93ff-4f61-b50d-2c99bbbf4363"),
}
"""What is seen -> technique of the DISARM framework: its id, name, and the Foundation's own id."""
MOST_ACCOUNTS = 40


def deception(draft: Draft) -> Section:
    """Section 8; it always says something, also when there is no address at all."""
    blocks: list[Block] = [_checked(draft)]
    if draft.data.networks:
        blocks.append(_types(draft))
    using = [a for a in draft.data.accounts if a.logins and _anonymised(a)]
    if using:
        blocks.append(_accounts(draft, using))
    if (shown := _personas(draft)) is not None:
        blocks.append(shown)
    if draft.data.hypotheses is not None:
        blocks.append(_without(draft, draft.data.hypotheses))
    if (tags := _techniques(draft)) is not None:
        blocks.append(tags)
    return Section(8, "Deception and anonymisation", tuple(blocks))


def _anonymised(account: AccountFacts) -> int:
    return sum((account.logins or {}).get(kind, 0) for kind in ANONYMISERS)


def _checked(draft: Draft) -> Paragraph:
    data = draft.data
    if not data.networks and not any(a.logins for a in data.accounts):
        return Paragraph((draft.fact("No login or registration address was supplied."),), abstains=True)
    lists = [n for s, n in draft.register.ip_sources.items() if s.kind == "list"]
    known = [a for a in data.accounts if a.anonymisers_checked is not None]
    checked = sum(1 for a in known if a.anonymisers_checked)
    sentences = []
    if lists and known:
        sentences.append(
            draft.fact(
                f"Every address was looked up in dated lists of VPN, hosting and Tor addresses for "
                f"{count(checked, len(known))} accounts.",
                *lists,
            )
        )
    elif lists:
        sentences.append(draft.fact(f"Addresses were looked up in {plural(len(lists), 'list')}.", *lists))
    else:
        sentences.append(draft.fact("Addresses were not looked up in any list of VPN, hosting or Tor addresses."))
    databases = data.databases
    if databases and databases.compared:
        ids = [n for s, n in draft.register.ip_sources.items() if s.kind == "database"]
        sentences.append(
            draft.fact(
                f"The databases name different territories for {part(databases.disagreeing, databases.compared)} "
                "addresses that two or more of them know.",
                *ids,
            )
        )
    elif databases:
        sentences.append(draft.fact("One database was used, so its errors cannot be seen by comparison."))
    return Paragraph(tuple(sentences))


def _types(draft: Draft) -> Table:
    total = sum(n.logins for n in draft.data.networks)
    rows = tuple(
        Row(
            (
                missing("unknown") if n.network_type == "unknown" else text(n.network_type),
                text(number(n.addresses)),
                text(number(n.logins)),
                text(percent(n.logins / total) if 0 < n.logins < total else ""),
                text(number(n.accounts)),
                text(KILL_CHAIN.get(n.network_type, "")),
            )
        )
        for n in draft.data.networks
    )
    columns = (
        Column("network type"),
        Column("addresses", number=True),
        Column("logins", number=True),
        Column("of logins", number=True),
        Column("accounts", number=True),
        Column("kill chain"),
    )
    return Table("Addresses and logins by network type", columns, rows, (draft.register.run, *draft.register.sources()))


def _accounts(draft: Draft, using: list[AccountFacts]) -> Table:
    def share(account: AccountFacts) -> float:
        return _anonymised(account) / sum((account.logins or {}).values())

    ordered = sorted(using, key=lambda a: (-share(a), draft.register.number(a.id)))
    rows = []
    for one in ordered[:MOST_ACCOUNTS]:
        uses = one.logins or {}
        counts = [text(number(uses[k]) if uses.get(k) else "") for k in ANONYMISERS]
        total = sum(uses.values())
        rows.append(
            Row(
                (
                    text(draft.register.account(one.id)),
                    text(number(total)),
                    *counts,
                    text(part(_anonymised(one), total)),
                )
            )
        )
    columns = (
        Column("account"),
        Column("logins", number=True),
        *(Column(k if k != "tor" else "Tor", number=True) for k in ANONYMISERS),
        Column("together"),
    )
    left = len(using) - len(rows)
    more = f"; {plural(left, 'account')} with a smaller share left out" if left else ""
    return Table(f"Logins through networks that hide a place{more}", columns, tuple(rows), (draft.register.run,))


def _personas(draft: Draft) -> Paragraph | None:
    known = [a for a in draft.tally.named if draft.account(a.account).displays]
    if not known:
        return None
    other = _elsewhere(draft)
    verb = "displays" if other == 1 else "display"
    ids = draft.register.evidence(i for i in draft.register.items if i.cls == "persona")
    sentences = [
        draft.fact(
            f"Of the {len(known)} accounts with an assessed territory whose profile displays one, "
            f"{other} {verb} another.",
            *(ids or (draft.register.run,)),
        )
    ]
    refuted = sum(1 for a in draft.data.assessments if a.persona == "contradicts" and a.outcome != "supported")
    if refuted:
        have = "displays" if refuted == 1 else "display"
        sentences.append(
            draft.judged(f"{plural(refuted, 'undecided account')} {have} a territory that the evidence refutes.")
        )
    return Paragraph(tuple(sentences))


def _elsewhere(draft: Draft) -> int:
    """Accounts with an assessed territory whose profile displays another one."""
    return sum(1 for a in draft.tally.named if (shown := draft.account(a.account).displays) and shown != a.top)


def _without(draft: Draft, scores: HypothesisScores) -> Paragraph:
    """The answer for the leading territory without what deception can reach."""
    x, sentences = place(scores.territory), []
    if scores.with_network:
        sentences.append(
            draft.fact(
                f"Without any address, {count(scores.kept_without_network, scores.with_network)} accounts assessed as "
                f"operated from {x} that have network evidence keep that territory."
            )
        )
    sentences += [
        draft.fact(
            f"Were all of these accounts under cover, {count(scores.kept_under_cover, scores.accounts)} would keep it; "
            f"were all that can be bought or set up staged as well, {count(scores.kept_if_staged, scores.accounts)}."
        ),
        draft.fact(
            f"Classes that nobody can set up alone: {listed([_word(cls) for cls in scores.unstaged])}."
            if scores.unstaged
            else "Every class that speaks for it can be bought or set up."
        ),
        draft.judged("Roaming, satellite and travel connections look like homes elsewhere and cannot be told apart."),
    ]
    return Paragraph(tuple(sentences))


def _word(cls: str) -> str:
    return "shared infrastructure" if cls == "infra" else cls.replace("_", " ")


def _techniques(draft: Draft) -> Table | None:
    """What was seen that a technique names; a tag is no finding about intent."""
    seen = {n.network_type: plural(n.accounts, "account") for n in draft.data.networks if n.network_type in TECHNIQUES}
    if elsewhere := _elsewhere(draft):
        seen["persona"] = plural(elsewhere, "account")
    if not seen:
        return None
    words = {"persona": "a profile of another territory than the one assessed"}
    rows = tuple(
        Row((text(TECHNIQUES[kind][0]), text(TECHNIQUES[kind][1]), text(words.get(kind, _network_word(kind))),
             text(number), text(TECHNIQUES[kind][2])))
        for kind, number in seen.items()
    )  # fmt: skip
    columns = (Column("DISARM"), Column("technique"), Column("seen"), Column("accounts"), Column("id"))
    caption = "Techniques that name what was seen; a tag says nothing of intent"
    return Table(caption, columns, rows, (draft.register.run,), folded=True)


def _network_word(kind: str) -> str:
    return f"logins from {'Tor' if kind == 'tor' else kind.upper() if kind == 'vpn' else kind} addresses"
