"""What leaves the workbench as files for people: action plans, corrective-action reports, KPI tables, the register.

    OUT/<department>/action_plan    the five views, what is recommended and why, and the sheet to fill in
    OUT/<department>/corrective_actions    the three reports on every gap with an action
    OUT/<department>/kpis    each KPI as it stands, and its values
    OUT/register    every change that was ever kept, but no feedback forms, which may hold names

With CSV each sheet is a file of its own: action_plan_general.csv and so on.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import pandas as pd

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import archive, decisions, evidence, plan_sheet, proposals
from saypro_nb.keep.decisions import Standing
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.register import Register
from saypro_nb.review.agenda import Agenda
from saypro_nb.review.recommendations import CLOSED
from saypro_nb.run.workbook import Sheet, write_csv, write_excel
from saypro_nb.show import action_reports, plan_views

Format = Literal["xlsx", "csv"]

KPI_COLUMNS = [
    "name", "unit", "period", "value", "target", "benchmark", "usual", "gap", "gap_percent", "state", "since",
    "variation", "assurance", "trend", "priority",
]  # fmt: skip


def write(dossiers: Sequence[Dossier], out: Path, form: Format, *, overwrite: bool) -> list[Path]:
    """Write the files of every dossier and of the register, and return them.

    Raises InputError where a file is there already, since it may be a plan that somebody has filled in.
    """
    workspace = dossiers[0].workspace
    books = {out / dossier.department / name: sheets for dossier in dossiers for name, sheets in _books(dossier)}
    books[out / "register"] = [_register(workspace)]
    files = {file: part for book, sheets in books.items() for file, part in _files(book, sheets, form)}
    if not overwrite:
        _refuse_to_replace(files)
    for file, sheets in files.items():
        if form == "xlsx":
            write_excel(file, sheets, workspace.review.currency)
        else:
            write_csv(file, sheets[0])
    return list(files)


def _files(book: Path, sheets: Sequence[Sheet], form: Format) -> Iterator[tuple[Path, Sequence[Sheet]]]:
    if form == "xlsx":
        yield book.with_name(f"{book.name}.xlsx"), sheets
        return
    for sheet in sheets:
        ending = "" if len(sheets) == 1 else "_" + re.sub(r"\W+", "_", sheet.name.lower())
        yield book.with_name(f"{book.name}{ending}.csv"), [sheet]


def _refuse_to_replace(files: Mapping[Path, object]) -> None:
    remedy = "Give another folder with --out, or --overwrite if nobody has filled it in"
    faults = [Fault(str(file), "the file is there already", remedy) for file in files if file.exists()]
    if faults:
        raise InputError(faults)


def _books(dossier: Dossier) -> Iterator[tuple[str, list[Sheet]]]:
    agenda = proposals.agenda(dossier)
    yield "action_plan", _plan(dossier, agenda)
    yield "corrective_actions", _reports(agenda)
    yield "kpis", _kpis(dossier)


def _plan(dossier: Dossier, agenda: Agenda) -> list[Sheet]:
    shown = plan_views.views(agenda, dossier.values)
    views = [
        Sheet(plan_views.NAMES[name], table, (plan_views.BUDGET,), plan_views.STATUS, plan_views.STATUS_TONES)
        for name, table in shown.items()
    ]
    return [
        *views,
        Sheet("Recommendations", _titled(_recommended(agenda)), ("Budget",)),
        Sheet("Owners", _titled(agenda.load)),
        Sheet("Budget", _titled(agenda.costs), ("Planned", "Proposed", "Budget", "Over")),
        Sheet("Timeline", _titled(agenda.steps)),
        _to_fill_in(dossier, [Standing(draft, 0) for draft in agenda.drafts]),
    ]


def _recommended(agenda: Agenda) -> pd.DataFrame:
    ranked = agenda.recommended
    gap = [agenda.kpis[kpi].name if kpi in agenda.kpis else kpi for kpi in ranked["kpi"]]
    return ranked.drop(columns=["department", "kpi"]).assign(gap=gap)[
        ["gap", *[column for column in ranked.columns if column not in ("department", "kpi")]]
    ]


def _titled(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its columns' names as titles: "at_once" is "At once"."""
    return table.rename(columns=lambda name: str(name).replace("_", " ").capitalize())


def _to_fill_in(dossier: Dossier, drafts: Sequence[Standing]) -> Sheet:
    known = decisions.standing(dossier.register).values()
    unfinished = [
        one for one in known if one.action.department == dossier.department and one.action.status not in CLOSED
    ]
    statuses = ("not started", "pending", "in progress", "ongoing", "completed", "needs adjustment")
    choices = {"decision": plan_sheet.DECISIONS, "status": statuses, "term": ("short", "long")}
    table = plan_sheet.table([*unfinished, *drafts])
    return Sheet(plan_sheet.SHEET, table, ("budget",), choices=choices)


def _reports(agenda: Agenda) -> list[Sheet]:
    names = {"general": "General", "performance_gap": "Performance gap", "root_cause_and_impact": "Cause and impact"}
    return [Sheet(name, action_reports.table(action_reports.reports(agenda, form))) for form, name in names.items()]


def _kpis(dossier: Dossier) -> list[Sheet]:
    ranked = evidence.gaps(dossier)
    named = ranked.assign(
        name=[dossier.kpis[kpi].name for kpi in ranked["kpi"]], unit=[dossier.kpis[kpi].unit for kpi in ranked["kpi"]]
    )
    return [Sheet("KPIs", _titled(named[KPI_COLUMNS])), Sheet("Values", _titled(dossier.values))]


def _register(workspace: Workspace) -> Sheet:
    entries = Register.of(workspace).everything()
    return Sheet("Register", archive.table([entry for entry in entries if entry.kind != "feedback"]))
