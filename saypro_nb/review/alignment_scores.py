"""Alignment scores: how far each plan serves the goals, what the target is away, and where the goals meet the plans.

A score is 100 less the points of what was found, not below 0. It orders plans by how much is to be mended and measures
nothing. A department's plan is the objectives that it has, and is fully aligned while nothing is found in it.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Literal

import numpy as np
import pandas as pd

from saypro_nb.agree.goals import Goal
from saypro_nb.review import alignment
from saypro_nb.review.alignment import NAMES, Finding, Plans

Standing = Literal["conflicts", "supports", "in name only", "silent"]

SCORED = ["objective", "department", "statement", "score", "findings", "explained"]


@dataclass(frozen=True)
class Assessed:
    """Plans with what was found in them; `departments` are those of the organisation."""

    plans: Plans
    departments: tuple[str, ...]

    @cached_property
    def findings(self) -> list[Finding]:
        """Every gap between the plans and the goals (see `alignment.assess`)."""
        return alignment.assess(self.plans)

    @cached_property
    def scored(self) -> pd.DataFrame:
        """The score of each objective (see `by_objective`)."""
        return by_objective(self.plans, self.findings)

    @cached_property
    def rated(self) -> pd.DataFrame:
        """The score of each department's plan (see `by_department`)."""
        return by_department(self.scored, self.departments)

    @property
    def score(self) -> float:
        """The mean score of the departments that have a plan, each counting the same; missing without any."""
        return float(self.rated["score"].mean())

    @property
    def aligned(self) -> "Share":
        """How many of the departments that have a plan are fully aligned."""
        planned = self.rated[self.rated["objectives"] > 0]
        return Share(int(planned["aligned"].sum()), len(planned), self.plans.agreed.aligned_share)

    @property
    def clean(self) -> "Share":
        """How many objectives nothing is found in."""
        return Share(int((self.scored["findings"] == 0).sum()), len(self.scored), self.plans.agreed.aligned_share)

    @cached_property
    def distance(self) -> list[Finding]:
        """The fewest findings to correct until the share of plans is reached, in order (see `fewest`)."""
        by_id = {found.id: found for found in self.findings}
        return [by_id[name] for name in fewest(self._open_in_plans, self.aligned.needed)]

    @property
    def matrix(self) -> pd.DataFrame:
        """How each plan stands to each goal (see `matrix`)."""
        return matrix(self.plans, self.findings, self.departments)

    def after(self, corrected: Sequence[Finding]) -> int:
        """Return how many departments' plans are fully aligned once the findings are `corrected`."""
        gone = {found.id for found in corrected}
        return sum(about <= gone for about in self._open_in_plans.values())

    @cached_property
    def _open_in_plans(self) -> dict[str, frozenset[str]]:
        """The ids of what keeps each department's plan from being fully aligned."""
        planned = self.rated.loc[self.rated["objectives"] > 0, "department"]
        return {name: frozenset(one.id for one in self.findings if name in one.departments) for name in planned}


@dataclass(frozen=True)
class Share:
    """How many of `whole` are fully `aligned`, and how many of them have to be for the target of `asked` percent."""

    aligned: int
    whole: int
    asked: float

    @property
    def percent(self) -> float:
        """The share in percent, missing where there is nothing to share."""
        return 100 * self.aligned / self.whole if self.whole else float("nan")

    @property
    def needed(self) -> int:
        """How many have to be fully aligned for the target."""
        return ceil(self.whole * self.asked / 100 - 1e-9)  # 90 % of 10 are 9, whatever the floating point says

    @property
    def reached(self) -> bool:
        """Whether the target is reached."""
        return self.aligned >= self.needed


def by_objective(plans: Plans, findings: Sequence[Finding]) -> pd.DataFrame:
    """Return each objective's ``score``, the number of ``findings`` and the score ``explained``, the lowest first.

    What a department should plan and doesn't stands as an objective without a name.
    """
    lines = [
        (one.id, one.department, one.statement, [found for found in findings if one in found.objectives])
        for one in plans.objectives
    ] + [("", found.departments[0], f"Nothing for '{found.goal.title}'", [found]) for found in findings if found.goal]
    rows = [
        (name, department, statement, _score(about), len(about), _explained(about))
        for name, department, statement, about in lines
    ]
    table = pd.DataFrame(rows, columns=SCORED).astype({"score": float, "findings": int})
    return table.sort_values("score", kind="stable", ignore_index=True)


