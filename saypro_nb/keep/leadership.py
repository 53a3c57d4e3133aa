"""The leadership review: what was found in every department, what is asked for, and the meetings that decide on it.

It reads what the departments' phases left and finds nothing anew but the plans, so that its pages cost little.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.keep import evidence, proposals
from saypro_nb.keep.organisation import Organisation
from saypro_nb.review import actions, asks, gaps, review_meetings, rollup, timetable, wanted
from saypro_nb.review import check_ins as check_ins_of
from saypro_nb.review.agenda import Agenda
from saypro_nb.review.review_meetings import Concern, Load, Outcome, ReviewMeeting, Told
from saypro_nb.review.rollup import Rollup
from saypro_nb.review.timetable import Series
from saypro_nb.review.wanted import Wanted

READING = 2  # working days that a reader has for the pack


@dataclass(frozen=True)
class LeadershipReview(Organisation):
    """All departments before leadership, in one period."""

    @cached_property
    def agendas(self) -> dict[str, Agenda]:
        """The plan of each department as the meeting finds it, by its id; who is to be looked at first comes first."""
        found = {name: proposals.agenda(dossier) for name, dossier in self.dossiers.items()}
        return dict(sorted(found.items(), key=lambda pair: -gaps.urgency(pair[1].ranked)))

    @cached_property
    def moved(self) -> dict[str, pd.DataFrame]:
        """Each department's KPIs that stand or are judged otherwise than in the period before."""
        return {name: evidence.changes(self.dossiers[name], agenda.ranked) for name, agenda in self.agendas.items()}

    @cached_property
    def turned(self) -> dict[str, list[tuple[Action, str]]]:
        """Each department's actions that stand otherwise by their dates than when the period before ended."""
        return {name: evidence.turned_actions(dossier) for name, dossier in self.dossiers.items()}

    @property
    def redefined(self) -> pd.DataFrame:
        """What is judged otherwise for all KPIs (see `definitions.of_workbench`), as the first department knows it."""
        return evidence.redefined(next(iter(self.dossiers.values())))

    @cached_property
    def goals(self) -> dict[str, Rollup]:
        """How each of the organisation's goals stands, by its id."""
        ranked = pd.concat([agenda.ranked for agenda in self.agendas.values()], ignore_index=True)
        return rollup.of_goals(self.workspace.alignment.goals, ranked)

    @cached_property
    def wanted(self) -> list[Wanted]:
        """The decisions that leadership is asked for, the most urgent first."""
        return wanted.decisions(self.agendas, self.held, self.progress)

    @cached_property
    def asks(self) -> pd.DataFrame:
        """What each department asks for (see `asks.by_department`)."""
        return asks.by_department(self.agendas)

    @property
    def quarters(self) -> pd.DataFrame:
        """What all plans together take, quarter by quarter (see `asks.by_quarter`)."""
        return asks.by_quarter(self.agendas)

    @cached_property
    def meetings(self) -> list[ReviewMeeting]:
        """The next review meeting of leadership, and of each department, in the order of time."""
        found = [ReviewMeeting(series.department, self._agenda(series)) for series in self._reviews]
        return sorted(found, key=lambda meeting: meeting.agenda.when)

    @property
    def leadership(self) -> ReviewMeeting:
        """The next meeting of leadership."""
        return review_meetings.of_leadership(self.meetings)

    @property
    def pack_sent_by(self) -> datetime.date:
        """The last day on which what is to be read before leadership meets can be sent: two working days before."""
        when = self.leadership.agenda.when.date()
        return datetime.date.fromisoformat(str(np.busday_offset(when, -READING, roll="backward")))

    @cached_property
    def decided(self) -> list[Outcome]:
        """What was decided on actions since leadership met before, the latest first."""
        since = timetable.last_until(self._reviews[0], self.last_day) or datetime.date.min
        found = [
            Outcome(action, signed)
            for agenda in self.agendas.values()
            for signed in agenda.signed
            for action in agenda.kept
            if action.id == signed.action and signed.on >= since
        ]
        return sorted(found, key=lambda one: one.signed.on, reverse=True)

    @property
    def communication(self) -> list[Told]:
        """Who is told what after the meetings, by whom and until when."""
        rules = self.workspace.meetings.communication
        met = {one.department: one.agenda.when.date() for one in self.meetings}
        concerns = {
            name: Concern(
                agenda.department, met[name], self._concerned(name), self._needs_people(self._concerned(name))
            )
            for name, agenda in self.agendas.items()
        }
        return review_meetings.communication(rules, concerns, self.leadership.agenda.when.date())

    @property
    def next_dates(self) -> list[Series]:
        """Every meeting at which what was decided is followed up."""
        running = [action for agenda in self.agendas.values() for action in agenda.kept]
        return timetable.schedule(self.workspace.meetings, self.workspace.review.departments, running)

    @property
    def _reviews(self) -> list[Series]:
        return timetable.reviews(self.workspace.meetings, self.workspace.review.departments)

    def _agenda(self, series: Series) -> check_ins_of.Agenda:
        when = review_meetings.meets_next(series, self.last_day)
        about = self.agendas if series.department is None else {series.department: self.agendas[series.department]}
        waiting = [action for agenda in about.values() for action in agenda.waiting]
        gaps = sum(int(agenda.ranked["shortlisted"].sum()) for agenda in about.values())
        findings = (len(about), "department") if series.department is None else (gaps, "gap")
        load = Load(findings, (len(waiting), "proposal"))
        who = self._attendees(series, waiting)
        return review_meetings.agenda(series, when, self.workspace.meetings.review_agendas, load, who)

    def _attendees(self, series: Series, waiting: Sequence[Action]) -> tuple[str, ...]:
        kinds, departments = self.workspace.meetings.meetings, self.workspace.review.departments
        own = departments.get(series.department or "")
        leads = list(dict.fromkeys(facts.lead for facts in departments.values()))
        return timetable.attendees(
            (kinds.leadership if own is None else kinds.department_review).attend,
            lead=own.lead if own else ", ".join(leads),
            team=f"{own.name} team" if own else "All teams",
            leads=leads,
            personnel=self._needs_people(waiting),
            budget=any(action.budget > 0 for action in waiting),
        )

    def _concerned(self, name: str) -> list[Action]:
        """Return the actions of a department of which others are to hear: those decided since, and those that wait."""
        since = [one.action for one in self.decided if one.action.department == name]
        return [*since, *self.agendas[name].waiting]

    def _needs_people(self, found: Sequence[Action]) -> bool:
        return any(actions.is_personnel(action, self.workspace.recommendations) for action in found)
