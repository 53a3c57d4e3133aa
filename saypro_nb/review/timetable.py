"""The schedule of meetings as data: which there are, when each is held, and who attends.

A meeting that comes back is a series: its first day, its time of day, and its cadence. A monthly meeting is on the
first such weekday of each month, a quarterly one of each quarter. The reviews with departments follow that of
leadership, each so many days after it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count, islice, takewhile
from typing import Literal, get_args

from saypro_nb.agree.meetings import Attendance, Every, Meeting, MeetingParams, Weekday
from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Department
from saypro_nb.review import lookback

Kind = Literal["check_in", "leadership", "department_review", "feedback", "post_implementation"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
WEEKS: dict[Every, int] = {"weekly": 1, "fortnightly": 2}
ORGANISATION: dict[Literal["leadership", "feedback"], str] = {
    "leadership": "Leadership review",
    "feedback": "Feedback on what has changed",
}
MONTHS: dict[Every, int] = {"monthly": 1, "quarterly": 3}
SATURDAY = WEEKDAYS.index("saturday")
WORKING_DAYS = 15  # within which every department is met; a calendar can't tell of more than three weeks by one rule


@dataclass(frozen=True)
class Series:
    """A meeting and its repetitions: `starts` is the first one in local time; without `every` it is the only one.

    `id` is the same for as long as the meeting is about the same, whatever its time: "check_in/sales". Where it follows
    another meeting, `days_after` says by how many days, and the cadence is the other one's.
    """

    id: str
    kind: Kind
    title: str
    department: str | None
    starts: datetime
    minutes: int
    every: Every | None
    attendees: tuple[str, ...]
    days_after: int = 0


def schedule(
    params: MeetingParams, departments: Mapping[str, Department], actions: Sequence[Action] = ()
) -> list[Series]:
    """Return every meeting: check-ins, leadership and then its reviews with departments, feedback, and looks back."""
    found = [_check_in(params, name, facts) for name, facts in departments.items()]
    found += reviews(params, departments)
    found.append(_of_all(params, "feedback", departments))
    return [*found, *(_look_back(params, action, departments[action.department]) for action in _to_review(actions))]


def reviews(params: MeetingParams, departments: Mapping[str, Department]) -> list[Series]:
    """Return leadership's review, and then the one with each department."""
    leadership = _of_all(params, "leadership", departments)
    a_day = -(-len(departments) // WORKING_DAYS)
    days = list(islice(_working_days_after(leadership.starts.weekday()), WORKING_DAYS))
    followed = [
        _with_department(params, leadership, name, departments[name], (days[place // a_day], place % a_day))
        for place, name in enumerate(departments)
    ]
    return [leadership, *followed]


def first_on(every: Every, weekday: Weekday, begins: date) -> date:
    """Return the first day of a series with that cadence on that weekday, on the day `begins` or later."""
    if every in WEEKS:
        return _next(weekday, begins)
    month = begins.replace(day=1)
    while _next(weekday, month) < begins or (every == "quarterly" and month.month % 3 != 1):
        month = _months_later(month, 1)
    return _next(weekday, month)


def held_from(series: Series, day: date) -> Iterator[datetime]:
    """Yield the times at which the series is held, on `day` and later, without end if it has none."""
    place = 0
    while series.every is not None or place == 0:
        when = _repetition(series, place)
        if when.date() >= day:
            yield when
        place += 1


def next_after(series: Series, day: date) -> datetime | None:
    """Return when the series is held next after `day`; None where it isn't any more."""
    return next(held_from(series, day + timedelta(days=1)), None)


def last_until(series: Series, day: date) -> date | None:
    """Return the day on which the series was held last, up to and including `day`; None before the first time."""
    held = takewhile(lambda when: when.date() <= day, held_from(series, series.starts.date()))
    return max((when.date() for when in held), default=None)


def attendees(
    rule: Attendance,
    *,
    lead: str,
    team: str,
    leads: Sequence[str] = (),
    owner: str = "",
    personnel: bool = False,
    budget: bool = False,
) -> tuple[str, ...]:
    """Return who attends, each once: roles as they stand, and those that a word stands for (see `Attendance`)."""
    words = {"lead": [lead], "team": [team], "leads": list(leads), "owner": [owner] if owner else []}
    asked = [*rule.always, *(rule.personnel if personnel else ()), *(rule.budget if budget else ())]
    return tuple(dict.fromkeys(name for word in asked for name in words.get(word, [word])))


def _check_in(params: MeetingParams, department: str, facts: Department) -> Series:
    meeting = params.check_in_of(department)
    first = first_on(facts.check_in, meeting.weekday, params.begins)
    who = attendees(meeting.attend, lead=facts.lead, team=f"{facts.name} team")
    title = f"{facts.name}: check-in"
    return Series(
        f"check_in/{department}",
        "check_in",
        title,
        department,
        _at(first, meeting),
        meeting.minutes,
        facts.check_in,
        who,
    )


def _of_all(
    params: MeetingParams, kind: Literal["leadership", "feedback"], departments: Mapping[str, Department]
) -> Series:
    meeting: Meeting = getattr(params.meetings, kind)
    assert meeting.every is not None  # params without are refused
    leads = list(dict.fromkeys(facts.lead for facts in departments.values()))
    who = attendees(meeting.attend, lead=", ".join(leads), team="All teams", leads=leads)
    first = first_on(meeting.every, meeting.weekday, params.begins)
    return Series(kind, kind, ORGANISATION[kind], None, _at(first, meeting), meeting.minutes, meeting.every, who)


def _with_department(
    params: MeetingParams, leadership: Series, name: str, facts: Department, slot: tuple[int, int]
) -> Series:
    """Return the review with a department; `slot` are the days after leadership's, and the place on that day."""
    meeting, (days_after, place) = params.meetings.department_review, slot
    begins = time.fromisoformat(meeting.times.get(name, meeting.at))
    starts = datetime.combine(leadership.starts.date() + timedelta(days=days_after), begins)
    if name not in meeting.times:
        starts += timedelta(minutes=place * meeting.minutes)
    return Series(
        f"department_review/{name}",
        "department_review",
        f"{facts.name}: review with leadership",
        name,
        starts,
        meeting.minutes,
        leadership.every,
        attendees(meeting.attend, lead=facts.lead, team=f"{facts.name} team"),
        days_after,
    )


def _working_days_after(weekday: int) -> Iterator[int]:
    """Yield by how many days each working day follows a weekday, without end."""
    return (days for days in count(1) if (weekday + days) % 7 < SATURDAY)


def _look_back(params: MeetingParams, action: Action, facts: Department) -> Series:
    """Return the post-implementation review of an action, on the first day that fits, three months after its end."""
    meeting = params.meetings.post_implementation
    opens = lookback.window(action, action.end).review_from
    who = attendees(meeting.attend, lead=facts.lead, team=f"{facts.name} team", owner=action.owner)
    return Series(
        f"post_implementation/{action.id}",
        "post_implementation",
        f"{facts.name}: look back at {action.id}, {action.description}",
        action.department,
        _at(_next(meeting.weekday, opens), meeting),
        meeting.minutes,
        None,
        who,
    )


def _to_review(actions: Sequence[Action]) -> list[Action]:
    return [action for action in actions if action.status not in lookback.NOT_CARRIED_OUT]


def _repetition(series: Series, place: int) -> datetime:
    if series.every is None or series.every in WEEKS:
        return series.starts + timedelta(weeks=place * WEEKS.get(series.every or "weekly", 1))
    followed = series.starts.date() - timedelta(days=series.days_after)
    month = _months_later(followed.replace(day=1), place * MONTHS[series.every])
    day = _next(WEEKDAYS[followed.weekday()], month) + timedelta(days=series.days_after)
    return datetime.combine(day, series.starts.time())


def _next(weekday: Weekday, day: date) -> date:
    """Return that weekday on `day` or after it."""
    return day + timedelta(days=(WEEKDAYS.index(weekday) - day.weekday()) % 7)


def _months_later(first: date, months: int) -> date:
    months += first.month - 1
    return first.replace(year=first.year + months // 12, month=months % 12 + 1)


def _at(day: date, meeting: Meeting) -> datetime:
    return datetime.combine(day, time.fromisoformat(meeting.at))
