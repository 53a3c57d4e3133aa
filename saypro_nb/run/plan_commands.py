"""The commands by which plans leave the workbench, come back filled in, and are decided on."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from saypro_nb.agree.decisions import SHAPES, Decision, HypothesisVerdict
from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Family
from saypro_nb.agree.settings import Workspace
from saypro_nb.run.options import counted, period_option, pick, said, who_option, why_option

if TYPE_CHECKING:
    from saypro_nb.keep.decisions import Standing
    from saypro_nb.keep.dossier import Dossier
    from saypro_nb.keep.plan_changes import Difference
    from saypro_nb.keep.register import Register

day_type = click.DateTime(["%Y-%m-%d"])
VERDICTS = {"confirm": "confirmed", "reject": "rejected", "leave-open": "open"}


@click.command()
@click.option("--department", "departments", multiple=True, help="Only this department; may be repeated.")
@period_option
@click.option("--format", "form", default="xlsx", type=click.Choice(["xlsx", "csv"]), help="Excel or CSV files.")
@click.option("--out", default="export", type=click.Path(file_okay=False), help="Folder for the files.")
@click.option("--calendar", is_flag=True, help="Only the meetings, as calendar.ics, renewed each time.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there, filled in or not.")
def export(
    folder: str, departments: tuple[str, ...], period: str, form: Any, out: str, *, overwrite: bool, calendar: bool
) -> None:
    """Write action plans, corrective-action reports, KPI tables and the register; or the meetings for a calendar."""
    from saypro_nb.run import export

    workspace = Workspace.load(folder)
    chosen = pick("--department", departments, tuple(workspace.review.departments))
    if calendar:
        _write_calendar(workspace, chosen, Path(out) / "calendar.ics")
        return
    files = export.write(_dossiers(workspace, chosen, period), Path(out), form, overwrite=overwrite)
    click.echo(f"{len(files)} files under {Path(out).resolve()}:")
    for file in files:
        click.echo(f"  {file.relative_to(out)}")


@click.command(name="import")
@click.argument("plan", type=click.Path(dir_okay=False))
@period_option
@click.option("--who", help="Who filled it in; needed with --yes.")
@click.option("--why", help="Why, in a few words; needed with --yes.")
@click.option("--yes", is_flag=True, help="Apply what is shown.")
def import_plan(folder: str, plan: str, period: str, who: str | None, why: str | None, yes: bool) -> None:
    """Show what a filled-in plan changes, and with --yes apply it: everything, or nothing."""
    from saypro_nb.keep import plan_changes, plan_sheet

    workspace = Workspace.load(folder)
    file = Path(plan)
    rows = plan_sheet.read(file)
    named = tuple(name for name in workspace.review.departments if name in {row.cells["department"] for row in rows})
    register = _register(workspace)
    drafts = _drafts(workspace, named, period)
    differences = plan_changes.compare(rows, file.name, register, drafts, workspace)
    for line in _told(differences):
        click.echo(line)
    if not differences:
        click.echo("The plan asks for nothing that the register doesn't hold.")
    elif yes:
        changes = [change for difference in differences for change in difference.changes]
        register.record_all(changes, who=said("--who", who), why=said("--why", why))
        click.echo(f"Applied: {counted(len(differences), 'row')}.")
    else:
        click.echo(f"{counted(len(differences), 'row')} to apply. Nothing is applied yet: add --yes, --who and --why.")


@click.command()
@click.argument("action")
@click.argument("decision", type=click.Choice(["approve", "adjust", "decline"]))
@who_option
@why_option
@click.option("--owner", help="Adjust: who owns the action.")
@click.option("--start", type=day_type, help="Adjust: its first day.")
@click.option("--end", type=day_type, help="Adjust: its last day.")
@click.option("--budget", type=float, help="Adjust: money for it.")
@click.option("--amount", type=float, help="Adjust: the level that its KPI is to reach.")
@click.option("--by", type=day_type, help="Adjust: the day on which that is judged.")
@click.option("--description", help="Adjust: what is to be done.")
@click.option("--resources", help="Adjust: staff, tools and training for it.")
@period_option
def decide(folder: str, action: str, decision: Decision, who: str, why: str, period: str, **adjusted: Any) -> None:
    """Approve, adjust or decline an action: one of the register, or one that is proposed."""
    from saypro_nb.keep import decisions

    workspace = Workspace.load(folder)
    register = _register(workspace)
    before = _standing(workspace, register, action, period)
    changes = {name: _day(value) for name, value in adjusted.items() if value is not None}
    after = decisions.changed(before.action, changes, action)
    owned = workspace.owned_by(before.action.department)
    decided, kept = decisions.settle(before, decision, after, owned, action)
    register.record_all(kept, who=who, why=why)
    click.echo(f"{decided.id}: {decided.status}, {decided.owner}, {decided.start} to {decided.end}.")


@click.command()
@click.argument("department")
@click.argument("kpi")
@click.argument("family", type=click.Choice(get_args(Family)))
@click.argument("verdict", type=click.Choice(list(VERDICTS)))
@who_option
@why_option
def judge(folder: str, department: str, kpi: str, family: Family, verdict: str, who: str, why: str) -> None:
    """Confirm, reject or leave open a cause family as the cause of a KPI's gap."""
    from saypro_nb.keep import decisions

    workspace = Workspace.load(folder)
    pick("DEPARTMENT", (department,), tuple(workspace.review.departments))
    pick("KPI", (kpi,), tuple(workspace.owned_by(department)))
    known = [item for item in workspace.causes.hypotheses if (item.department, item.family) == (department, family)]
    hypothesis = next((item.id for item in known if kpi in item.kpis), None)
    said = HypothesisVerdict.model_validate(
        {"department": department, "kpi": kpi, "family": family, "hypothesis": hypothesis, "verdict": VERDICTS[verdict]}
    )
    decisions.judge(_register(workspace), said, who=who, why=why)
    click.echo(f"{department}, {kpi}, {family}: {said.verdict}.")