def by_department(scored: pd.DataFrame, departments: Sequence[str]) -> pd.DataFrame:
    """Return each department's ``objectives``, mean ``score``, how many are ``clean``, and whether it is ``aligned``.

    A department without a plan has no score and is not aligned; it isn't counted either (see `Assessed.aligned`).
    """
    rows = []
    for department in departments:
        lines = scored[scored["department"] == department]
        clean = int((lines["findings"] == 0).sum())
        score = lines["score"].mean() if len(lines) else float("nan")
        rows.append((department, len(lines), score, clean, bool(len(lines)) and clean == len(lines)))
    return pd.DataFrame(rows, columns=["department", "objectives", "score", "clean", "aligned"])


def fewest(open_findings: Mapping[str, AbstractSet[str]], needed: int) -> list[str]:
    """Return the smallest set of findings without which `needed` of the plans have none left.

    `open_findings` are those of each plan; a finding between two plans stands in both. The order is that in which the
    next plan is always the one that is nearest. Which plans to clear is a small integer programme, solved exactly.
    """
    if needed <= 0:
        return []
    names, ids = list(open_findings), sorted({name for found in open_findings.values() for name in found})
    cleared = _cleared([[ids.index(one) for one in open_findings[name]] for name in names], len(ids), needed)
    chosen: list[str] = []
    waiting = [open_findings[name] for name, clear in zip(names, cleared, strict=True) if clear]
    while waiting:
        nearest = min(waiting, key=lambda found: len(found - {*chosen}))
        waiting.remove(nearest)
        chosen += sorted(nearest - {*chosen})
    return chosen


def _cleared(plans: Sequence[Sequence[int]], findings: int, needed: int) -> list[bool]:
    """Return which plans to clear, given the findings of each, so that `needed` are clear at the fewest corrections."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    size = findings + len(plans)  # the first variables: is a finding corrected? the others: is a plan clear?
    pairs = [(findings + plan, found) for plan, about in enumerate(plans) for found in about]
    rows = np.zeros((len(pairs) + 1, size))
    for row, (plan, found) in enumerate(pairs):  # a plan is clear only if each of its findings is corrected
        rows[row, plan], rows[row, found] = -1, 1
    rows[-1, findings:] = 1
    least = np.array([0.0] * len(pairs) + [float(needed)])
    cost = np.array([1.0] * findings + [0.0] * len(plans))
    whole = np.ones(size, dtype=np.int64)
    solved = milp(cost, constraints=LinearConstraint(rows, lb=least), integrality=whole, bounds=Bounds(0, 1))
    assert solved.x is not None  # clearing every plan is always possible
    return [bool(value > 0.5) for value in solved.x[findings:]]


def matrix(plans: Plans, findings: Sequence[Finding], departments: Sequence[str]) -> pd.DataFrame:
    """Return how each department's plan stands to each goal: a row per department, a column per goal.

    It ``conflicts`` with a goal where one of its objectives pulls against one that serves the goal and doesn't serve
    it itself; it ``supports`` the goal by an objective that names it and whose KPI tells of it; ``in name only`` by
    one whose KPI is missing or tells nothing of it; else it is ``silent``.
    """
    rows = {
        name: {goal.id: _standing(name, goal, plans, findings) for goal in plans.agreed.goals} for name in departments
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=[goal.id for goal in plans.agreed.goals])


def _standing(department: str, goal: Goal, plans: Plans, findings: Sequence[Finding]) -> Standing:
    if any(_pulls_against(department, goal, found) for found in findings):
        return "conflicts"
    claiming = [one for one in plans.objectives if one.department == department and goal.id in one.goals]
    off = {one.id for found in findings if found.type == "misaligned_kpi" for one in found.objectives}
    if any(one.kpi in goal.evidence and one.id not in off for one in claiming):
        return "supports"
    return "in name only" if claiming else "silent"


def _pulls_against(department: str, goal: Goal, found: Finding) -> bool:
    if found.type != "conflicting_goals":
        return False
    one, other = found.objectives
    return one.department == department and goal.id in other.goals and goal.id not in one.goals


def _score(about: Sequence[Finding]) -> float:
    return max(0.0, 100 - sum(found.points for found in about))


def _explained(about: Sequence[Finding]) -> str:
    return "100" + "".join(f" − {found.points:g} ({NAMES[found.type]})" for found in about)
