"""Alignment: whether the departments' plans serve the organisation's goals, by rules that say why.

Five gaps are looked for: a misaligned KPI, conflicting goals, lack of shared focus, an irrelevant metric, and an
unclear or unmeasurable objective. Some rules hold in every workspace, because plans, goals and KPIs alone decide them;
each further one is declared in params/alignment.yaml. docs/methods/alignment.md tells each rule with its limits.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, permutations

from saypro_nb.agree.goals import ALWAYS, Alignment, GapType, Goal, Objective, Part, Rule, When
from saypro_nb.agree.schema import Kpi
from saypro_nb.agree.settings import Catalogue

KPI_OFF_GOAL, TWO_TARGETS, NOTHING_PLANNED, SERVES_NO_GOAL, CANNOT_BE_MEASURED = ALWAYS
NAMES: dict[GapType, str] = {
    "misaligned_kpi": "misaligned KPI",
    "conflicting_goals": "conflicting goals",
    "no_shared_focus": "lack of shared focus",
    "irrelevant_metric": "irrelevant metric",
    "unclear_objective": "unclear objective",
}
CORRECTIONS: dict[GapType, str] = {
    "misaligned_kpi": "Replace the KPI by one that tells whether the goal is reached",
    "conflicting_goals": "Plan the two together, with one aim for both",
    "no_shared_focus": "Hold a workshop of those concerned, and plan what all of them work towards",
    "irrelevant_metric": "Choose a metric that tells whether one of the organisation's goals is reached",
    "unclear_objective": "Make it measurable",
}
OF_THE_KPI: tuple[GapType, ...] = ("misaligned_kpi", "irrelevant_metric")
"""The gaps for which the KPI of an objective is the wrong one."""

NAMED = 3  # KPIs that a correction names as examples
_WRITE: dict[Part, str] = {
    "goal": "the goal that it serves",
    "kpi": "a KPI",
    "target": "a target",
    "deadline": "a deadline",
    "owner": "an owner",
}


@dataclass(frozen=True)
class Finding:
    """A gap between a plan and the goals: `reason` says why it is one, `correction` what to do.

    Of two `objectives` the first pulls against the second; there is none where a department plans nothing. `rule`
    names what found it, `points` is what it takes from a score of 100, `measured_by` the KPI that a rule names for
    its correction, and `goal` the goal that nothing is planned for.
    """

    type: GapType
    rule: str
    objectives: tuple[Objective, ...]
    departments: tuple[str, ...]
    reason: str
    correction: str
    points: float
    measured_by: str | None = None
    goal: Goal | None = None

    @property
    def id(self) -> str:
        """What the finding is called as long as it is open, in whatever order the plans are written."""
        about = sorted(one.id for one in self.objectives) or [str(self.goal and self.goal.id), *self.departments]
        return "-".join((self.rule, *about))


@dataclass(frozen=True)
class Plans:
    """What the departments plan on a day, with the goals, and the KPIs that both of them name."""

    agreed: Alignment
    kpis: Catalogue
    today: datetime.date

    @cached_property
    def objectives(self) -> tuple[Objective, ...]:
        """The objectives in force."""
        return self.agreed.in_force(self.today)

    @cached_property
    def goals(self) -> dict[str, Goal]:
        """The goals by their ids."""
        return {goal.id: goal for goal in self.agreed.goals}

    def claimed(self, objective: Objective) -> list[Goal]:
        """Return the goals that the objective is to serve, by its own word."""
        return [self.goals[name] for name in objective.goals]

    def served(self, kpi: str | None) -> list[Goal]:
        """Return the goals of which the KPI is evidence."""
        return [goal for goal in self.agreed.goals if kpi in goal.evidence]

    def suited(self, one: Objective) -> list[str]:
        """Return the names of KPIs of the objective's department that tell whether its goals, or any, are reached."""
        goals = self.claimed(one) or self.agreed.goals
        suited = dict.fromkeys(kpi for goal in goals for kpi in goal.evidence)
        return [self.name(kpi) for kpi in suited if one.department in self.kpis[kpi].departments][:NAMED]

    def name(self, kpi: str) -> str:
        """Return the KPI's full name."""
        return self.kpis[kpi].name


