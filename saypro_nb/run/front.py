"""What the index says: the last outcome of every page of a period, and each department's verdict."""

import datetime
from pathlib import Path

import pandas as pd

from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import whole
from saypro_nb.keep.dossier import Dossier
from saypro_nb.run import batch, records
from saypro_nb.run.index import DepartmentRow, Page, Period, render_index
from saypro_nb.run.report import Heading
from saypro_nb.show import findings, words


def write(workspace: Workspace, period: datetime.date) -> Path:
    """Write the index of the period from what its runs left, and return its path."""
    heading = Heading(
        organisation=workspace.review.organisation,
        period=words.period(period, workspace.every),
        data_date=words.day(workspace.last_day(period)),
    )
    departments = sorted(workspace.review.departments, key=lambda name: -_urgency(workspace, period, name))
    rows = [_row(workspace, period, department) for department in departments]
    file = workspace.outputs(period) / "index.html"
    whole.write(file, render_index(heading, rows, earlier=_earlier(workspace, period)))
    return file


def _gaps(workspace: Workspace, period: datetime.date, department: str) -> pd.DataFrame | None:
    """Return the gaps that the first phase found, or None where it has not, or somebody put another file there."""
    folder, phase = workspace.outputs(period) / department, batch.PHASES[0]
    record = records.read(folder, phase)
    trusted = record is not None and record.state == "built" and not records.damage(folder, record)
    return Dossier(workspace, department, period).left("gaps") if trusted else None


def _urgency(workspace: Workspace, period: datetime.date, department: str) -> float:
    """Return the priority of the department's shortlisted gaps in all: who is to be looked at first."""
    gaps = _gaps(workspace, period, department)
    return 0.0 if gaps is None else float(gaps.loc[gaps["shortlisted"], "priority"].sum())


def _row(workspace: Workspace, period: datetime.date, department: str) -> DepartmentRow:
    folder = workspace.outputs(period) / department
    pages = tuple(_page(department, name, records.read(folder, name)) for name in batch.PHASES)
    gaps = _gaps(workspace, period, department)
    name = workspace.review.departments[department].name
    if gaps is None:
        return DepartmentRow(department, name, "Not known: gap identification has not been built", "unknown", pages)
    return DepartmentRow(
        department, name, findings.department_line(gaps, workspace.kpis), findings.gaps_tone(gaps), pages
    )


def _page(department: str, name: str, record: records.Record | None) -> Page:
    title = words.notebook(name)
    if record is None:
        return Page(department, name, title, None, "not built", "not asked for yet")
    href = f"{department}/{name}.html" if record.state == "built" else None
    return Page(department, name, title, href, record.state, record.reason)


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
