"""Telling people: what is new for each address, and its way through the outbox.

Addresses are Apprise URLs (https://appriseit.com), which reach e-mail, chat and webhooks. They come from the
environment only: SAYPRO_NOTIFY for everybody's alerts, and the variables that params/meetings.yaml names for one
department's; a variable may hold several, with spaces between. Here an address is known by its variable and place.
"""

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from saypro_nb.agree.decisions import Delivery, Told
from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import outbox
from saypro_nb.keep.outbox import Letter, Outcome
from saypro_nb.keep.register import Register
from saypro_nb.review.alerts import Alert
from saypro_nb.show import alert_words

EVERYBODY = "SAYPRO_NOTIFY"


@dataclass(frozen=True)
class Result:
    """What became of a message: its address by name, its title, the outcome, and whether it was sent in doubt."""

    address: str
    title: str
    outcome: Outcome
    again: bool


def addresses(workspace: Workspace) -> dict[str, list[str]]:
    """Return the departments that each address is told of; raises InputError where a variable isn't set."""
    departments = list(workspace.review.departments)
    served = dict.fromkeys(_places(EVERYBODY), departments)
    missing = []
    for department, references in workspace.meetings.alerts.notify.items():
        for variable in (reference[2:-1] for reference in references):
            if not _places(variable):
                missing.append(_not_set(variable, department))
            for name in _places(variable):
                served[name] = [*served.get(name, []), *([] if department in served.get(name, []) else [department])]
    if missing:
        raise InputError(missing)
    return served


def new(
    workspace: Workspace, alerts: Sequence[Alert], served: Mapping[str, Sequence[str]], told: Mapping[str, list[Told]]
) -> list[Delivery]:
    """Return a message for each address that must learn of an alert, or of a second reason for one.

    What it was told before, or is about to be, is not told again as long as the alert lasts.
    """
    found = []
    for address, departments in served.items():
        unsaid = {alert: _unsaid(alert, told.get(address, [])) for alert in alerts if alert.ended is None}
        news = {
            department: [alert for alert, items in unsaid.items() if items and alert.department == department]
            for department in departments
        }
        news = {department: mine for department, mine in news.items() if mine}
        if news:
            tells = [item for mine in news.values() for alert in mine for item in unsaid[alert]]
            found.append(_message(workspace, address, news, tells))
    return found


def send_all(register: Register, letters: Iterable[Letter]) -> list[Result]:
    """Try to send every message, and return what became of each; one that fails keeps no other one back."""
    with _silent():
        return [
            Result(
                letter.delivery.address,
                letter.delivery.title,
                outbox.send(register, letter, _by_apprise),
                letter.in_doubt,
            )
            for letter in letters
        ]


def _message(
    workspace: Workspace, address: str, news: Mapping[str, Sequence[Alert]], tells: Sequence[Told]
) -> Delivery:
    names, review = workspace.names, workspace.review
    return Delivery(
        address=address,
        tells=tuple(tells),
        title=alert_words.title(review.organisation, news, names),
        text=alert_words.message(news, workspace.kpis, names, review.currency),
        state="waiting",
    )


def _unsaid(alert: Alert, told: Sequence[Told]) -> list[Told]:
    """Return the alert's present reasons that were not told since it began."""
    said = {
        item.reason
        for item in told
        if (item.department, item.kpi) == (alert.department, alert.kpi) and alert.covers(item.period)
    }
    return [
        Told(department=alert.department, kpi=alert.kpi, reason=held.reason, period=alert.period)
        for held in alert.reasons
        if held.holds and held.reason not in said
    ]


def _places(variable: str) -> list[str]:
    return [f"{variable}#{place}" for place, _ in enumerate(os.environ.get(variable, "").split(), start=1)]


def _not_set(variable: str, department: str) -> Fault:
    where = f"params/meetings.yaml, alerts.notify.{department}"
    return Fault(where, f"the environment has no {variable}", f"Set it: export {variable}=…")


def _by_apprise(address: str, title: str, text: str) -> bool:
    """Send to the address of that name, and return whether it was taken; no word of it reaches a log."""
    from apprise import Apprise, NotifyFormat

    variable, _, place = address.partition("#")
    urls = os.environ.get(variable, "").split()
    if int(place) > len(urls):
        return False
    sender = Apprise()
    try:
        return bool(sender.add(urls[int(place) - 1])) and bool(
            sender.notify(body=text, title=title, body_format=NotifyFormat.TEXT)
        )
    except Exception:  # whatever it is, its words may hold the address; the message stays to be sent
        return False


@contextmanager
def _silent() -> Iterator[None]:
    """Keep Apprise and what it calls from writing addresses, which hold secrets, to a log or the terminal."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
