"""The review meetings as people read them: schedule, agendas, the sheet to sign, and who is told what afterwards."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pandas as pd

from saypro_nb.review import review_meetings, timetable
from saypro_nb.review.review_meetings import ReviewMeeting, Told
from saypro_nb.review.timetable import Series
from saypro_nb.review.wanted import Wanted
from saypro_nb.show import leadership_findings
from saypro_nb.show.blocks import notes, stack
from saypro_nb.show.check_in_views import points
from saypro_nb.show.html import Block, render
from saypro_nb.show.leadership_findings import Agendas, Names
from saypro_nb.show.tables import Column, table
from saypro_nb.show.words import counted, listed, short_day

WHATS = {
    "outcome": "What leadership has decided, and what follows from it",
    "decisions": "Which actions were approved, adjusted or declined, and why",
    "ownership": "What each owner leads, until when, and what counts as success",
    "money": "What is granted, for which actions and quarters",
    "people": "Hiring, staffing and training that were approved",
    "dates": "Milestones and measures of success, to be followed up",
}
"""What is told after a review meeting (see `agree.meetings.Telling`)."""


MARKED = ("proposal", "correction")  # what is approved, adjusted or declined; other decisions are written down


def schedule(meetings: Sequence[ReviewMeeting], agendas: Agendas, names: Names) -> Block:
    """Return when who meets about what, in the order of time."""
    rows = [
        {
            "title": names[one.department] if one.department else "Leadership",
            "day": one.agenda.when.date(),
            "time": f"{one.agenda.when:%H:%M} – {one.agenda.when + timedelta(minutes=one.agenda.minutes):%H:%M}",
            "attendees": ", ".join(one.agenda.attendees),
            "focus": _focus(one, agendas),
        }
        for one in meetings
    ]
    columns = [
        Column("title", "Review with"),
        Column("day", "Date"),
        Column("time", "Time"),
        Column("attendees", "Attend"),
        Column("focus", "Focus"),
    ]
    caption = "Review meetings, in the order of time"
    return table(pd.DataFrame(rows), columns, caption=caption, file_name="schedule")


def agenda_of_each(meetings: Sequence[ReviewMeeting]) -> Block:
    """Return the agenda of each meeting in the order of time, with a warning where it is longer than the meeting."""
    return stack(*(_agenda(one) for one in meetings))


def _agenda(one: ReviewMeeting) -> Block:
    too_long = leadership_findings.too_long([one])
    warned = [notes(too_long, title="Too long")] if too_long else []
    attend = notes([", ".join(one.agenda.attendees)], title="Attend")
    return stack(*warned, points(one.agenda, f"{one.agenda.department}, agenda"), attend)


def communication(found: Sequence[Told], names: Names) -> Block:
    """Return who is told what, by whom and until when."""
    rows = [
        {
            "to": told.to,
            "what": WHATS[told.rule.what],
            "department": names[told.department] if told.department else "All departments",
            "by": told.by,
            "until": told.until,
        }
        for told in found
    ]
    columns = [
        Column("to", "Who is told"),
        Column("what", "What"),
        Column("department", "Of"),
        Column("by", "By whom"),
        Column("until", "Until"),
    ]
    frame = pd.DataFrame(rows, columns=[column.key for column in columns])
    return table(frame, columns, caption="Who is told what", file_name="communication", empty="Nobody has to be told.")


def follow_up(series: Sequence[Series], today: date) -> Block:
    """Return when each meeting is held next after `today`, in the order of time."""
    held = [(one, timetable.next_after(one, today)) for one in series]
    rows = [
        {"title": one.title, "day": when.date(), "time": f"{when:%H:%M}", "attendees": ", ".join(one.attendees)}
        for one, when in sorted(held, key=lambda pair: (pair[1] is None, pair[1]))
        if when is not None
    ]
    columns = [
        Column("title", "Meeting"),
        Column("day", "Next on"),
        Column("time", "At"),
        Column("attendees", "Attend"),
    ]
    frame = pd.DataFrame(rows, columns=[column.key for column in columns])
    return table(frame, columns, caption="Follow-up dates", file_name="follow_up", empty="No meeting is planned.")


def preparation(meetings: Sequence[ReviewMeeting], facilitator: str, sent_before: date) -> Block:
    """Return what is to be done before leadership meets."""
    leadership = review_meetings.of_leadership(meetings).agenda
    return notes(
        [
            f"{facilitator} sends this pack to {listed(leadership.attendees)} by {short_day(sent_before)}.",
            f"{facilitator} leads through the meeting, and has the departments' pages at hand for questions.",
            "Each department's lead reads the own page in brief, and prepares what is unclear or disputed there.",
        ],
        title="Before leadership meets",
    )


def questions(agendas: Agendas) -> Block:
    """Return what the evidence leaves open in each department, which leadership may ask about."""
    told = [line for agenda in agendas.values() for line in _open(agenda.department.name, agenda.weighed, agenda.kpis)]
    return notes(told or ["The evidence leaves nothing open that the tables tell of."], title="Questions to expect")


def _open(name: str, weighed: pd.DataFrame, kpis: Mapping[str, object]) -> list[str]:
    first = weighed.drop_duplicates("kpi")
    disputed = first[first["verdict"].isin(["people only", "contradict"]) & (first["decision"] != "confirmed")]
    unsaid = first[first["verdict"].isin(["data only"]) & (first["decision"] != "confirmed")]
    told = {
        "people name a cause that no data back": disputed,
        "data point at a cause that nobody has named": unsaid,
    }
    return [
        f"{name}, {listed([getattr(kpis.get(kpi), 'name', kpi) for kpi in rows['kpi']])}: {said}."
        for said, rows in told.items()
        if len(rows)
    ]


def sign_off(decisions: Sequence[Wanted], meeting: ReviewMeeting, names: Names, currency: str) -> Block:
    """Return the sheet on which leadership marks each decision and signs."""
    rows = [(leadership_findings.in_brief(one, names, currency), one.kind in MARKED) for one in decisions]
    return render("sign_off.html.j2", decisions=rows, roles=meeting.agenda.attendees)


def _focus(one: ReviewMeeting, agendas: Agendas) -> str:
    if one.department is None:
        return "Findings over all departments and what they mean for the organisation"
    agenda = agendas[one.department]
    short = agenda.ranked[agenda.ranked["shortlisted"]]
    gaps = listed([agenda.kpis[kpi].name for kpi in short["kpi"]])
    asked = counted(len(agenda.waiting), "proposal")
    return f"{gaps}; {asked}" if gaps else f"No gap; {asked}"
