"""Corrections: an action for each alignment gap, with steps, dates, means and a measure, for leadership to decide.

An action is measured by a KPI of its own department. That KPI shows whether the corrected plan works; whether the gap
is closed is told by the next review, which finds it again or doesn't.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from saypro_nb.agree.goals import Correction
from saypro_nb.agree.plans import CORRECTION, Action, Criterion, Milestone
from saypro_nb.agree.schema import Department, Kpi
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import actions
from saypro_nb.review.alignment import OF_THE_KPI, Finding, Plans

LONGEST_ID = 120
_DIGEST = 8  # letters that tell two long ids apart

Values = Mapping[tuple[str, str], float]
"""The latest value of each department's KPI."""


@dataclass(frozen=True)
class Corrected:
    """A finding and what is done about it: the `action` of the register or the one proposed, and its `state`.

    The state is that of `actions.state`, or "still found" where the action is completed and the gap is there, or
    "no measure" where no KPI of the department would show the correction, and so no action can be proposed.
    """

    finding: Finding
    action: Action | None
    state: str


def of_each(
    findings: Sequence[Finding],
    plans: Plans,
    departments: Mapping[str, Department],
    decided: Sequence[Action],
    values: Values,
    starts: datetime.date,
) -> list[Corrected]:
    """Return each finding with its action: the register's where one was `decided`, else a proposal from `starts` on."""
    known = {action.id: action for action in decided}
    return [_corrected(found, plans, departments, known, values, starts) for found in findings]


def closed(findings: Sequence[Finding], decided: Sequence[Action]) -> list[Action]:
    """Return the `decided` corrections whose gap is found no more."""
    still = {_id(found, department) for found in findings for department in found.departments}
    return [action for action in decided if action.corrects_plan and action.id not in still]


def _corrected(
    found: Finding,
    plans: Plans,
    departments: Mapping[str, Department],
    known: Mapping[str, Action],
    values: Values,
    starts: datetime.date,
) -> Corrected:
    kept = next((known[name] for one in found.departments if (name := _id(found, one)) in known), None)
    if kept is not None:
        return Corrected(found, kept, _state(kept, plans.today))
    measure = next(_measures(found, plans), None)
    if measure is None:
        return Corrected(found, None, "no measure")
    return Corrected(found, _draft(found, measure, plans, departments, values, starts), "proposed")


def _state(kept: Action, today: datetime.date) -> str:
    state = actions.state(kept, today)
    return "still found" if state == "done" else state


@dataclass(frozen=True)
class _Measure:
    """By which `kpi` of a department a correction shows, and which level it is to reach."""

    department: str
    name: str
    amount: float


def _measures(found: Finding, plans: Plans) -> Iterator[_Measure]:
    """Yield what could measure the correction, the best first.

    That is the KPI that the rule names, then those that the objectives promise (of two, first the one that is pulled
    against), and last those that are evidence of their goals, or else of any.
    """
    named = [found.measured_by] if found.measured_by else []
    for name in (*named, *_promised(found), *_of_goals(found, plans)):
        for department in (one for one in reversed(found.departments) if one in plans.kpis[name].departments):
            amount = _amount(found, name, plans.kpis[name], plans.today)
            if amount is not None:
                yield _Measure(department, name, amount)


def _promised(found: Finding) -> list[str]:
    if found.type in OF_THE_KPI:
        return []
    return [one.kpi for one in reversed(found.objectives) if one.kpi is not None]


def _of_goals(found: Finding, plans: Plans) -> list[str]:
    named = [plans.goals[name] for one in found.objectives for name in one.goals]
    goals = [found.goal] if found.goal else [*named, *plans.agreed.goals]
    return [kpi for goal in goals for kpi in goal.evidence if kpi not in {one.kpi for one in found.objectives}]


def _amount(found: Finding, name: str, kpi: Kpi, today: datetime.date) -> float | None:
    promised = [one.target for one in found.objectives if one.kpi == name and one.target is not None]
    own = kpi.target_on(today)
    amount = promised[-1] if promised and found.type != "unclear_objective" else own
    low, high = kpi.bounds()
    fits = amount is not None and (low is None or amount >= low) and (high is None or amount <= high)
    return amount if fits else None


def _draft(
    found: Finding,
    measure: _Measure,
    plans: Plans,
    departments: Mapping[str, Department],
    values: Values,
    starts: datetime.date,
) -> Action:
    usual = plans.agreed.corrections.get(found.type, Correction())
    ends = starts + usual.weeks * actions.WEEK
    return Action(
        id=_id(found, measure.department),
        department=measure.department,
        kpi=measure.name,
        family="alignment",
        description=_what(found, measure.department, departments),
        owner=departments[measure.department].lead,
        start=starts,
        end=ends,
        milestones=_steps(usual, starts),
        resources=f"{usual.resources}; training: {usual.training}" if usual.training else usual.resources,
        budget=usual.budget,
        criterion=Criterion(
            kpi=measure.name,
            baseline=_baseline(measure, plans.kpis, values),
            amount=measure.amount,
            by=ends + actions.TO_SHOW * actions.WEEK,
        ),
        term="short" if usual.weeks <= actions.SHORT_TERM else "long",
        status="proposed",
    )


def _what(found: Finding, owner: str, departments: Mapping[str, Department]) -> str:
    others = [departments[name].name for name in found.departments if name != owner]
    about = "; ".join(f"'{one.statement}'" for one in found.objectives)
    together = f", with {' and '.join(others)}" if others else ""
    return f"{found.correction}{together}{f': {about}' if about else ''}"[:2000]


def _steps(usual: Correction, starts: datetime.date) -> tuple[Milestone, ...]:
    """Return the steps, evenly spread, the last on the last day."""
    whole = usual.weeks * actions.WEEK.days
    return tuple(
        Milestone(due=starts + datetime.timedelta(days=whole * place // len(usual.steps)), what=step)
        for place, step in enumerate(usual.steps, start=1)
    )


def _baseline(measure: _Measure, kpis: Catalogue, values: Values) -> float | None:
    """Return the KPI's value where it misses the amount; None where it only has to be held."""
    value = values.get((measure.department, measure.name))
    better = kpis[measure.name].better
    if value is None or better == "neither":
        return None
    return value if (value < measure.amount if better == "higher" else value > measure.amount) else None


def _id(found: Finding, department: str) -> str:
    whole = f"{department}-{CORRECTION}-{found.id}"
    if len(whole) <= LONGEST_ID:
        return whole
    return f"{whole[: LONGEST_ID - _DIGEST - 1]}-{sha256(whole.encode()).hexdigest()[:_DIGEST]}"
