"""Figures of a case: reads the rows, hands plain records to `viz`, writes offline HTML."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrigraph.errors import InputError
from attrigraph.folder import CaseFolder
from attrigraph.graph import statement
from attrigraph.inference.records import Assessment
from attrigraph.inference.results import latest_run
from attrigraph.territories import OTHER, UNKNOWN
from attrigraph.viz.captions import account_numbers, caption_text
from attrigraph.viz.scene import HUB, STATEMENTS, Scene, scene_from_rows
from attrigraph.viz.theme import deal_slots

if TYPE_CHECKING:
    import networkx as nx
    import plotly.graph_objects as go

    from attrigraph.case import Case

__all__ = ["FIGURES", "caption", "draw", "network", "numbers", "scene", "slots", "to_networkx", "write"]

OF_AN_ACCOUNT = ("waterfall", "matrix")
FIGURES = ("network", "outcomes", *OF_AN_ACCOUNT)


def numbers(case: Case) -> dict[str, str]:
    """The number (A001) of every account of the case, the same in figures and briefs until accounts are added."""
    rows = case.store.read(statement("inference/account_ids"))
    return account_numbers((row["id"] for row in rows), case.folder.key())


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


def draw(
    case: Case, name: str, account: str | None, *, theme: str, max_nodes: int | None, run: str | None
) -> go.Figure:
    """Draw one figure. Raises InputError for an unknown name or a missing account, TooLarge above a limit."""
    from attrigraph import viz

    if name not in FIGURES:
        raise InputError(f"No figure {name!r}; there are {', '.join(FIGURES)}.")
    if account is None and name in OF_AN_ACCOUNT:
        raise InputError(f"The figure {name} is about one account. Name it: attrigraph figure {name} ACCOUNT")
    run = run or latest_run(case.store)
    colours = slots(case.folder, case.assessments(run))
    if name == "network":
        return network(case, run, colours, theme=theme, max_nodes=max_nodes)
    if name == "outcomes":
        return viz.outcome_strip(
            case.assessments(run), colours, numbers=numbers(case), theme=theme, caption=caption(case)
        )
    explanation = case.explain(account or "", run)
    label = numbers(case)[explanation.account]
    made = viz.waterfall if name == "waterfall" else viz.matrix
    words = caption(case)
    return made(explanation, label=label, theme=theme, redaction=case.settings.redaction, caption=words)


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

    found, words = scene(case, run), caption(case, figure)
    if max_nodes is None and found.size > viz.MAX_NODES:
        return viz.network_summary(found, colours, theme=theme, caption=words)
    return viz.network(found, colours, theme=theme, max_nodes=max_nodes or viz.MAX_NODES, caption=words)


def caption(case: Case, figure: int | None = None, sources: str = "") -> str:
    """The caption of a figure of this case."""
    first, last = case.observations.span()
    count = len(case.sources())
    return caption_text(
        figure=figure,
        sources=sources or (f"S-1 to S-{count}" if count > 1 else "S-1"),
        first=first,
        last=last,
        redaction=case.settings.redaction,
        simulated=case.settings.simulated,
    )


def write(case: Case, name: str, account: str | None, *, path: Path | None, overwrite: bool, **options: Any) -> Path:
    """Write a figure; without a path it goes to the case's folder, where a figure of the same name is replaced."""
    from attrigraph.viz.html import write_html

    figure = draw(case, name, account, **({"theme": "light", "max_nodes": None, "run": None} | options))
    if path is None:
        label = f"-{numbers(case)[case.find_account(account)]}" if account else ""
        path, overwrite = case.folder.figures / f"{name}{label}.html", True
        path.parent.mkdir(exist_ok=True)
    written = write_html(figure, path, overwrite=overwrite)
    case.custody.append("drew", figure=name, file=written.name)
    return written


def to_networkx(case: Case, run: str | None) -> nx.MultiDiGraph[str]:
    """Accounts, shared resources and assessed territories as a networkx graph; keys are our ids, values are plain."""
    import networkx as nx

    run = run or latest_run(case.store)
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph(case=case.settings.name, run=run)
    for row in case.store.read(statement(STATEMENTS["accounts"]), run=run):
        plain = {key: value for key, value in row.items() if value is not None and key not in ("account", "reasons")}
        found.add_node(row["account"], label="Account", **plain)
        if row["outcome"] == "supported":
            found.add_node(row["top"], label="Territory")
            found.add_edge(row["account"], row["top"], type="ASSESSED_AS", p=row["p"])
    for row in case.store.read(statement(STATEMENTS["uses"]), run=run, hub=HUB):
        resource = f"{row['kind']}/{row['resource']}"
        found.add_node(resource, label=row["kind"])
        found.add_edge(row["account"], resource, type="USED", n=row["n"])
    for row in case.store.read(statement(STATEMENTS["links"]), run=run):
        found.add_edge(row["source"], row["target"], type=row["kind"], rule=row["rule"], weight=row["weight"])
    return found
