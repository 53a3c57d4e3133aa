"""The commands by which people are told of alerts, and take them up."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from saypro_nb.agree.decisions import Acknowledgement, as_kept, kind_of, subject_of
from saypro_nb.agree.errors import Fault, InputError, WorkbenchError, did_you_mean
from saypro_nb.agree.settings import Workspace
from saypro_nb.run.options import counted, pick, who_option, why_option

if TYPE_CHECKING:
    from saypro_nb.agree.decisions import Delivery
    from saypro_nb.keep.outbox import Letter
    from saypro_nb.review.alerts import Alert
    from saypro_nb.run.notices import Result


@click.command()
@click.option("--dry-run", is_flag=True, help="Only show what would go out, and to whom.")
def notify(folder: str, *, dry_run: bool) -> None:
    """Tell people of new alerts, once, and send again what could not be sent before."""
    from saypro_nb.keep import outbox
    from saypro_nb.keep.register import Register
    from saypro_nb.run import lock, notices

    workspace = Workspace.load(folder)
    served = notices.addresses(workspace)
    register = Register.of(workspace)
    alerts = _alerts(workspace)
    if dry_run:
        _show(notices.new(workspace, alerts, served, outbox.told(register)), outbox.unsent(register), served)
        return
    if not served:
        found = f"nobody is to be told of {counted(len(alerts), 'alert')}"
        raise InputError([Fault(notices.EVERYBODY, found, f"Set it: export {notices.EVERYBODY}='mailto://…'")])
    with lock.held(workspace.root / "outputs" / "notify.lock"):
        messages = notices.new(workspace, alerts, served, outbox.told(register))
        if messages:
            outbox.put(register, messages)
        _tell(notices.send_all(register, outbox.unsent(register)))


@click.command()
@click.argument("department")
@click.argument("kpi")
@click.option("--owner", required=True, help="Who investigates it.")
@who_option
@why_option
def acknowledge(folder: str, department: str, kpi: str, owner: str, who: str, why: str) -> None:
    """Take up the alert of a department's KPI, or hand it to another owner."""
    from saypro_nb.keep.register import Register

    workspace = Workspace.load(folder)
    pick("DEPARTMENT", (department,), tuple(workspace.review.departments))
    pick("KPI", (kpi,), tuple(workspace.owned_by(department)))
    open_alerts = {alert.kpi: alert for alert in _alerts(workspace, department) if alert.ended is None}
    if kpi not in open_alerts:
        remedy = did_you_mean(kpi, open_alerts) if open_alerts else f"{department} has no alert now"
        raise InputError([Fault("KPI", f"'{kpi}' gives no alert now", remedy)])
    said = Acknowledgement.model_validate(
        {"department": department, "kpi": kpi, "period": open_alerts[kpi].period, "owner": owner}
    )
    register, kind, subject = Register.of(workspace), kind_of(said), subject_of(said)
    seen = len(register.history(kind, subject))
    register.record(kind, subject, as_kept(said), who=who, why=why, seen=seen)
    click.echo(f"{department}, {kpi}: {owner} has taken up the alert that began on {open_alerts[kpi].began}.")


COMMANDS = (notify, acknowledge)
"""All of them; each takes the workspace's `folder` by an option that the command line gives to every command."""


def _alerts(workspace: Workspace, department: str = "") -> "list[Alert]":
    """Return the alerts of the latest period, of one department or of all."""
    from saypro_nb.keep import alerts, values
    from saypro_nb.keep.dossier import Dossier

    period = values.resolve("latest", workspace)
    departments = [department] if department else workspace.review.departments
    return [alert for name in departments for alert in alerts.alerts_of(Dossier(workspace, name, period))]


def _show(messages: "Sequence[Delivery]", unsent: "Sequence[Letter]", served: "dict[str, list[str]]") -> None:
    """Print what would go out, and where: an address by its name only, since it may hold a secret."""
    if not served:
        click.echo("There is no address: nobody would be told.")
    for message in messages:
        click.echo(f"To {message.address}: {message.title}\n{message.text}\n")
    for letter in unsent:
        doubt = ", and may have arrived" if letter.in_doubt else ""
        times = counted(letter.delivery.attempts, "time")
        click.echo(f"To {letter.delivery.address}, tried {times}{doubt}: {letter.delivery.title}")
    if not messages and not unsent:
        click.echo("There is nothing new to tell.")


def _tell(results: "Sequence[Result]") -> None:
    """Print what became of each message; raises WorkbenchError where one could not be sent."""
    for result in results:
        again = ", again, since it may have arrived before" if result.again else ""
        click.echo(f"{result.outcome}{again}: {result.address}, {result.title}")
    if not results:
        click.echo("There is nothing new to tell.")
    failed = [result.address for result in results if result.outcome == "failed"]
    if failed:
        raise WorkbenchError(
            f"Not reached: {', '.join(failed)}. The messages are kept in the register, and the next saypro notify "
            "sends them. Check the address, and whether what answers there is running."
        )
