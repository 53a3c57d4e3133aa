"""What the index says: the last outcome of every page of a period, and each department's verdict."""

import datetime
from pathlib import Path

from saypro_nb.agree.settings import Workspace
from saypro_nb.run import batch, editions
from saypro_nb.run.build import Outcome
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
    outcomes = latest_outcomes(workspace, period)
    departments = sorted(
        workspace.review.departments, key=lambda name: -_urgency(outcomes.get((name, batch.PHASES[0])))
    )
    rows = [_row(workspace, period, department, outcomes) for department in departments]
    file = workspace.outputs(period) / "index.html"
    aside = file.with_suffix(".html.part")
    aside.write_text(render_index(heading, rows, earlier=_earlier(workspace, period)), encoding="utf-8")
    aside.replace(file)
    return file


def latest_outcomes(workspace: Workspace, period: datetime.date) -> dict[tuple[str, str], Outcome]:
    """Return the last outcome of each page of the period, by department and notebook."""
    runs = [run for run in batch.history(workspace) if run["period"] == period.isoformat()]
    found = [Outcome(**page) for run in runs for page in run["pages"]]  # type: ignore[attr-defined]
    return {(outcome.department, outcome.notebook): outcome for outcome in found}


def _urgency(outcome: Outcome | None) -> float:
    """Return the priority of the department's shortlisted gaps in all: who is to be looked at first."""
    return float(outcome.answer.get("urgency", 0.0)) if outcome else 0.0


def _row(
    workspace: Workspace, period: datetime.date, department: str, outcomes: dict[tuple[str, str], Outcome]
) -> DepartmentRow:
    """Return the department's row: its verdict and changes are those that gap identification opens with."""
    folder = workspace.outputs(period)
    pages = tuple(_page(folder, department, name, outcomes.get((department, name))) for name in batch.PHASES)
    name, found = workspace.review.departments[department].name, outcomes.get((department, batch.PHASES[0]))
    if found is None or not pages[0].href or not found.answer:
        return DepartmentRow(department, name, "Gap identification has not been built", "unknown", pages)
    changed = found.answer["changed"] or {"since": "", "sentences": ()}
    return DepartmentRow(
        department,
        name,
        headline="",
        tone=found.answer["tone"],
        pages=pages,
        since=changed["since"],
        changes=tuple(changed["sentences"]),
        kpis=tuple(KpiMark(**kpi) for kpi in found.answer.get("kpis", ())),
    )


def _page(folder: Path, department: str, name: str, outcome: Outcome | None) -> Page:
    title, page = words.notebook(name), f"{department}/{name}.html"
    if outcome is None:
        return Page(department, name, title, None, "not built", "not asked for yet")
    if outcome.state != "built":
        return Page(department, name, title, None, outcome.state, outcome.reason)
    answer = outcome.answer or {"headline": "", "tone": "unknown"}
    files = {word: f"{department}/{name}{ending}" for word, ending in editions.ENDINGS.items()}
    made = tuple((word, file) for word, file in files.items() if (folder / file).is_file())
    return Page(department, name, title, page, "built", headline=answer["headline"], tone=answer["tone"], editions=made)


def _earlier(workspace: Workspace, period: datetime.date) -> list[Period]:
    pages = sorted((workspace.root / "outputs").glob("????-??-??/index.html"), reverse=True)
    days = [datetime.date.fromisoformat(page.parent.name) for page in pages]
    return [Period(words.period(day, workspace.every), f"../{day}/index.html") for day in days if day < period]
