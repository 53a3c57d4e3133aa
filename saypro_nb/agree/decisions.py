"""What the register holds: the kinds of its subjects, and the shape of what is decided, signed and noted of each.

A subject is what changes are kept of; its name is made of what it is about, so that two people who decide the same
thing meet in one place.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, StringConstraints

from saypro_nb.agree.plans import Action, Status
from saypro_nb.agree.schema import Family, Id, Strict, Text

Kind = Literal["action", "hypothesis", "sign_off", "check_in", "note", "acknowledgement", "delivery", "meeting"]
Verdict = Literal["confirmed", "rejected", "open"]
Decision = Literal["approve", "adjust", "decline"]


class HypothesisVerdict(Strict):
    """What the meeting thinks of a cause family as the cause of a gap; `hypothesis` names the library's, if any."""

    department: Id
    kpi: Id
    family: Family
    hypothesis: Id | None = None
    verdict: Verdict


class SignOff(Strict):
    """What was decided on an action, and which `version` of it was signed."""

    department: Id
    action: Id
    version: int
    verdict: Literal["approved", "adjusted", "declined", "withdrawn"]


class CheckedAction(Strict):
    """A line of a check-in: where an action stands, and what it has done to its KPI so far."""

    action: Id
    status: Status
    impact: str = ""
    challenges: str = ""
    next_steps: str = ""
    responsible: str = ""


class CheckIn(Strict):
    """The record of a check-in, with the day of the next one."""

    department: Id
    held_on: date
    participants: tuple[Text, ...]
    actions: tuple[CheckedAction, ...] = ()
    summary: str = ""
    decisions: tuple[Text, ...] = ()
    watch: tuple[Id, ...] = ()
    next_update: date | None = None


class Note(Strict):
    """What an analyst adds to a department's page, or to one KPI of it, for the period that begins on `period`."""

    department: Id
    kpi: Id | None = None
    period: date
    text: Text


@dataclass(frozen=True)
class Noted:
    """A note with who wrote it, and on which day."""

    note: Note
    who: str
    on: date


class Acknowledgement(Strict):
    """Who has taken up the alert that a KPI gave for the period that begins on `period`."""

    department: Id
    kpi: Id
    period: date
    owner: Text


class Told(Strict):
    """That a message says for which `reason` a KPI gives an alert; `period` begins its last known one."""

    department: Id
    kpi: Id
    reason: Literal["threshold", "signal"]
    period: date


class Delivery(Strict):
    """A message to one address, and what has become of it.

    `address` names the environment variable that holds it (``#2`` is the second one in it), never the address itself.
    ``sending`` is kept before each attempt and ``sent`` or ``failed`` after it, so a state that stays ``sending``
    tells of a program that ended in between: whether the message arrived is not known.
    """

    address: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*#[1-9][0-9]*$", max_length=100)]
    tells: tuple[Told, ...]
    title: Text
    text: str
    state: Literal["waiting", "sending", "sent", "failed"]
    attempts: int = 0

    @property
    def subject(self) -> str:
        """The name by which the message is known; the same news for the same address have the same one."""
        news = sorted(tuple(map(str, vars(item).values())) for item in self.tells)
        return f"{self.address}/{hashlib.sha256(repr(news).encode()).hexdigest()[:12]}"


class InCalendars(Strict):
    """A meeting as it was last written for calendars; `starts` is in local time, without `every` it is the only one.

    Its entry's version and time become the calendar's SEQUENCE and DTSTAMP, so that a change reaches those who have
    the meeting in their calendars already.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]+(/[A-Za-z0-9][A-Za-z0-9_-]{0,119})?$")]
    department: Id | None
    title: str
    time_zone: Text
    starts: datetime
    minutes: int
    every: Literal["weekly", "fortnightly", "monthly", "quarterly"] | None
    attendees: tuple[str, ...]
    cancelled: bool = False


Content = Action | HypothesisVerdict | SignOff | CheckIn | Note | Acknowledgement | Delivery | InCalendars

SHAPES: dict[Kind, type[BaseModel]] = {
    "action": Action,
    "hypothesis": HypothesisVerdict,
    "sign_off": SignOff,
    "check_in": CheckIn,
    "note": Note,
    "acknowledgement": Acknowledgement,
    "delivery": Delivery,
    "meeting": InCalendars,
}


def kind_of(content: Content) -> Kind:
    """Return the kind under which `content` is kept."""
    return next(kind for kind, shape in SHAPES.items() if isinstance(content, shape))


def subject_of(content: Content) -> str:
    """Return the name of the subject that `content` is the state of; ids have no "/", so no two subjects share one."""
    if isinstance(content, Action | InCalendars):
        return content.id
    if isinstance(content, Delivery):
        return content.subject
    if isinstance(content, SignOff):
        return content.action
    if isinstance(content, HypothesisVerdict):
        return f"{content.department}/{content.kpi}/{content.family}"
    if isinstance(content, CheckIn):
        return f"{content.department}/{content.held_on}"
    return "/".join(str(part) for part in (content.department, content.kpi, content.period) if part)


def as_kept(content: Content) -> dict[str, Any]:
    """Return `content` as JSON can hold it."""
    return content.model_dump(mode="json")