def assess(plans: Plans) -> list[Finding]:
    """Return every gap, those of the declared rules first.

    Where a declared rule judges the KPI of an objective, the rules that always hold don't judge it again.
    """
    declared = [found for rule in plans.agreed.rules for found in _by_rule(rule, plans)]
    judged = {one.id for found in declared if found.type in OF_THE_KPI for one in found.objectives}
    always = [
        found
        for rule in (_off_goal, _no_goal, _two_targets, _nothing_planned, _unclear)
        for found in rule(plans)
        if found.type not in OF_THE_KPI or found.objectives[0].id not in judged
    ]
    return [*declared, *always]


def agreed(one: Objective, other: Objective) -> bool:
    """Return whether two objectives were planned together: both have to say so."""
    return one.id in other.agreed_with and other.id in one.agreed_with


def _by_rule(rule: Rule, plans: Plans) -> Iterator[Finding]:
    correction = rule.correction or CORRECTIONS[rule.type]
    points = plans.agreed.points.of(rule.type) if rule.points is None else rule.points
    for objectives in _fitting(rule, plans):
        departments = tuple(dict.fromkeys(one.department for one in objectives))
        yield Finding(
            rule.type, rule.id, objectives, departments, rule.reason, correction, points, measured_by=rule.measured_by
        )


def _fitting(rule: Rule, plans: Plans) -> Iterator[tuple[Objective, ...]]:
    if rule.against is None:
        yield from ((one,) for one in plans.objectives if _fits(one, rule.when, plans))
        return
    found: set[frozenset[str]] = set()
    for one, other in permutations(plans.objectives, 2):
        new = frozenset((one.id, other.id)) not in found
        if new and not agreed(one, other) and _fits(one, rule.when, plans) and _fits(other, rule.against, plans):
            found.add(frozenset((one.id, other.id)))
            yield one, other


def _fits(one: Objective, when: When, plans: Plans) -> bool:
    return (
        (not when.departments or one.department in when.departments)
        and (not when.goals or bool({*when.goals} & {*one.goals}))
        and (not when.kpis or one.kpi in when.kpis)
        and (not when.focus or bool({*when.focus} & {*one.focus}))
        and (not when.says or bool(_said(when.says, one.statement)))
        and (not when.lacks or bool({*when.lacks} & {*one.lacks()}))
        and (when.beyond is None or _is_beyond(one, when.beyond, plans))
    )


def _is_beyond(one: Objective, level: float, plans: Plans) -> bool:
    if one.kpi is None or one.target is None:
        return False
    better = plans.kpis[one.kpi].better
    return one.target > level if better == "higher" else one.target < level if better == "lower" else False


