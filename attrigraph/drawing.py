"""Figures of a case: reads the rows, hands plain records to `viz`, writes offline HTML."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrigraph import measures
from attrigraph.errors import InputError, NotAssessed
from attrigraph.folder import CaseFolder
from attrigraph.graph import statement
from attrigraph.inference.records import Assessment, Explanation
from attrigraph.inference.results import account_ids, latest_run
from attrigraph.link_drawing import LINK_FIGURES
from attrigraph.territories import OTHER, UNKNOWN
from attrigraph.viz.captions import account_numbers, caption_text
from attrigraph.viz.scene import HUB, STATEMENTS, Scene, scene_from_rows
from attrigraph.viz.theme import deal_slots
from attrigraph.wording import UNCALIBRATED, number

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from attrigraph.case import Case

__all__ = ["FIGURES", "caption", "draw", "network", "numbers", "scene", "slots", "write"]


def numbers(case: Case) -> dict[str, str]:
    """The number (A001) of every account of the case, the same in figures and briefs until accounts are added."""
    return account_numbers(account_ids(case.store), case.folder.key())


def scene(case: Case, run: str) -> Scene:
    """The records of the attribution network."""
    rows = {
        name: case.store.read(statement(file), run=run, **({"hub": HUB} if name == "uses" else {}))
        for name, file in STATEMENTS.items()
    }
    return scene_from_rows(
        **rows,
        redaction=case.settings.redaction,
        numbers=numbers(case),
        deceivers=case.read_run(run).deceivers,
        simulated=case.settings.simulated,
    )


def slots(folder: CaseFolder, assessments: list[Assessment]) -> dict[str, int]:
    """Colours of the territories: dealt at the first assessment and kept, so that none changes its meaning."""
    path = folder.root / "colours.json"
    kept: Mapping[str, int] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    counts = Counter(a.top for a in assessments if a.outcome != "insufficient" and a.top not in (OTHER, UNKNOWN))
    dealt = deal_slots(counts, kept)
    if dealt != kept:
        path.write_text(json.dumps(dealt, indent=1) + "\n", encoding="utf-8")
    return dict(dealt)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a figure is drawn from."""

    case: Case
    run: str
    account: str | None
    theme: str
    max_nodes: int | None
    other: str | None = None
    links: str | None = None

    @property
    def caption(self) -> str:
        """The caption, with the calibration status of the run."""
        return caption(self.case, calibration=self.case.read_run(self.run).calibration)

    @property
    def colours(self) -> dict[str, int]:
        """Colours of the territories of the case."""
        return slots(self.case.folder, self.case.assessments(self.run))

    def explained(self) -> tuple[Explanation, str]:
        """The account's explanation and its number."""
        found = self.case.explain(self.account or "", self.run)
        return found, numbers(self.case)[found.account]


def draw(
    case: Case,
    name: str,
    account: str | None,
    *,
    theme: str,
    max_nodes: int | None,
    run: str | None,
    other: str | None = None,
) -> go.Figure:
    """Draw one figure. Raises InputError for an unknown name or a missing account, TooLarge above a limit."""
    if name not in FIGURES:
        raise InputError(f"No figure {name!r}; there are {', '.join(FIGURES)}.")
    if account is None and name in OF_AN_ACCOUNT:
        raise InputError(f"The figure {name} is about one account. Name it: attrigraph figure {name} ACCOUNT")
    if account is not None and name in OF_THE_CASE:
        raise InputError(f"The figure {name} is about the whole case. Leave the account out: attrigraph figure {name}")
    if name in OF_A_PAIR and (account is None or other is None):
        raise InputError(f"The figure {name} is about two accounts: attrigraph figure {name} ACCOUNT --other ACCOUNT")
    if other is not None and name not in OF_A_PAIR:
        raise InputError(f"The figure {name} is not about two accounts. Leave --other out.")
    asked = Asked(case, "", account, theme, max_nodes, other)
    if name not in LINK_FIGURES:
        return FIGURES[name](replace(asked, run=run or latest_run(case.store)))
    links = run if run and run.startswith("l") else None
    return FIGURES[name](replace(asked, run=run if run and not links else _run_if_any(case), links=links))


def _run_if_any(case: Case) -> str:
    """The newest inference run; empty without one, because links need none."""
    try:
        return latest_run(case.store)
    except NotAssessed:
        return ""


def _network(asked: Asked) -> go.Figure:
    return network(asked.case, asked.run, asked.colours, theme=asked.theme, max_nodes=asked.max_nodes)


def _outcomes(asked: Asked) -> go.Figure:
    from attrigraph import viz

    case, found = asked.case, asked.case.assessments(asked.run)
    return viz.outcome_strip(found, asked.colours, numbers=numbers(case), theme=asked.theme, caption=asked.caption)


def _map(asked: Asked) -> go.Figure:
    from attrigraph import viz

    return viz.territory_map(asked.case.assessments(asked.run), theme=asked.theme, caption=asked.caption)


