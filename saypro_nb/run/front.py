"""What the index says: the last outcome of every page of a period, and how each department and all of them stand."""

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from saypro_nb.agree.schema import ORGANISATION
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import whole
from saypro_nb.review import rollup
from saypro_nb.run import contents, editions, records
from saypro_nb.run.index import DepartmentRow, Page, Period, render_index
from saypro_nb.run.report import Heading
from saypro_nb.show import monitor_findings, words
from saypro_nb.show.findings import KpiMark

FIRST, LAST = contents.PHASES[0].name, contents.PHASES[-1].name
LEADERSHIP = contents.OF_ORGANISATION[0].name


def write(workspace: Workspace, period: datetime.date) -> Path:
    """Write the index of the period from what its runs left, and return its path."""
    heading = Heading(
        organisation=workspace.review.organisation,
        period=words.period(period, workspace.every),
        data_date=words.day(workspace.last_day(period)),
    )
    folder = workspace.outputs(period)
    urgency = {name: _urgency(_answer(folder / name, FIRST)) for name in workspace.review.departments}
    departments = sorted(urgency, key=lambda name: -urgency[name])
    rows = [_row(workspace, period, department) for department in departments]
    file = folder / "index.html"
    made = render_index(heading, rows, whole=_whole(workspace, period, rows), earlier=_earlier(workspace, period))
    whole.write(file, made)
    return file


def _answer(folder: Path, name: str) -> Mapping[str, Any]:
    """Return what a page answers; empty where it was not built, or has no answer."""
    record = records.read(folder, name)
    return record.answer if record else {}


def _urgency(opening: Mapping[str, Any]) -> float:
    """Return the priority of the department's shortlisted gaps in all: who is to be looked at first."""
    return float(opening.get("urgency", 0.0))


def _row(workspace: Workspace, period: datetime.date, department: str) -> DepartmentRow:
    """Return the department's row: its changes are those that gap identification opens with.

    Its verdict counts KPIs and actions, as monitoring tells it; without that page, KPIs alone.
    """
    folder, name = workspace.outputs(period) / department, workspace.names[department]
    pages, first = _pages(folder, contents.of_department(workspace)), _answer(folder, FIRST)
    if not first:
        return DepartmentRow(department, name, "Gap identification has not been built", "unknown", pages)
    verdict = _answer(folder, LAST) or first
    return DepartmentRow(
        department,
        name,
        headline=verdict.get("because", ""),
        tone=verdict["tone"],
        pages=pages,
        kpis=tuple(KpiMark(**kpi) for kpi in first["kpis"]),
        **_changed(first),
    )


def _whole(workspace: Workspace, period: datetime.date, rows: Sequence[DepartmentRow]) -> DepartmentRow | None:
    """Return the organisation's row, which stands as well as its weakest department; None where there is nothing."""
    folder = workspace.outputs(period) / ORGANISATION
    pages = _pages(folder, contents.of_organisation(workspace))
    if not pages:
        return None
    state = rollup.up(rollup.of_levels({row.id: row.tone for row in rows if row.tone != "neutral"}))
    told = monitor_findings.weakest(state, workspace.names)
    return DepartmentRow(
        ORGANISATION, "The organisation", told, state.level, pages, **_changed(_answer(folder, LEADERSHIP))
    )


def _changed(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what has changed by the answer of a page, as a row tells it."""
    changed = answer.get("changed") or {"since": "", "sentences": ()}
    judged = tuple(changed.get("judged", ()))
    return {"since": changed["since"], "changes": tuple(changed["sentences"]), "judged": judged}


def _pages(folder: Path, pages: Sequence[contents.Page]) -> tuple[Page, ...]:
    return tuple(_page(folder, page.name, page.title) for page in pages)


def _page(folder: Path, name: str, title: str) -> Page:
    department, record = folder.name, records.read(folder, name)
    if record is None:
        return Page(department, name, title, None, "not built", "not asked for yet")
    if record.state != "built":
        return Page(department, name, title, None, record.state, record.reason)
    files = {word: f"{name}{ending}" for word, ending in editions.ENDINGS.items()}
    made = tuple((word, f"{department}/{file}") for word, file in files.items() if (folder / file).is_file())
    told = {"headline": record.answer.get("headline", ""), "tone": record.answer.get("tone", "unknown")}
    return Page(department, name, title, f"{department}/{name}.html", "built", editions=made, **told)


def _earlier(workspace: Workspace, period: datetime.date) -> list[Period]:
    pages = (workspace.root / "outputs").glob("????-??-??/index.html")
    days = sorted((day for page in pages if (day := _day(page.parent.name)) and day < period), reverse=True)
    return [Period(words.period(day, workspace.every), f"../{day}/index.html") for day in days]


def _day(name: str) -> datetime.date | None:
    """Return the day that a folder is named after, or None for a folder that somebody put there."""
    try:
        return datetime.date.fromisoformat(name)
    except ValueError:
        return None
