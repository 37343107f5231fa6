"""A decision about a pair to look at: verdict, waterfall and reasons in at most 104 columns of a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from attrigraph.explain_text import Line
from attrigraph.explain_view import PLAIN_MARKS, UNICODE_MARKS, WIDTH, ExplainView, lines
from attrigraph.links.mirrors.explained import explanation_of
from attrigraph.links.mirrors.records import STORIES, Mirror
from attrigraph.links.mirrors.weigh import STORY_WORDS
from attrigraph.wording import likelihood_word, percent

__all__ = ["MirrorView", "lag_words", "verdict_words"]


def verdict_words(mirror: Mirror) -> str:
    """The verdict as a sentence without its probability."""
    return {
        "twin": f"{mirror.source} and {mirror.target} are twins: one hand runs both",
        "clone_of": f"{mirror.source} is a clone of {mirror.target}",
        "coincidence": "coincidence",
        "insufficient": "insufficient",
    }[mirror.verdict]


def lag_words(seconds: float) -> str:
    """A lag in the unit people would choose; the sign says who is later.

    >>> lag_words(7200.0), lag_words(-20.0)
    ('2.0 hours later', '20 seconds earlier')
    """
    size, side = abs(seconds), "later" if seconds >= 0 else "earlier"
    for unit, length in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if size >= 2 * length or (unit != "days" and size >= length):
            return f"{size / length:.1f} {unit} {side}"
    return f"{size:.0f} seconds {side}"


@dataclass(frozen=True)
class MirrorView(ExplainView):
    """What `attrigraph mirrors ONE TWO` prints; `print` it with rich."""

    mirror: Mirror | None = None
    parts: ClassVar[str] = ""

    @classmethod
    def of(cls, mirror: Mirror, run: str, case: str, calibration: str) -> MirrorView:
        """The view of one decision."""
        return cls(explanation_of(mirror, run, calibration), case, mirror=mirror)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Head, verdict, waterfall of the two best stories, and what was compared."""
        assert self.mirror is not None
        marks = UNICODE_MARKS if options.encoding.lower().startswith("utf") else PLAIN_MARKS
        yield Text.assemble(
            (f"{self.mirror.source} and {self.mirror.target}", "bold"),
            (f"  case {self.case}, run {self.explanation.run}, {self.explanation.calibration}", "dim"),
        )
        yield ""
        yield lines(self._answers(self.mirror))
        yield ""
        yield self._classes(marks, min(options.max_width, WIDTH))
        yield Text(
            f"{marks.cap} a limit bit: the row gives back what was cut off    {marks.hatch} not compared, not zero",
            style="dim",
        )
        if any(fall.territory == "cloned_by" for fall in self.mirror.waterfalls):
            yield Text(f"cloned_by: {self.mirror.target} would be the clone", style="dim")

    @staticmethod
    def _answers(mirror: Mirror) -> Iterator[Line]:
        yield Line(
            "verdict",
            ((verdict_words(mirror), "strong"), (f"  {percent(mirror.p)}, {likelihood_word(mirror.p)}", "plain")),
        )
        yield Line("because", (("; ".join(mirror.reasons), "plain"),))
        rest = sorted(STORIES, key=lambda story: -mirror.beliefs[story])
        yield Line("stories", ((", ".join(f"{STORY_WORDS[s]} {percent(mirror.beliefs[s])}" for s in rest), "plain"),))
        if mirror.lag_s is not None:
            share = percent(mirror.copied_share)
            told = f"{mirror.copied} texts, {share} of {mirror.source}'s, median {lag_words(mirror.lag_s)}"
            yield Line("copied", ((f"{told} than {mirror.target}", "plain"),))
        yield Line("found by", ((", ".join(mirror.blocks), "quiet"),))
