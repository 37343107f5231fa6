"""The public API: one case, from files to a brief. The command line calls nothing else.

>>> import attrigraph as ag                                                   # doctest: +SKIP
>>> with ag.Case.create("harbour", question="Where are these 40 accounts operated from?") as case:   # doctest: +SKIP
...     case.load("accounts.csv", "logins.csv")
...     case.infer()
...     case.brief()
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrigraph.errors import InputError
from attrigraph.linkedcase import LinkedCase
from attrigraph.progress import SILENT, Progress
from attrigraph.settings import PRESETS

if TYPE_CHECKING:
    from datetime import datetime

    import plotly.graph_objects as go

    from attrigraph.explain_view import ExplainedAccount
    from attrigraph.inference.calibration.files import CalibrationFile
    from attrigraph.inference.calibration.report import Report
    from attrigraph.inference.claims import ClaimsReport
    from attrigraph.inference.groups import Group
    from attrigraph.inference.records import (
        Assessment,
        Belief,
        Explanation,
        Item,
        RunRecord,
        SourceRow,
        WindowAssessment,
    )
    from attrigraph.loaders.enrich import EnrichReport
    from attrigraph.loaders.load import LoadOptions
    from attrigraph.loaders.preview import Preview
    from attrigraph.queries import QueryResult, Registry
    from attrigraph.sourcefiles import SourceReport
    from attrigraph.verification import VerifyReport

__all__ = ["Case"]

ExportName = Literal["assessments", "beliefs", "evidence", "windows", "sensitivity", "missing", "links"]


class Case(LinkedCase):
    """A case folder and its graph. Use it as a context manager; the graph is opened when first needed."""

    # ---- from files to the graph

    def load(self, *files: Path | str, progress: Progress = SILENT, **options: Any) -> list[SourceReport]:
        """Load files; options as in `attrigraph load --help`: table, platform, mapping, timezone, provider, grade, ...

        A file that was loaded before changes nothing. A load that was killed is finished by the next one.
        """
        from attrigraph.sourcefiles import load_files, project_pending

        with self.folder.writing("load"):
            reports = load_files(self.folder, self.custody, [Path(f) for f in files], self._options(options), progress)
            project_pending(self.store, self.observations, list(self.loaded()), progress)
        return reports

    def preview(self, file: Path | str, **options: Any) -> Preview:
        """What `load` would make of a file: format, mapping, first rows, rejects by reason. Nothing is written."""
        from attrigraph.loaders.preview import preview

        return preview(Path(file), self._options(options))

    def _options(self, given: dict[str, Any]) -> LoadOptions:
        from attrigraph.loaders.load import LoadOptions

        return LoadOptions(**{"timezone": self.settings.timezone or None} | {k: v for k, v in given.items() if v})

    def sources(self) -> list[dict[str, Any]]:
        """One row a loaded file, in the order of loading, with `signals_carried` and their sum `signals`."""
        from attrigraph.sourcefiles import source_rows

        return source_rows(self.custody, self.observations)

    def judge_source(self, source: str, *, grade: str = "", legal_basis: str = "", reason: str = "") -> dict[str, Any]:
        """Set grade or legal basis of a source anew; custody keeps what they were. Returns what is known of it now."""
        from attrigraph.sourcefiles import judge_source, write_judged

        with self.folder.writing("judge"):
            found = judge_source(self.custody, source, grade, legal_basis, reason)
            write_judged(self.store, {source: found})
        return found

    def remove_source(self, source: str, *, reason: str = "", progress: Progress = SILENT) -> dict[str, Any]:
        """Take a source and everything that came from it out of the case; assessments have to be inferred again.

        Custody keeps that it was there, and why it went. Returns what was known of it.
        """
        from attrigraph.sourcefiles import remove_source

        with self.folder.writing("remove"):
            removed = remove_source(self.folder, self.custody, source, reason)
        self.rebuild(progress=progress)
        return removed

    def enrich(
        self,
        lists: Iterable[tuple[str, Path]] = (),
        mmdb: Iterable[Path] = (),
        progress: Progress = SILENT,
    ) -> EnrichReport:
        """Look up every address once in the bundled tables and in the lists and databases given (kept for rebuilds)."""
        from attrigraph.enrichment import enrich_case

        with self.folder.writing("enrich"):
            return enrich_case(self.folder, self.custody, self.store, list(lists), list(mmdb), progress=progress)

    # ---- inference and its results

    def infer(
        self,
        *,
        preset: str | None = None,
        deceivers: float | None = None,
        prior_mix: str | None = None,
        calibration: Path | str | None = None,
        windows: bool = False,
        window_dates: Sequence[datetime] = (),
        labels: bool = False,
        progress: Progress = SILENT,
    ) -> RunRecord:
        """Weigh the evidence and assess every account; addresses not looked up yet are enriched first.

        `calibration` is a calibration file, by default the one of the settings; "none" is without. `windows` also
        assesses accounts that changed window by window; `window_dates` begin windows. With `labels` resolved accounts
        tell their label to those they share infrastructure with; such a run cannot be evaluated on these labels.
        """
        from attrigraph.calibrating import weights_in_use
        from attrigraph.enrichment import enrich_pending
        from attrigraph.inference.calibration.candidates import read_labels
        from attrigraph.inference.run import infer
        from attrigraph.priors import mix_in_use
        from attrigraph.runs import next_run, write_run

        if preset and preset not in PRESETS:
            raise InputError(f"Preset {preset!r} is not one of {', '.join(PRESETS)}.")
        share = deceivers or (PRESETS[preset] if preset else self.settings.deceivers)
        with self.folder.writing("infer"):
            mix = mix_in_use(self, prior_mix)
            enrich_pending(self.folder, self.custody, self.store, progress)
            run = infer(
                self.store,
                self.observations,
                run=next_run(self.folder),
                deceivers=share,
                prior_mix=mix.name,
                prior=mix.weights,
                progress=progress,
                weights=weights_in_use(self, calibration),
                windows=windows or bool(window_dates),
                window_dates=window_dates,
                labels=read_labels(self.observations) if labels else None,
                scratch=self.folder.staging,
            )
            write_run(self.folder, run)
            self.custody.append(
                "inferred",
                run=run.id,
                deceivers=run.deceivers,
                prior_mix=run.prior_mix,
                prior_source=mix.source,
                weights_sha256=run.weights_sha256,
            )
        return run

    def prior_mixes(self) -> list[dict[str, Any]]:
        """The prior mixes the case knows, one row each."""
        from attrigraph.priors import mix_rows

        return mix_rows(self)

    def load_prior(
        self, path: Path | str, *, name: str | None = None, platform: str | None = None, source: str = ""
    ) -> None:
        """Keep a table of territories as a prior mix, or as users of a platform (for the mix `users`).

        CSV with columns territory and users, weight or share; `source` says where the numbers come from.
        """
        from attrigraph.priors import load_mix

        with self.folder.writing("priors"):
            mix = load_mix(self, Path(path), name=name, platform=platform, source=source)
            self.custody.append("prior", mix=mix.name, platform=platform, source=mix.source, file=Path(path).name)

    def assessments(self, run: str | None = None) -> list[Assessment]:
        """The outcome of every account in a run, the newest by default."""
        from attrigraph.inference import results

        return results.assessments(self.store, run)

    def beliefs(self, run: str | None = None) -> list[Belief]:
        """Belief in every candidate territory of every account."""
        from attrigraph.inference import results

        return results.beliefs(self.store, run)

    def evidence(self, run: str | None = None) -> list[Item]:
        """Every weighed item."""
        from attrigraph.inference import results

        return results.items(self.store, run)

    def windows(self, account: str | None = None, run: str | None = None) -> list[WindowAssessment]:
        """The time windows of accounts that have several (of one account when named), with their outcomes."""
        from attrigraph.inference.windows import window_assessments

        return window_assessments(self.store, run, self.find_account(account) if account else None)

    def assessments_now(self, run: str | None = None) -> list[Assessment]:
        """The outcome of every account as it is now: in its newest window, or in the run when it has one window."""
        from attrigraph.inference.windows import assessments_now

        return assessments_now(self.store, run)

    def group(
        self, name: str, accounts: Sequence[str] | None = None, *, run: str | None = None, now: bool = False
    ) -> Group:
        """Assess a group: the accounts given, the set kept under the name, or the cluster of that id."""
        from attrigraph.grouping import members
        from attrigraph.inference.groups import assess_group

        chosen = members(self, name, accounts)
        return assess_group(self.store, name, chosen, run, now=now, observed=self.observations)

    def groups(self) -> dict[str, int]:
        """Sets kept in `case.toml` and clusters: name and number of accounts."""
        from attrigraph.grouping import group_sizes

        return group_sizes(self)

    def keep_group(self, name: str, accounts: Sequence[str]) -> None:
        """Keep a set of accounts under a name in `case.toml`. Raises InputError for a name or account that is none."""
        from attrigraph.grouping import keep_group

        keep_group(self, name, accounts)

    def outcome_rows(self, run: str | None = None) -> list[dict[str, Any]]:
        """Counts of accounts by outcome, territory and confidence, abstentions included."""
        from attrigraph.runs import outcome_rows

        return outcome_rows(self.assessments(run))

    def settle(self, run: str | None = None, progress: Progress = SILENT) -> list[dict[str, Any]]:
        """Which signal would cut the doubt about the undecided accounts most: one row a signal, best first."""
        from attrigraph.inference.whatif import settle_rows

        return settle_rows(self.store, run, progress)

    def find_account(self, text: str) -> str:
        """The account meant by an id, a native id, a handle or "+351…". Raises InputError when none or several fit."""
        from attrigraph.graph import statement
        from attrigraph.loaders.cells import hash_with
        from attrigraph.loaders.phone_accounts import meant

        named = meant(text.strip().lstrip("@"), hash_with(self.folder.key()))
        found = [row["id"] for row in self.store.read(statement("facts/account_named"), text=named)]
        if named in found or len(found) == 1:
            return named if named in found else str(found[0])
        if not found:
            raise InputError(
                f"No account {text!r} in this case. List them with: attrigraph query run accounts-by-territory"
            )
        raise InputError(f"{text!r} fits several accounts: {', '.join(map(str, found[:5]))}. Use the full id.")

    def explain(self, account: str, run: str | None = None) -> ExplainedAccount:
        """Why an account was assessed as it was: waterfall, matrix, items. Raises NotAssessed without a run.

        The result shows itself: rich in a terminal, HTML in a notebook.
        """
        from attrigraph.explain_view import ExplainedAccount
        from attrigraph.inference.explain import explain

        found = explain(self.store, self.find_account(account), run)
        return ExplainedAccount.of(found, self.settings.name, self.settings.simulated)

    def source_rows(self, explanation: Explanation) -> list[SourceRow]:
        """The observations behind the items of an explanation."""
        from attrigraph.runs import source_rows

        return source_rows(self.observations, explanation, {s: d["name"] for s, d in self.loaded().items()})

    def calibrate(self, path: Path | None = None, **options: Any) -> tuple[Path, CalibrationFile]:
        """Fit on the labelled accounts; options: also, deceivers, use, overwrite, progress (see `calibrate_case`)."""
        from attrigraph.calibrating import calibrate_case

        return calibrate_case(self, path, **options)

    def evaluate(self, run: str | None = None) -> Report:
        """What a run reaches on the labelled accounts: accuracy, calibration, risk and coverage, ablation."""
        from attrigraph.calibrating import evaluate_case

        return evaluate_case(self, run)

    def claims(self, run: str | None = None) -> ClaimsReport:
        """What others claim beside what was assessed."""
        from attrigraph.inference.claims import check_claims

        return check_claims(self.store, run)

    # ---- investigations

    @property
    def queries(self) -> Registry:
        """The saved investigations: built in, the user's, the case's."""
        from attrigraph.queries import Registry

        return Registry.load(self.folder.queries)

    def query(self, name: str, **parameters: Any) -> QueryResult:
        """Run a saved investigation, read-only. Raises BadParameter, QueryRefused, QueryTimeout."""
        from attrigraph.queries import run

        return run(self.store, self.queries, name, parameters)

    # ---- what leaves the case

    def figure(
        self,
        name: str,
        account: str | None = None,
        *,
        theme: str = "light",
        max_nodes: int | None = None,
        run: str | None = None,
        other: str | None = None,
    ) -> go.Figure:
        """A Plotly figure of the case, of one account or of two; docs/figures.md lists them."""
        from attrigraph.drawing import draw

        return draw(self, name, account, theme=theme, max_nodes=max_nodes, run=run, other=other)

    def write_figure(
        self,
        name: str,
        account: str | None = None,
        *,
        path: Path | None = None,
        overwrite: bool = False,
        **options: Any,
    ) -> Path:
        """Write a figure as one offline HTML file and note it in custody."""
        from attrigraph.drawing import write

        return write(self, name, account, path=path, overwrite=overwrite, **options)

    def brief(self, path: Path | None = None, *, run: str | None = None, overwrite: bool = False) -> list[Path]:
        """Write the brief as HTML and Markdown. Raises BriefRefused when it breaks a lint rule."""
        from attrigraph.briefing import write_brief

        return write_brief(self, path, run=run, overwrite=overwrite)

    def export(self, what: ExportName, path: Path | str, *, run: str | None = None, overwrite: bool = False) -> int:
        """Write rows as csv, jsonl or parquet, the edges of a run of links as gexf or csv; returns how many."""
        from attrigraph.exporting import export

        count = export(self, what, Path(path), run, overwrite=overwrite)
        self.custody.append("exported", what=what, file=Path(path).name, rows=count)
        return count

    # ---- care of the case

    def verify(self, progress: Progress = SILENT) -> VerifyReport:
        """Check custody, files and graph against each other; changes nothing."""
        from attrigraph.verification import verify

        return verify(self, progress)

    def rebuild(
        self, *, neo4j_uri: str | None = None, embedded: bool = False, progress: Progress = SILENT
    ) -> Mapping[str, int]:
        """Make the graph anew from the observations, here or on another engine, which becomes the case's."""
        from attrigraph.verification import rebuild

        return rebuild(self, neo4j_uri=neo4j_uri, embedded=embedded, progress=progress)

    def read_run(self, run: str) -> RunRecord:
        """The record of a run. Raises NotAssessed for one that the case does not have."""
        from attrigraph.runs import read_run

        return read_run(self.folder, run)

    def run_ids(self) -> Sequence[str]:
        """The runs of the case, oldest first."""
        from attrigraph.runs import run_ids

        return run_ids(self.folder)
