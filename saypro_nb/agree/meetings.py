"""Who is told, who has how long, and who meets when: the shapes of params/meetings.yaml, and what holds without it."""

from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from saypro_nb.agree.schema import Day, Id, Strict, Text

Every = Literal["weekly", "fortnightly", "monthly", "quarterly"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Reference = Annotated[str, StringConstraints(pattern=r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$")]
Days = Annotated[int, Field(ge=1, le=366)]
Minutes = Annotated[int, Field(ge=5, le=480)]


def _time_of_day(written: str) -> str:
    try:
        time.fromisoformat(written)
    except ValueError:
        raise ValueError(f"'{written}' is no time of day; write it such as '10:00'") from None
    return written


Clock = Annotated[str, AfterValidator(_time_of_day)]
"""A time of day, such as "10:00"; in quotes, since YAML reads 10:00 as six hundred."""


class Escalation(Strict):
    """How many days each holder has before an open alert, or what is overdue, goes to the next one.

    After `leadership_days` more it is overdue with leadership, too, and has nowhere else to go.
    """

    owner_days: Days = 7
    department_days: Days = 14
    leadership_days: Days = 14
    leadership: Text = "Leadership"


class Alerts(Strict):
    """When an alert is over, and who is told: `notify` names environment variables that hold addresses.

    An alert is over after `clear_after` periods in a row without a reason for it. The addresses under a department's
    id are told of its alerts only; those in SAYPRO_NOTIFY of everybody's.
    """

    clear_after: Annotated[int, Field(ge=1, le=26)] = 2
    notify: Mapping[Id, tuple[Reference, ...]] = {}


class Attendance(Strict):
    """Who attends: always, and when the agenda has a personnel action or money to decide on.

    ``lead`` stands for the department's lead, ``team`` for its team, ``leads`` for all leads, ``owner`` for the owner
    of the action that is looked back at; anything else is a role as it stands.
    """

    always: tuple[Text, ...]
    personnel: tuple[Text, ...] = ()
    budget: tuple[Text, ...] = ()


class Meeting(Strict):
    """A kind of meeting: its weekday, time of day, length in minutes, and who attends.

    `every` is its cadence. Check-ins have none here, since each department sets its own in review.yaml, nor have
    post-implementation reviews, which the end of an action brings about.
    """

    every: Every | None = None
    weekday: Weekday
    at: Clock
    minutes: Minutes
    attend: Attendance


class Slot(Strict):
    """What a department does otherwise than the other ones: the weekday, time or length of its check-ins."""

    weekday: Weekday | None = None
    at: Clock | None = None
    minutes: Minutes | None = None


class AgendaMinutes(Strict):
    """How long each point of a check-in's agenda takes; `opening` and `closing` are on every agenda."""

    opening: Annotated[int, Field(ge=0, le=60)] = 3
    overdue: Minutes = 8
    alert: Minutes = 8
    verdict: Minutes = 5
    proposal: Minutes = 8
    milestone: Minutes = 5
    watch: Minutes = 5
    closing: Annotated[int, Field(ge=0, le=60)] = 5


Topic = Literal["opening", "findings", "impact", "actions", "resources", "discussion", "next_steps"]
PointMinutes = Annotated[int, Field(ge=1, le=480)]
Points = Annotated[Mapping[Topic, PointMinutes], Field(min_length=1)]


_LEADERSHIP: Mapping[Topic, int] = {
    "opening": 5, "findings": 20, "actions": 20, "resources": 15, "discussion": 15, "next_steps": 10,
}  # fmt: skip
_DEPARTMENT: Mapping[Topic, int] = {"findings": 15, "actions": 20, "discussion": 15, "next_steps": 10}


class ReviewAgendas(Strict):
    """What the review meetings go through, in this order, and how many minutes each point takes.

    Nothing keeps an agenda from being longer than its meeting: the page says so. `facilitator` leads through both.
    """

    leadership: Points = Field(default=_LEADERSHIP)
    department: Points = Field(default=_DEPARTMENT)
    facilitator: Text = "Monitoring and evaluation"


class Telling(Strict):
    """Who is told what after a review meeting: `to` whom, `by` whom, and at the latest how many `days` after it.

    ``lead``, ``team``, ``leads`` and ``owner`` stand for people as in `Attendance`. What concerns a department is told
    after its own meeting, anything else after that of leadership.
    """

    what: Literal["outcome", "decisions", "ownership", "money", "people", "dates"]
    to: Text
    by: Text
    days: Days


LONG_AGO = date(2001, 1, 1)  # a Monday, before any data that are reviewed
_TEAM = Attendance(always=("lead", "team", "Monitoring and evaluation"), personnel=("HR",), budget=("Finance",))


class DepartmentReview(Strict):
    """The review with each department, on the working days after that of leadership, in the order of review.yaml.

    It is one department a day, or as many as it takes to have met all of them within three weeks; `at` is when the
    day's first one begins, and `times` are the beginnings of departments that meet at another time.
    """

    at: Clock = "14:00"
    minutes: Minutes = 60
    attend: Attendance = Attendance(
        always=("Leadership", "lead", "Monitoring and evaluation"), personnel=("HR",), budget=("Finance",)
    )
    times: Mapping[Id, Clock] = {}


class Kinds(Strict):
    """The kinds of meetings."""

    check_in: Meeting = Meeting(weekday="tuesday", at="10:00", minutes=60, attend=_TEAM)
    leadership: Meeting = Meeting(
        every="quarterly",
        weekday="thursday",
        at="09:00",
        minutes=90,
        attend=Attendance(
            always=("Leadership", "leads", "Monitoring and evaluation"), personnel=("HR",), budget=("Finance",)
        ),
    )
    department_review: DepartmentReview = DepartmentReview()
    feedback: Meeting = Meeting(every="quarterly", weekday="wednesday", at="14:00", minutes=60, attend=_TEAM)
    post_implementation: Meeting = Meeting(
        weekday="tuesday",
        at="15:00",
        minutes=45,
        attend=Attendance(always=("lead", "owner", "Monitoring and evaluation")),
    )

    @model_validator(mode="after")
    def _cadence_where_it_belongs(self) -> Self:
        for name in ("leadership", "feedback"):
            if getattr(self, name).every is None:
                raise ValueError(f"{name} needs 'every': weekly, fortnightly, monthly or quarterly")
        if self.check_in.every is not None:
            raise ValueError("check_in has no 'every' here: each department's is its check_in in params/review.yaml")
        if self.post_implementation.every is not None:
            raise ValueError("post_implementation has no 'every': it is held 3 to 6 months after an action's end")
        return self


_TELL = (
    Telling(what="ownership", to="owner", by="lead", days=2),
    Telling(what="dates", to="Monitoring and evaluation", by="lead", days=3),
    Telling(what="decisions", to="team", by="lead", days=5),
    Telling(what="money", to="Finance", by="Leadership", days=5),
    Telling(what="people", to="HR", by="Leadership", days=5),
    Telling(what="outcome", to="All staff", by="Leadership", days=7),
)


class MeetingParams(Strict):
    """params/meetings.yaml.

    `first_week` is the Monday on which the reviews begin: fortnights are counted from it, calendars begin with it, and
    no clock of `escalation` runs before it. Without it, they began long ago.
    """

    time_zone: str = "UTC"
    first_week: Day | None = None
    meetings: Kinds = Kinds()
    departments: Mapping[Id, Slot] = {}
    agenda: AgendaMinutes = AgendaMinutes()
    review_agendas: ReviewAgendas = ReviewAgendas()
    communication: tuple[Telling, ...] = _TELL
    alerts: Alerts = Alerts()
    escalation: Escalation = Escalation()

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, OSError, ValueError):  # unknown, a folder of zones, or no name at all
            raise ValueError(f"there is no time zone '{name}'; give one such as Europe/London") from None
        return name

    @field_validator("first_week")
    @classmethod
    def _is_a_monday(cls, day: date | None) -> date | None:
        if day is not None and day.weekday() != 0:
            raise ValueError(f"{day} is a {day:%A}; give a Monday")
        return day

    @property
    def begins(self) -> date:
        """The Monday on which the reviews began."""
        return self.first_week or LONG_AGO

    def check_in_of(self, department: str) -> Meeting:
        """Return the check-in as a department holds it."""
        own = self.departments.get(department, Slot()).model_dump(exclude_none=True)
        return self.meetings.check_in.model_copy(update=own)
