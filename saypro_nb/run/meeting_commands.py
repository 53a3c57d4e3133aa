"""The commands for check-ins: agenda, form, record and follow-up; and for an analyst's notes."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from saypro_nb.agree.decisions import Note, as_kept, kind_of, subject_of
from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.settings import Workspace
from saypro_nb.run.options import counted, period_option, pick, said, who_option, why_option

if TYPE_CHECKING:
    from saypro_nb.keep.dossier import Dossier
    from saypro_nb.show.html import Block

FORM_EXPLAINED = """\
# The record of a check-in. Fill it in during the meeting, then: saypro check-in DEPARTMENT --file THIS_FILE --who YOU
# status: not started, pending, in progress, ongoing, completed or needs adjustment
# impact: what the action has done to its KPI so far; decisions and participants: one a line, with a dash in front
# The status and next steps go to the actions in the register; an empty line under next_steps leaves them as they are.
"""


@click.command(name="check-in")
@click.argument("department")
@click.option("--form", type=click.Path(dir_okay=False), help="Write the record to fill in to this YAML file.")
@click.option("--file", "record", type=click.Path(dir_okay=False), help="Keep the record that this file holds.")
@click.option("--summary", is_flag=True, help="Show what the last check-in agreed.")
@click.option("--html", type=click.Path(dir_okay=False), help="Write what is shown as a page to be e-mailed, too.")
@click.option("--who", help="Who hands the record in; needed with --file.")
@click.option("--why", default="Check-in held", help="Why, in a few words.")
def check_in(folder: str, department: str, **asked: Any) -> None:
    """Show the agenda of a department's next check-in; write its form, keep its record, or sum the last one up."""
    chosen = [f"--{name}" for name, value in (("form", asked["form"]), ("file", asked["record"])) if value]
    chosen += ["--summary"] if asked["summary"] else []
    if len(chosen) > 1:
        raise InputError([Fault(", ".join(chosen), "these are different things", "Give one of them")])
    dossier = _dossier(Workspace.load(folder), department)
    if asked["form"]:
        _write_form(dossier, Path(asked["form"]))
        return
    if asked["record"]:
        _keep(dossier, Path(asked["record"]), asked["who"], asked["why"])
    title, block = _summary(dossier) if asked["record"] or asked["summary"] else _agenda(dossier)
    click.echo(f"{title}\n{block.text}")
    if asked["html"]:
        _write_page(dossier, Path(asked["html"]), title, block)


@click.command()
@click.argument("department")
@click.argument("kpi", required=False)
@click.option("--text", required=True, help="What the page is to say.")
@who_option
@why_option
@period_option
def note(folder: str, department: str, kpi: str | None, text: str, who: str, why: str, period: str) -> None:
    """Add an analyst's note to a department's pages of a period, or to one KPI of it; a later one takes its place."""
    from saypro_nb.keep import values
    from saypro_nb.keep.register import Register

    workspace = Workspace.load(folder)
    pick("DEPARTMENT", (department,), tuple(workspace.review.departments))
    if kpi is not None:
        pick("KPI", (kpi,), tuple(workspace.owned_by(department)))
    first = values.resolve(period, workspace)
    if not text.strip():
        raise InputError([Fault("--text", "nothing is said", "Write the note")])
    said = Note(department=department, kpi=kpi, period=first, text=text)
    register, kind, subject = Register.of(workspace), kind_of(said), subject_of(said)
    seen = len(register.history(kind, subject))
    register.record(kind, subject, as_kept(said), who=who, why=why, seen=seen)
    click.echo(f"{subject}: {'noted' if not seen else 'noted, in place of the earlier note'}.")


COMMANDS = (check_in, note)
"""All of them; each takes the workspace's `folder` by an option that the command line gives to every command."""


def _dossier(workspace: Workspace, department: str) -> "Dossier":
    from saypro_nb.keep import values
    from saypro_nb.keep.dossier import Dossier

    pick("DEPARTMENT", (department,), tuple(workspace.review.departments))
    return Dossier(workspace, department, values.resolve("latest", workspace))


def _write_form(dossier: "Dossier", file: Path) -> None:
    from saypro_nb.keep import check_ins, whole

    if file.exists():
        remedy = "Give another name, or delete it if nobody has filled it in"
        raise InputError([Fault(str(file), "the file is there already", remedy)])
    following = check_ins.prepare(dossier)
    whole.write(file, FORM_EXPLAINED + check_ins.form(following))
    click.echo(f"{file}: the record of {following.record.held_on}, {counted(len(following.record.actions), 'action')}.")


def _keep(dossier: "Dossier", file: Path, who: str | None, why: str) -> None:
    from saypro_nb.keep import check_ins, sittings

    who = said("--who", who)
    record = check_ins.read(file, dossier)
    kept = sittings.keep(dossier.register, sittings.sit(dossier, record), record, who=who, why=why)
    click.echo(f"Kept: the check-in of {record.held_on}; {counted(len(kept) - 1, 'action')} changed.\n")


def _agenda(dossier: "Dossier") -> "tuple[str, Block]":
    from saypro_nb.keep import check_ins
    from saypro_nb.show import check_in_views

    return f"{dossier.facts.name}: check-in", check_in_views.agenda(check_ins.prepare(dossier).agenda)


def _summary(dossier: "Dossier") -> "tuple[str, Block]":
    from dataclasses import replace

    from saypro_nb.keep import sittings
    from saypro_nb.show import check_in_views
    from saypro_nb.show.words import day

    found = sittings.last(dossier)
    if found is None:
        where = f"saypro check-in {dossier.department} --summary"
        remedy = f"Begin with saypro check-in {dossier.department} --form"
        raise InputError([Fault(where, "no check-in has been recorded yet", remedy)])
    actions = {action.id: action for action in replace(dossier).actions}  # as they are after the record was kept
    title = f"{dossier.facts.name}: check-in of {day(found.held_on)}"
    return title, check_in_views.summary(found, actions, dossier.kpis)


def _write_page(dossier: "Dossier", file: Path, title: str, block: "Block") -> None:
    from saypro_nb.keep import whole
    from saypro_nb.run import letter
    from saypro_nb.run.report import Heading
    from saypro_nb.show import words

    workspace = dossier.workspace
    heading = Heading(workspace.review.organisation, words.period(dossier.period, workspace.every), dossier.facts.name)
    whole.write(file, letter.render(heading, title, block))
    click.echo(f"\n{file.resolve()}")