def _said(words: tuple[str, ...], statement: str) -> list[str]:
    """Return those of the words that the statement says, as whole words in any case."""
    return [word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", statement, re.IGNORECASE)]


def _off_goal(plans: Plans) -> Iterator[Finding]:
    """Find objectives that serve a goal by their own word, with a KPI that tells nothing of it."""
    for one in plans.objectives:
        claimed = [goal for goal in plans.claimed(one) if goal.evidence]
        if one.kpi is None or not claimed or any(one.kpi in goal.evidence for goal in claimed):
            continue
        goals = _either([f"'{goal.title}'" for goal in claimed])
        instead = _either(plans.suited(one) or [plans.name(kpi) for kpi in claimed[0].evidence[:NAMED]])
        reason = f"{plans.name(one.kpi)} can get better without {goals} coming any nearer: it is no evidence of that"
        correction = f"Replace the KPI by one that tells whether the goal is reached: {instead}"
        yield _of_one(one, "misaligned_kpi", KPI_OFF_GOAL, reason, correction, plans)


def _no_goal(plans: Plans) -> Iterator[Finding]:
    """Find objectives that name no goal, with a KPI that is evidence of none."""
    for one in plans.objectives:
        if one.kpi is None or one.goals or not plans.goals or plans.served(one.kpi):
            continue
        reason = f"{plans.name(one.kpi)} is evidence of none of the organisation's goals, and the objective names none"
        correction = CORRECTIONS["irrelevant_metric"] + _such_as(plans.suited(one))
        yield _of_one(one, "irrelevant_metric", SERVES_NO_GOAL, reason, correction, plans)


def _two_targets(plans: Plans) -> Iterator[Finding]:
    """Find two departments that promise different levels of the same KPI."""
    for one, other in combinations(plans.objectives, 2):
        same = one.kpi is not None and one.kpi == other.kpi and one.department != other.department
        if not same or agreed(one, other) or None in (one.target, other.target) or one.target == other.target:
            continue
        reason = (
            f"{plans.name(str(one.kpi))} is to reach {_level(one, plans)} in one plan and {_level(other, plans)} in "
            "the other, and nobody can work towards both"
        )
        correction = "Plan the two together, and promise one level"
        departments = (one.department, other.department)
        points = plans.agreed.points.conflicting_goals
        yield Finding("conflicting_goals", TWO_TARGETS, (one, other), departments, reason, correction, points)


def _nothing_planned(plans: Plans) -> Iterator[Finding]:
    """Find departments that plan nothing for a goal which needs them together with others."""
    for goal in plans.agreed.goals:
        planning = {one.department for one in plans.objectives if goal.id in one.goals}
        for department in (name for name in goal.together if name not in planning):
            reason = f"'{goal.title}' can only be reached together, and this department plans nothing for it"
            correction = f"{CORRECTIONS['no_shared_focus']}; give this department an objective for '{goal.title}'"
            points = plans.agreed.points.no_shared_focus
            yield Finding("no_shared_focus", NOTHING_PLANNED, (), (department,), reason, correction, points, None, goal)


def _unclear(plans: Plans) -> Iterator[Finding]:
    """Find objectives of which nobody could tell whether they are reached, by whom, until when or what for."""
    for one in plans.objectives:
        missing = [part for part in one.lacks() if part != "goal" or _should_name_a_goal(one, plans)]
        wrong = dict(_wrong(one, plans))
        if not missing and not wrong:
            continue
        vague = _said(plans.agreed.vague, one.statement) if "target" in missing else []
        lacking = f"has no {_either([_NOUNS[part] for part in missing])}" if missing else ""
        reason = f"It {_also([part for part in (lacking, *wrong) if part])}" + (
            f"; '{vague[0]}' does not say how much" if vague else ""
        )
        write = f"write {_also([_to_write(part, one, plans) for part in missing])}" if missing else ""
        correction = f"Make it measurable: {'; '.join(part for part in (write, *wrong.values()) if part)}"
        points = min(100.0, plans.agreed.points.unclear_objective * (len(missing) + len(wrong)))
        yield Finding("unclear_objective", CANNOT_BE_MEASURED, (one,), (one.department,), reason, correction, points)


_NOUNS: dict[Part, str] = {part: part for part in ("goal", "target", "deadline", "owner")} | {"kpi": "KPI"}


def _to_write(part: Part, one: Objective, plans: Plans) -> str:
    return _WRITE[part] + (_such_as(plans.suited(one)) if part == "kpi" else "")


def _such_as(names: list[str]) -> str:
    return f" (such as {_either(names)})" if names else ""


def _should_name_a_goal(one: Objective, plans: Plans) -> bool:
    """Return whether a goal is missed; where its KPI serves none, that is a gap of its own."""
    return bool(plans.goals) and (one.kpi is None or bool(plans.served(one.kpi)))


def _wrong(one: Objective, plans: Plans) -> Iterator[tuple[str, str]]:
    """Yield what is said but can't be followed up, with what to do about it."""
    if one.kpi is not None:
        kpi = plans.kpis[one.kpi]
        if not kpi.departments:
            yield (
                f"relies on {kpi.name}, which no department measures",
                "let a department measure it, or choose another",
            )
        if one.target is not None and not _possible(one.target, kpi):
            yield (
                f"promises a level of {kpi.name} that is impossible: {_level(one, plans)}",
                "write a level that is possible",
            )
    if one.deadline is not None and one.deadline < plans.today:
        yield f"was due on {one.deadline}", "set a new deadline, or end it with 'until'"


def _possible(target: float, kpi: Kpi) -> bool:
    low, high = kpi.bounds()
    return (low is None or target >= low) and (high is None or target <= high)


def _of_one(one: Objective, gap: GapType, rule: str, reason: str, correction: str, plans: Plans) -> Finding:
    return Finding(gap, rule, (one,), (one.department,), reason, correction, plans.agreed.points.of(gap))


def _level(one: Objective, plans: Plans) -> str:
    return f"{one.target:g} ({plans.kpis[str(one.kpi)].unit})"


def _also(items: list[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def _either(items: list[str]) -> str:
    return " or ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)
