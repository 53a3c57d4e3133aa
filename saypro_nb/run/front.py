"""What the index says: the last outcome of every page of a period, and each department's verdict."""

import datetime
from collections.abc import Sequence
from pathlib import Path

from saypro_nb.agree.schema import ORGANISATION
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import whole
from saypro_nb.run import contents, editions, records
from saypro_nb.run.index import DepartmentRow, Page, Period, render_index
from saypro_nb.run.report import Heading
from saypro_nb.show import words
from saypro_nb.show.findings import KpiMark


def write(workspace: Workspace, period: datetime.date) -> Path:
    """Write the index of the period from what its runs left, and return its path."""
    heading = Heading(
        organisation=workspace.review.organisation,
        period=words.period(period, workspace.every),
        data_date=words.day(workspace.last_day(period)),
    )
    folder = workspace.outputs(period)
    urgency = {name: _urgency(_opening(folder / name)) for name in workspace.review.departments}
    departments = sorted(urgency, key=lambda name: -urgency[name])
    rows = [_row(workspace, period, department) for department in departments]
    over_all = _pages(folder / ORGANISATION, contents.of_organisation(workspace))
    file = folder / "index.html"
    whole.write(file, render_index(heading, rows, over_all=over_all, earlier=_earlier(workspace, period)))
    return file


def _opening(folder: Path) -> records.Record | None:
    """Return the record of a department's first page, whose answer is the department's."""
    return records.read(folder, contents.PHASES[0].name)


def _urgency(opening: records.Record | None) -> float:
    """Return the priority of the department's shortlisted gaps in all: who is to be looked at first."""
    return float(opening.answer.get("urgency", 0.0)) if opening else 0.0


def _row(workspace: Workspace, period: datetime.date, department: str) -> DepartmentRow:
    """Return the department's row: its verdict and changes are those that gap identification opens with."""
    folder, name = workspace.outputs(period) / department, workspace.names[department]
    pages, first = _pages(folder, contents.of_department(workspace)), _opening(folder)
    if first is None or not first.answer:
        return DepartmentRow(department, name, "Gap identification has not been built", "unknown", pages)
    changed = first.answer["changed"] or {"since": "", "sentences": ()}
    return DepartmentRow(
        department,
        name,
        headline="",
        tone=first.answer["tone"],
        pages=pages,
        since=changed["since"],
        changes=tuple(changed["sentences"]),
        kpis=tuple(KpiMark(**kpi) for kpi in first.answer["kpis"]),
    )


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
