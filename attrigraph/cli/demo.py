"""`attrigraph demo`: a simulated case around a public claim, from files to brief and figures."""

from __future__ import annotations

import dataclasses
import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from attrigraph.case import Case
from attrigraph.cli.analyse import show_claims
from attrigraph.cli.links import cluster_lines
from attrigraph.cli.progress import progress
from attrigraph.cli.render import Format, console, show_rows
from attrigraph.errors import CaseError
from attrigraph.inference.records import RunRecord
from attrigraph.settings import read_settings
from attrigraph.simulation import World, demo_plan, score, simulate

__all__ = ["run_demo"]

QUESTION = (
    "An observatory says that 19 of these accounts are operated from one territory and 24 from another. Is that so?"
)
MARK = "SIMULATED: every account, address and claim here is invented; it says nothing about any territory."


def run_demo(folder: Path, seed: int) -> None:
    """Make the case, load, enrich, infer, link, check the claim, score against the truth, write brief and figures."""
    began = time.monotonic()
    out = console()
    out.print(MARK, style="bold")
    _make_room(folder)
    world = simulate(demo_plan(), seed)
    with (
        TemporaryDirectory(prefix="attrigraph-demo-") as temporary,
        Case.create(folder, name="demo", question=QUESTION, simulated=True) as case,
        progress() as bars,
    ):
        files = world.write(Path(temporary))
        for report in case.load(*files.tables, provider="simulation", grade="F6", progress=bars):
            out.print(f"{report.name}: {report.records} records = {report.loaded} loaded + {report.rejected} rejected")
        case.enrich(lists=files.lists, progress=bars)
        run = case.infer(progress=bars)
        links = case.link(progress=bars)
        _show_results(case, run, world)
        out.print("Who acts together", style="bold")
        for line in cluster_lines(links):
            out.print(line, markup=False, soft_wrap=True)
        bars.step("writing brief and figures")
        figures = ("network", "outcomes", *(["coordination"] if links.clusters.get("found") else []))
        written = [*case.brief(), *map(case.write_figure, figures)]
    out.print(f"Done in {time.monotonic() - began:.0f} s. Open in a browser:", style="bold")
    for path in (p for p in written if p.suffix == ".html"):
        out.print(f"  {path}", markup=False, soft_wrap=True)
    out.print(f"Go on with: attrigraph claims --accounts --case {folder}, attrigraph query list --case {folder}")


def _show_results(case: Case, run: RunRecord, world: World) -> None:
    out = console()
    out.print(
        f"\nRun {run.id}: {run.accounts} accounts, {run.items} items of evidence, prior mix {run.prior_mix}, "
        f"assumed share deceiving {run.deceivers:g}, {run.calibration}"
    )
    show_rows(case.outcome_rows(run.id), ("outcome", "territory", "confidence", "accounts"), Format.table)
    claims = case.claims(run.id)
    out.print("The claim beside the assessment", style="bold")
    show_claims(claims)
    out.print("Against the known truth of the simulation", style="bold")
    table = score(world.truth, [dataclasses.asdict(a) for a in case.assessments(run.id)])
    show_rows(table, tuple(table[0]), Format.table)


def _make_room(folder: Path) -> None:
    """Remove an earlier demo; anything else in the way is left alone and named."""
    if not folder.exists():
        return
    if not (folder / "case.toml").exists() or not read_settings(folder / "case.toml").simulated:
        raise CaseError(f"{folder} exists and is not a demo case. Choose another folder: attrigraph demo FOLDER")
    shutil.rmtree(folder)
