"""What the register holds: the kinds of its subjects, and the shape of what is decided, signed and noted of each.

A subject is what changes are kept of; its name is made of what it is about, so that two people who decide the same
thing meet in one place.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from saypro_nb.agree.contract import vocabulary
from saypro_nb.agree.plans import Action, Status
from saypro_nb.agree.schema import Family, Form, Id, Priority, Strict, Text, Weight

Kind = Literal[
    "action",
    "hypothesis",
    "ranking",
    "sign_off",
    "check_in",
    "note",
    "acknowledgement",
    "delivery",
    "meeting",
    "feedback",
]
Verdict = Literal["confirmed", "rejected", "open"]
Decision = Literal["approve", "adjust", "decline"]


class HypothesisVerdict(Strict):
    """What the meeting thinks of a cause family as the cause of a gap; `hypothesis` names the library's, if any."""

    department: Id
    kpi: Id
    family: Family
    hypothesis: Id | None = None
    verdict: Verdict


class Ranking(Strict):
    """How a department's meeting ranks its gaps: by these `weights` of KPIs and this `priority` instead of params'.

    What isn't said here is as params say.
    """

    department: Id
    weights: dict[Id, Weight] = Field(default_factory=dict)
    priority: Priority | None = None


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
    """The record of a check-in, with the day of the next one; `withdrawn`, it was taken back."""

    department: Id
    held_on: date
    participants: tuple[Text, ...]
    actions: tuple[CheckedAction, ...] = ()
    summary: str = ""
    decisions: tuple[Text, ...] = ()
    watch: tuple[Id, ...] = ()
    next_update: date | None = None
    withdrawn: bool = False


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

    `days_after` is by how many days it follows the meeting whose cadence it has (see `review.timetable`).

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
    days_after: int = 0
    cancelled: bool = False


class FilledForm(Strict):
    """A feedback form that somebody filled in; `withdrawn`, it was taken back.

    `answers` are cells of the table ``feedback`` (see `contract`), as text; `further` are the answers to questions of
    the department's own, by their ids.
    """

    id: Id
    department: Id
    date: date
    form: Form
    answers: Mapping[str, Annotated[str, StringConstraints(min_length=1)]]
    further: Mapping[Id, Text] = {}
    withdrawn: bool = False

    @model_validator(mode="after")
    def _fits_the_contract(self) -> Self:
        for name, answer in self.answers.items():
            known = vocabulary(name, self.form)
            if known is None:
                raise ValueError(f"there is no question '{name}'")
            given = answer.split(";") if name == "challenges" else [answer]
            if known and not known.issuperset(given):
                raise ValueError(f"'{answer}' is no answer to '{name}'")
        return self


Content = (
    Action
    | HypothesisVerdict
    | Ranking
    | SignOff
    | CheckIn
    | Note
    | Acknowledgement
    | Delivery
    | InCalendars
    | FilledForm
)

SHAPES: dict[Kind, type[BaseModel]] = {
    "action": Action,
    "hypothesis": HypothesisVerdict,
    "ranking": Ranking,
    "sign_off": SignOff,
    "check_in": CheckIn,
    "note": Note,
    "acknowledgement": Acknowledgement,
    "delivery": Delivery,
    "meeting": InCalendars,
    "feedback": FilledForm,
}


def kind_of(content: Content) -> Kind:
    """Return the kind under which `content` is kept."""
    return next(kind for kind, shape in SHAPES.items() if isinstance(content, shape))


def subject_of(content: Content) -> str:
    """Return the name of the subject that `content` is the state of; ids have no "/", so no two subjects share one."""
    if isinstance(content, Action | InCalendars | FilledForm):
        return content.id
    if isinstance(content, Delivery):
        return content.subject
    if isinstance(content, SignOff | Ranking):
        return content.action if isinstance(content, SignOff) else content.department
    if isinstance(content, HypothesisVerdict):
        return f"{content.department}/{content.kpi}/{content.family}"
    if isinstance(content, CheckIn):
        return f"{content.department}/{content.held_on}"
    return "/".join(str(part) for part in (content.department, content.kpi, content.period) if part)


def as_kept(content: Content) -> dict[str, Any]:
    """Return `content` as JSON can hold it."""
    return content.model_dump(mode="json")
