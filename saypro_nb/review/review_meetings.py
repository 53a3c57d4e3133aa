"""The review meetings: what leadership goes through, and then each department, and who is told what afterwards.

An agenda is as long as its points. Where that is longer than the meeting, its `free` minutes are below zero, and the
page says so: nobody but the people who meet can tell which point to shorten.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from saypro_nb.agree.meetings import ReviewAgendas, Telling, Topic
from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Department
from saypro_nb.review import timetable
from saypro_nb.review.agenda import SignedOff
from saypro_nb.review.check_ins import Agenda, Line
from saypro_nb.review.timetable import Series

TITLES: dict[Topic, str] = {
    "opening": "Introduction and objectives",
    "findings": "Findings",
    "impact": "What they mean for the organisation's goals",
    "actions": "Proposed actions and their timelines",
    "resources": "Money and people",
    "discussion": "Feedback, concerns and suggestions",
    "next_steps": "Agreement on owners, dates and next steps",
}


@dataclass(frozen=True)
class ReviewMeeting:
    """A review meeting that is still to come, with its agenda; `department` is None for that of leadership."""

    department: str | None
    agenda: Agenda


def of_leadership(meetings: Sequence[ReviewMeeting]) -> ReviewMeeting:
    """Return leadership's own meeting."""
    return next(one for one in meetings if one.department is None)


@dataclass(frozen=True)
class Outcome:
    """What was decided on an action since leadership met before: the action as it stands now, and the decision."""

    action: Action
    signed: SignedOff


@dataclass(frozen=True)
class Load:
    """What a meeting has to get through: how many `findings` and `actions`, with a word for one of each."""

    findings: tuple[int, str]
    actions: tuple[int, str] = (0, "proposal")


def agenda(series: Series, when: datetime, rules: ReviewAgendas, load: Load, attendees: tuple[str, ...]) -> Agenda:
    """Return the agenda of one review meeting, its points one after another from the beginning on."""
    takes = rules.leadership if series.department is None else rules.department
    lead = "Department leads" if series.department is None else "Department lead"
    lines, starts = [], 0
    for topic, minutes in takes.items():
        speaks = {"actions": lead, "resources": "Finance", "discussion": "Everybody"}.get(topic, rules.facilitator)
        lines.append(Line(starts, minutes, _text(topic, minutes, load), speaks))
        starts += minutes
    return Agenda(series.title, when, series.minutes, attendees, tuple(lines), ())


def _text(topic: Topic, minutes: int, load: Load) -> str:
    """Return the point with how many matters it has, and how long that leaves for each."""
    many, word = {"findings": load.findings, "actions": load.actions}.get(topic, (0, ""))
    if not many:
        return TITLES[topic]
    if many == 1:
        return f"{TITLES[topic]}: one {word}"
    each = minutes // many
    time = "less than a minute" if each < 1 else "a minute" if each == 1 else f"{each} minutes"
    return f"{TITLES[topic]}: {many} {word}s, {time} for each"


@dataclass(frozen=True)
class Told:
    """A line of the communication plan: `to` whom, `by` whom, until when; `department` is None for all of them."""

    rule: Telling
    department: str | None
    to: str
    by: str
    until: date


@dataclass(frozen=True)
class Concern:
    """What the decisions on a department's actions mean for others: the `actions`, and which of them need people."""

    facts: Department
    met_on: date
    actions: Sequence[Action]
    personnel: bool


def communication(rules: Sequence[Telling], concerns: Mapping[str, Concern], leadership_on: date) -> list[Told]:
    """Return who is told what after the meetings, in the order of the days; nothing of departments without actions."""
    found = [told for rule in rules for told in _told(rule, concerns, leadership_on)]
    return sorted(found, key=lambda told: told.until)


def _told(rule: Telling, concerns: Mapping[str, Concern], leadership_on: date) -> Iterator[Told]:
    if rule.what == "outcome":
        leads = tuple(dict.fromkeys(one.facts.lead for one in concerns.values()))
        to, by = (_people(word, ", ".join(leads), "All teams", leads) for word in (rule.to, rule.by))
        yield Told(rule, None, to, by, leadership_on + timedelta(days=rule.days))
        return
    for name, one in concerns.items():
        if one.actions and _applies(rule, one):
            owners = tuple(dict.fromkeys(action.owner for action in one.actions))
            to, by = (
                _people(word, one.facts.lead, f"{one.facts.name} team", (one.facts.lead,), owners)
                for word in (rule.to, rule.by)
            )
            yield Told(rule, name, to, by, one.met_on + timedelta(days=rule.days))


def _applies(rule: Telling, one: Concern) -> bool:
    if rule.what == "money":
        return any(action.budget > 0 for action in one.actions)
    return one.personnel if rule.what == "people" else True


def _people(word: str, lead: str, team: str, leads: tuple[str, ...], owners: tuple[str, ...] = ()) -> str:
    meant = {"lead": (lead,), "team": (team,), "leads": leads, "owner": owners}
    return ", ".join(name for name in meant.get(word, (word,)) if name)


def meets_next(series: Series, day: date) -> datetime:
    """Return when a review meeting, which always comes back, is held next after `day`."""
    found = timetable.next_after(series, day)
    assert found is not None
    return found
