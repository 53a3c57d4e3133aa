"""Corrective-action reports: for each gap with actions, the same facts in three orders, for three kinds of reader.

A report is a title and sections of lines; no line is written that the tables don't hold.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.review.agenda import Agenda
from saypro_nb.show.plan_views import gap_words, success, timeline
from saypro_nb.show.words import FAMILIES, STATES, amount, counted, day, listed, short_day, upper_first

FORMS = {
    "general": "Corrective action report",
    "performance_gap": "Corrective action report: performance gap",
    "root_cause_and_impact": "Corrective action report: root cause and impact",
}

_VERDICTS = {"confirmed": "confirmed by the meeting", "rejected": "rejected by the meeting", "open": "not decided yet"}


@dataclass(frozen=True)
class Section:
    """A numbered part of a report; no lines means that nothing is known."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """One report on one gap."""

    form: str
    title: str
    kpi: str
    sections: tuple[Section, ...]


def reports(agenda: Agenda, form: str) -> list[Report]:
    """Return the report of `form` (a key of `FORMS`) for every gap with an action, the most urgent gap first.

    Corrections of plans answer no gap of a KPI; the alignment review reports on them.
    """
    answered = {action.kpi for action in agenda.told if not action.corrects_plan}
    order = [kpi for kpi in agenda.ranked["kpi"] if kpi in answered]
    others = sorted(answered - set(order))
    return [_report(_Case(agenda, kpi), form) for kpi in [*order, *others]]


def table(written: Sequence[Report]) -> pd.DataFrame:
    """Return the reports as rows: the gap, each section's number and heading, and its lines in one cell."""
    rows = [
        {
            "Performance gap": report.title,
            "No.": number,
            "Section": section.heading,
            "Content": "\n".join(section.lines) or "Nothing is recorded.",
        }
        for report in written
        for number, section in enumerate(report.sections, start=1)
    ]
    return pd.DataFrame(rows, columns=["Performance gap", "No.", "Section", "Content"])


def _report(case: "_Case", form: str) -> Report:
    sections = {"general": _general, "performance_gap": _gap, "root_cause_and_impact": _impact}[form](case)
    return Report(form, f"{case.agenda.department.name}: {case.name}", case.kpi, tuple(sections))


def _general(case: "_Case") -> list[Section]:
    return [
        Section("Issue or problem", (*case.problem(), *case.state())),
        Section("Identified causes", case.causes()),
        Section("Corrective actions", case.each(lambda action: action.description)),
        Section("Timeline", case.each(timeline)),
        Section("Responsible", case.each(lambda action: action.owner)),
        Section("Resources", case.resources()),
        Section("Expected results and KPIs", case.measures()),
        Section("Monitoring and follow-up", case.monitoring()),
        Section("Status", case.statuses()),
    ]


def _gap(case: "_Case") -> list[Section]:
    return [
        Section("Department", (f"{case.agenda.department.name}, led by the {case.agenda.department.lead}",)),
        Section("Performance gap", (*case.problem(), *case.state())),
        Section("Root cause", case.causes()),
        Section("Corrective actions, short and long term", case.by_term()),
        Section("Timeline with milestones", case.steps()),
        Section("Responsibilities", case.each(lambda action: action.owner)),
        Section("Resources", case.resources()),
        Section("Measure of success", case.measures()),
        Section("Review and monitoring", case.monitoring()),
        Section("Conclusion", case.conclusion()),
    ]


def _impact(case: "_Case") -> list[Section]:
    return [
        Section("Problem and immediate impact", (*case.problem(), *case.state())),
        Section("Root cause", case.causes()),
        Section("Corrective actions", case.each(lambda action: f"{action.description} ({action.status})")),
        Section("Impact on the business", case.business()),
        Section("Success metrics", case.measures()),
        Section("Timeline", case.steps()),
        Section("Monitoring and reporting", case.monitoring()),
        Section("Conclusion", case.conclusion()),
    ]