@click.command()
@click.argument("subject")
@click.option("--kind", default="action", type=click.Choice(list(SHAPES)), help="What it is.")
@who_option
@why_option
def undo(folder: str, subject: str, kind: str, who: str, why: str) -> None:
    """Return an action (or another subject) to its state before the last change; that is kept as well."""
    from saypro_nb.keep import decisions

    register = _register(Workspace.load(folder))
    if kind == "action":
        entry = decisions.undo(register, subject, who=who, why=why)
    else:
        entry = register.undo(kind, subject, who=who, why=why, seen=len(register.history(kind, subject)))
    click.echo(f"{subject}: version {entry.version} is as version {entry.version - 2} was.")


@click.command()
@click.argument("subject")
@click.option("--kind", default="action", type=click.Choice(list(SHAPES)), help="What it is.")
def history(folder: str, subject: str, kind: str) -> None:
    """Show every change of an action (or another subject): when, who, why and what."""
    entries = _register(Workspace.load(folder)).history(kind, subject)
    if not entries:
        known = [entry.subject for entry in _register(Workspace.load(folder)).current(kind)]
        raise InputError([Fault("SUBJECT", f"the register has no {kind} '{subject}'", did_you_mean(subject, known))])
    before: Mapping[str, Any] = {}
    for entry in entries:
        click.echo(f"{entry.version}  {entry.at:%Y-%m-%d %H:%M} UTC  {entry.who}: {entry.why}")
        for name, value in entry.content.items():
            if before and before.get(name) != value:
                click.echo(f"     {name}: {_shown(before.get(name))} → {_shown(value)}")
        before = entry.content


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
def archive(folder: str, file: str) -> None:
    """Write the whole register to a .json or .csv file, without loss."""
    from saypro_nb.keep import archive

    entries = _register(Workspace.load(folder)).everything()
    archive.write(entries, Path(file))
    click.echo(f"{counted(len(entries), 'entry', 'entries')} in {Path(file).resolve()}")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
def restore(folder: str, file: str) -> None:
    """Add what the register lacks from a .json or .csv file that saypro archive wrote."""
    from saypro_nb.keep import archive

    added = archive.take_in(_register(Workspace.load(folder)), archive.read(Path(file)))
    click.echo(f"{counted(added, 'entry', 'entries')} added.")


COMMANDS = (export, import_plan, decide, judge, undo, history, archive, restore)
"""All of them; each takes the workspace's `folder` by an option that the command line gives to every command."""


def _register(workspace: Workspace) -> "Register":
    from saypro_nb.keep.register import Register

    return Register.of(workspace)


def _write_calendar(workspace: Workspace, departments: Sequence[str], file: Path) -> None:
    from saypro_nb.keep import calendars, whole
    from saypro_nb.run import ics

    published = calendars.publish(workspace)
    chosen = [one for one in published if one.meeting.department in (None, *departments)]
    whole.write(file, ics.write(chosen, workspace))
    click.echo(f"{counted(len(chosen), 'meeting')} in {file.resolve()}")


def _dossiers(workspace: Workspace, departments: Sequence[str], period: str) -> "list[Dossier]":
    from saypro_nb.keep import values
    from saypro_nb.keep.dossier import Dossier

    first = values.resolve(period, workspace)
    return [Dossier(workspace, department, first) for department in departments]


def _drafts(workspace: Workspace, departments: Sequence[str], period: str) -> dict[str, Action]:
    """Return what the library and the alignment review propose to the departments, by id."""
    from saypro_nb.keep import proposals

    dossiers = _dossiers(workspace, departments, period)
    return {draft.id: draft for dossier in dossiers for draft in proposals.agenda(dossier).drafts}


def _standing(workspace: Workspace, register: "Register", action: str, period: str) -> "Standing":
    """Return the action as it stands in the register, or as it is proposed."""
    from saypro_nb.keep import decisions

    known = decisions.standing(register)
    if action in known:
        return known[action]
    departments = tuple(workspace.review.departments)
    likely = tuple(name for name in departments if action.startswith(f"{name}-"))  # a proposal's id begins with it
    proposed = _drafts(workspace, likely or departments, period)
    if action not in proposed:
        found = f"no action '{action}' is in the register or proposed"
        raise InputError([Fault("ACTION", found, did_you_mean(action, [*proposed, *known]))])
    return decisions.Standing(proposed[action], 0)


def _told(differences: "Sequence[Difference]") -> Iterator[str]:
    """Yield the lines of what a plan asks for."""
    for difference in differences:
        what = difference.decision or ("enter" if difference.new else "change")
        yield f"{what} {difference.action.id} ({'new in the register' if difference.new else 'in the register'})"
        for name, (old, new) in difference.cells.items():
            yield f"  {name}: {_shown(old)} → {_shown(new)}"
        if difference.new and not difference.cells:
            yield f"  {difference.action.description} ({difference.action.owner}, {difference.action.budget:,.0f})"


def _shown(cell: Any) -> str:
    return "nothing" if cell in (None, "", []) else " / ".join(str(cell).splitlines())


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime.datetime) else value
