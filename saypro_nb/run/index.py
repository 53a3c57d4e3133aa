"""The front page of a period: every department with its verdict, and the way to each of its reports."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader

from saypro_nb.run.policy import POLICY, refuse_active_content
from saypro_nb.run.report import Heading
from saypro_nb.show.findings import KpiMark
from saypro_nb.show.html import environment, page_style
from saypro_nb.show.theme import TONES, Tone, ToneName, tone_named

State = Literal["built", "unchanged", "failed", "not built"]


@dataclass(frozen=True)
class Page:
    """One report: `href` is its path from the index (None while there is no file), `reason` one line.

    `headline` and `tone` are those of the answer that it opens with; `editions` are further files of the same
    report, as pairs of a word and a path.
    """

    department: str
    name: str
    title: str
    href: str | None
    state: State
    reason: str = ""
    headline: str = ""
    tone: ToneName = "unknown"
    editions: tuple[tuple[str, str], ...] = ()

    @property
    def verdict(self) -> Tone:
        """The tone of its answer, with word and shape."""
        return tone_named(self.tone)


@dataclass(frozen=True)
class DepartmentRow:
    """A department, or the whole organisation, with its verdict (`headline` and `tone`) and its pages.

    `changes` are what is another than in the period before, which `since` names, and `judged` what is judged otherwise
    than then; `kpis` how each KPI stands.
    """

    id: str
    name: str
    headline: str
    tone: ToneName
    pages: tuple[Page, ...]
    word: str = ""
    since: str = ""
    changes: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()
    kpis: tuple[KpiMark, ...] = ()

    @property
    def verdict(self) -> Tone:
        """The tone with its word and shape."""
        return tone_named(self.tone)


@dataclass(frozen=True)
class Period:
    """An earlier period and the path from this index to its own."""

    title: str
    href: str


@dataclass(frozen=True)
class _Mark:
    """How a page's state is shown; only what failed is loud."""

    word: str
    shape: str
    tone: ToneName


_MARKS: dict[State, _Mark] = {
    "built": _Mark("Built", "●", "neutral"),
    "unchanged": _Mark("Unchanged", "○", "neutral"),
    "failed": _Mark("Failed", "◆", "concern"),
    "not built": _Mark("Not built", "▷", "watch"),
}


def render_index(
    heading: Heading,
    rows: Sequence[DepartmentRow],
    *,
    title: str = "Performance review",
    whole: DepartmentRow | None = None,
    earlier: Sequence[Period] = (),
) -> str:
    """Return the index page; `whole` is the organisation's row.

    Paths are given as they are on disk; they are percent-encoded here.
    """
    everything = [*([whole] if whole else []), *rows]
    pages = [page for row in everything for page in row.pages]
    page = (
        page_templates()
        .get_template("front.html.j2")
        .render(
            heading=heading,
            title=title,
            rows=rows,
            whole=whole,
            earlier=earlier,
            marks=_MARKS,
            counts=_counts(pages),
            verdicts=_verdicts(rows),
            tone=tone_named,
            failed=[pair for row in everything for pair in _failed(row.name, row.pages)],
        )
    )
    refuse_active_content(page)
    return page.rstrip() + "\n"


def _failed(name: str, pages: Sequence[Page]) -> list[tuple[str, Page]]:
    """Return the pages that failed, each with the `name` of whose they are."""
    return [(name, page) for page in pages if page.state == "failed"]


def _counts(pages: Sequence[Page]) -> list[tuple[int, _Mark]]:
    """Return how many pages there are of each state that occurs, in the order of the states."""
    count = Counter(page.state for page in pages)
    return [(count[state], mark) for state, mark in _MARKS.items() if count[state]]


def _verdicts(rows: Sequence[DepartmentRow]) -> list[tuple[int, Tone]]:
    """Return how many departments have each verdict that occurs, the gravest first."""
    count = Counter(row.tone for row in rows)
    return [(count[name], tone) for name, tone in TONES.items() if count[name]]


@cache
def page_templates() -> Environment:
    """Return the escaping environment with the templates of whole pages."""
    templates = environment().overlay(loader=FileSystemLoader(Path(__file__).parent / "page"))
    templates.filters["path"] = lambda path: quote(path, safe="/")
    templates.globals.update(policy=POLICY, page_style=page_style)
    return templates