def _of_account(name: str) -> Drawn:
    def made(asked: Asked) -> go.Figure:
        from attrigraph import viz

        explanation, label = asked.explained()
        drawn = viz.waterfall if name == "waterfall" else viz.matrix
        redaction = asked.case.settings.redaction
        return drawn(explanation, label=label, theme=asked.theme, redaction=redaction, caption=asked.caption)

    return made


def _hours(asked: Asked) -> go.Figure:
    from attrigraph import viz

    case = asked.case
    if asked.account is None:
        found = case.assessments(asked.run)
        named = Counter(a.top for a in found if a.outcome == "supported")
        codes = [code for code, _ in named.most_common(measures.CANDIDATES)]
        grid = measures.hour_grid(case, f"all {number(len(found))} accounts", codes, None)
    else:
        explanation, label = asked.explained()
        grid = measures.hours_of_account(case, explanation, label)
    return viz.hours(grid, asked.colours, theme=asked.theme, caption=asked.caption)


def _clock(asked: Asked) -> go.Figure:
    from attrigraph import viz

    explanation, label = asked.explained()
    rules = measures.clock(asked.case, explanation, asked.case.read_run(asked.run), label)
    return viz.clock_rules(rules, theme=asked.theme, caption=asked.caption)


def _windows(asked: Asked) -> go.Figure:
    from attrigraph import viz

    explanation, label = asked.explained()
    run = asked.case.read_run(asked.run)
    found = measures.belief_windows(asked.case, explanation, run)
    return viz.belief_windows(
        found, asked.colours, label=label, searched="windows" in run.counts, theme=asked.theme, caption=asked.caption
    )


def _reliability(asked: Asked) -> go.Figure:
    from attrigraph import viz

    report = measures.resolved(asked.case, asked.run)
    status, notes = asked.case.read_run(asked.run).calibration, []
    if report:
        ece = report.ece
        notes = [f"calibration error {ece.value:.2f}", f"90\u202f% interval {ece.low:.2f} to {ece.high:.2f}"]
    bins = report.bins if report else ()
    return viz.reliability(bins, notes=notes, calibration=status, theme=asked.theme, caption=asked.caption)


def _risk(asked: Asked) -> go.Figure:
    from attrigraph import viz

    curves = measures.risk_curves(measures.resolved(asked.case, asked.run), f"run {asked.run}")
    return viz.risk_coverage(curves, theme=asked.theme, caption=asked.caption)


Drawn = Callable[[Asked], "go.Figure"]
FIGURES: dict[str, Drawn] = {
    "network": _network,
    "outcomes": _outcomes,
    "map": _map,
    "waterfall": _of_account("waterfall"),
    "matrix": _of_account("matrix"),
    "hours": _hours,
    "clock": _clock,
    "windows": _windows,
    "reliability": _reliability,
    "risk": _risk,
    **LINK_FIGURES,
}
"""Name of a figure -> what draws it."""
OF_AN_ACCOUNT = ("waterfall", "matrix", "clock", "windows")
OF_THE_CASE = ("network", "outcomes", "map", "reliability", "risk", "coordination")
OF_A_PAIR = ("lags", "mirror")


def network(
    case: Case,
    run: str,
    colours: Mapping[str, int],
    *,
    theme: str = "light",
    max_nodes: int | None = None,
    figure: int | None = None,
) -> go.Figure:
    """The attribution network; above the limit its summary, unless the limit was asked for."""
    from attrigraph import viz

    found, words = scene(case, run), caption(case, figure, calibration=case.read_run(run).calibration)
    if max_nodes is None and found.size > viz.MAX_NODES:
        return viz.network_summary(found, colours, theme=theme, caption=words)
    return viz.network(found, colours, theme=theme, max_nodes=max_nodes or viz.MAX_NODES, caption=words)


def caption(case: Case, figure: int | None = None, sources: str = "", calibration: str = UNCALIBRATED) -> str:
    """The caption of a figure of this case."""
    first, last = case.observations.span()
    count = len(case.sources())
    return caption_text(
        figure=figure,
        sources=sources or (f"S-1 to S-{count}" if count > 1 else "S-1"),
        first=first,
        last=last,
        redaction=case.settings.redaction,
        calibration=calibration,
        simulated=case.settings.simulated,
    )


def write(case: Case, name: str, account: str | None, *, path: Path | None, overwrite: bool, **options: Any) -> Path:
    """Write a figure; without a path it goes to the case's folder, where a figure of the same name is replaced."""
    from attrigraph.viz.html import write_html

    figure = draw(case, name, account, **({"theme": "light", "max_nodes": None, "run": None} | options))
    if path is None:
        names = [numbers(case)[case.find_account(one)] for one in (account, options.get("other")) if one]
        label = "".join(f"-{name}" for name in names)
        path, overwrite = case.folder.figures / f"{name}{label}.html", True
        path.parent.mkdir(exist_ok=True)
    written = write_html(figure, path, overwrite=overwrite)
    case.custody.append("drew", figure=name, file=written.name)
    return written