@dataclass(frozen=True)
class _Case:
    """One gap with its actions, in lines."""

    agenda: Agenda
    kpi: str

    @property
    def name(self) -> str:
        return self.agenda.kpis[self.kpi].name if self.kpi in self.agenda.kpis else self.kpi

    @property
    def actions(self) -> list[Action]:
        return [action for action in self.agenda.told if action.kpi == self.kpi and not action.corrects_plan]

    def each(self, words: Callable[[Action], str]) -> tuple[str, ...]:
        """Return a line for every action, led by its id."""
        return tuple(f"{action.id}: {words(action)}" for action in self.actions)

    def problem(self) -> tuple[str, ...]:
        return (f"{gap_words(self.kpi, self.agenda.kpis, self.agenda.ranked, self.agenda.currency)}.",)

    def state(self) -> tuple[str, ...]:
        found = self.agenda.ranked[self.agenda.ranked["kpi"] == self.kpi]
        if found.empty:
            return ()
        since = found["since"].iloc[0]
        begun = "" if pd.isna(since) else f" since {day(since)}"
        return (f"{STATES[found['state'].iloc[0]]}{begun}.",)

    def causes(self) -> tuple[str, ...]:
        """Return the families that the actions answer and those with evidence, each with what the meeting thinks."""
        of_gap = self.agenda.weighed[self.agenda.weighed["kpi"] == self.kpi]
        weighed = {str(row["family"]): row for row in of_gap[of_gap["score"] > 0].to_dict("records")}
        families = dict.fromkeys([*(action.family for action in self.actions), *weighed])
        return tuple(self._cause(family, weighed.get(family)) for family in families)

    def _cause(self, family: str, row: Mapping[Any, Any] | None) -> str:
        said = _VERDICTS[self.agenda.verdicts.get((self.kpi, family), "open")]
        if row is None:
            return f"{upper_first(FAMILIES[family])}: answered by an action, without evidence in this review; {said}."
        statement = f" {row['statement']}" if isinstance(row["statement"], str) else ""
        return f"{upper_first(FAMILIES[family])}: evidence {row['score']:.2f}, {said}.{statement}"

    def resources(self) -> tuple[str, ...]:
        money = sum(action.budget for action in self.actions)
        lines = self.each(lambda action: f"{action.resources}; {self._money(action.budget)}")
        return (*lines, f"Budget in all: {self._money(money)}.")

    def measures(self) -> tuple[str, ...]:
        return self.each(lambda action: success(action, self.agenda.kpis, self.agenda.currency))

    def by_term(self) -> tuple[str, ...]:
        ordered = sorted(self.actions, key=lambda action: action.term != "short")
        return tuple(f"{upper_first(action.term)} term, {action.id}: {action.description}" for action in ordered)

    def steps(self) -> tuple[str, ...]:
        return tuple(
            line
            for action in self.actions
            for line in (
                f"{action.id}: {timeline(action)}",
                *(
                    f"  {short_day(step.due)}: {step.what}{' (done)' if step.done else ''}"
                    for step in action.milestones
                ),
            )
        )

    def monitoring(self) -> tuple[str, ...]:
        checked = f"{upper_first(self.agenda.department.check_in)} check-ins of {self.agenda.department.name}."
        return (checked, *self.each(lambda action: f"success is judged on {day(action.criterion.by)}"))

    def statuses(self) -> tuple[str, ...]:
        return self.each(
            lambda action: upper_first(action.status) + (f": {action.progress}" if action.progress else "")
        )

    def business(self) -> tuple[str, ...]:
        """Return what the shortfall adds up to, and what else is short of target in the department."""
        found = self.agenda.missed[self.agenda.missed["kpi"] == self.kpi].to_dict("records")
        lines = [self._missed(row) for row in found]
        also = self.agenda.ranked[(self.agenda.ranked["gap"] > 0) & (self.agenda.ranked["kpi"] != self.kpi)]
        names = [self.agenda.kpis[kpi].name for kpi in also["kpi"] if kpi in self.agenda.kpis]
        if names:
            lines.append(
                f"Also short of target in the department, which need not have the same cause: {listed(names)}."
            )
        return tuple(lines)

    def _missed(self, row: Mapping[Any, Any]) -> str:
        kpi = self.agenda.kpis[self.kpi]
        of_all = f"{self.name} missed its target in {row['missed']} of the last {row['periods']} {kpi.every}s"
        total = float(row["total"])
        if pd.isna(total) or not row["missed"]:
            return f"{of_all}."
        return f"{of_all}; the shortfalls add up to {amount(total, kpi, self.agenda.currency)}."

    def conclusion(self) -> tuple[str, ...]:
        """Return how many actions there are, what they are to reach, and what comes next."""
        last = max(action.criterion.by for action in self.actions)
        states = pd.Series([action.status for action in self.actions]).value_counts()
        said = listed([f"{count} {status}" for status, count in states.items()])
        number = upper_first(counted(len(self.actions), "action"))
        lines = [f"{number} ({said}); the last result is due on {day(last)}."]
        return (*lines, *(f"Next, {action.id}: {action.next_steps}" for action in self.actions if action.next_steps))

    def _money(self, budget: float) -> str:
        return f"{self.agenda.currency}{budget:,.0f}"
