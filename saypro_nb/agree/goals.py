"""The shapes of params/alignment.yaml: the organisation's goals, the departments' plans, and rules that hold one
against the other.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from saypro_nb.agree.schema import LARGEST, Day, Id, Number, Strict, Text

GapType = Literal["misaligned_kpi", "conflicting_goals", "no_shared_focus", "irrelevant_metric", "unclear_objective"]
Part = Literal["goal", "kpi", "target", "deadline", "owner"]
Share = Annotated[float, Field(gt=0, le=100)]
Deduction = Annotated[float, Field(ge=0, le=100)]

OF_TWO: tuple[GapType, ...] = ("conflicting_goals", "no_shared_focus")
"""The gaps that lie between two objectives; the others are those of one."""

ALWAYS = ("kpi_off_goal", "two_targets", "nothing_planned", "serves_no_goal", "cannot_be_measured")
"""The rules that hold in every workspace (see `review.alignment`); no other rule can have such an id."""


class Goal(Strict):
    """What the organisation wants to reach, and the `kpis` by which it will know.

    `driven_by` are KPIs that move those, so that an objective may use them as well. `together` are departments that
    can only reach it with one another: each of them has to plan something for it.
    """

    id: Id
    name: Text | None = None
    statement: Text
    kpis: tuple[Id, ...]
    driven_by: tuple[Id, ...] = ()
    together: tuple[Id, ...] = ()

    @property
    def title(self) -> str:
        """Its name, or else its id in words."""
        return self.name or self.id.replace("_", " ").capitalize()

    @property
    def evidence(self) -> tuple[Id, ...]:
        """The KPIs that tell whether the goal is reached, those that drive it last."""
        return (*self.kpis, *self.driven_by)


class Objective(Strict):
    """A line of a department's plan; an unclear one lacks a goal, a KPI, a target, a deadline or an owner.

    `focus` says what it is about, such as "retention", in words that `Alignment.focuses` explains; rules look at it.
    `agreed_with` are objectives that it was planned together with; they have to say so as well. It is in force from
    `since` until `until`, both included; a new version of an objective keeps its id.
    """

    id: Id
    department: Id
    statement: Text
    goals: tuple[Id, ...] = ()
    kpi: Id | None = None
    target: Number | None = None
    deadline: Day | None = None
    owner: Text | None = None
    focus: tuple[Id, ...] = ()
    agreed_with: tuple[Id, ...] = ()
    since: Day | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"until ({self.until}) lies before since ({self.since}); put the dates in order")
        return self

    def in_force(self, day: date) -> bool:
        """Return whether the plan holds it on `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def lacks(self) -> tuple[Part, ...]:
        """Return what is not said."""
        said: dict[Part, object] = {"goal": self.goals or None, "kpi": self.kpi, "target": self.target}
        said |= {"deadline": self.deadline, "owner": self.owner}
        return tuple(part for part, value in said.items() if value is None)


class When(Strict):
    """Which objectives a rule is about: those for which everything that is given here holds.

    Of a list one has to fit. `says` are words of the statement, `lacks` what is missing; with `beyond` the target is
    better than that level of its KPI.
    """

    departments: tuple[Id, ...] = ()
    goals: tuple[Id, ...] = ()
    kpis: tuple[Id, ...] = ()
    focus: tuple[Id, ...] = ()
    says: tuple[Text, ...] = ()
    lacks: tuple[Part, ...] = ()
    beyond: Number | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self == type(self).model_construct():
            raise ValueError("this would fit every objective; name departments, goals, kpis, focus, says or lacks")
        return self


class Rule(Strict):
    """A gap that the organisation knows: where an objective fits `when` (and another one `against`), it is found.

    `reason` is told to the reader. `correction` replaces the usual one of the gap's `type`, `measured_by` names the
    KPI by which the correction will show, `points` what it takes from a score of 100.
    """

    id: Id
    type: GapType
    when: When
    against: When | None = None
    reason: Text
    correction: Text | None = None
    measured_by: Id | None = None
    points: Deduction | None = None

    @model_validator(mode="after")
    def _of_one_or_two(self) -> Self:
        if self.type in OF_TWO and self.against is None:
            raise ValueError(f"a rule for {self.type} needs 'against': which objectives the first ones pull against")
        if self.type not in OF_TWO and self.against is not None:
            raise ValueError(f"'against' is for {' and '.join(OF_TWO)}; leave it out")
        if self.id in ALWAYS:
            raise ValueError(f"'{self.id}' is the name of a rule that always holds; give this one another id")
        return self


class Correction(Strict):
    """How a gap is usually corrected: the `steps`, how many `weeks` they take, and what they need."""

    steps: tuple[Text, ...] = ()
    weeks: Annotated[int, Field(ge=1, le=104)] = 6
    resources: Text = "Working time of those concerned"
    training: Text | None = None
    budget: Annotated[float, Field(ge=0, le=LARGEST)] = 0


class Points(Strict):
    """What each gap takes from an objective's score of 100; of an unclear objective, for each thing that is unclear."""

    misaligned_kpi: Deduction = 40
    conflicting_goals: Deduction = 40
    no_shared_focus: Deduction = 30
    irrelevant_metric: Deduction = 40
    unclear_objective: Deduction = 20

    def of(self, gap: GapType) -> float:
        """Return the points of a gap."""
        return float(getattr(self, gap))


class Alignment(Strict):
    """params/alignment.yaml: goals, plans, rules, and the share of plans (percent) that should be fully aligned.

    `focuses` are the words that objectives may have as their focus, each explained. `vague` are words by which a
    statement promises something without saying how much.
    """

    goals: tuple[Goal, ...]
    objectives: tuple[Objective, ...]
    aligned_share: Share = 90
    focuses: dict[Id, Text] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    corrections: dict[GapType, Correction] = Field(default_factory=dict)
    points: Points = Points()
    vague: tuple[Text, ...] = ("improve", "better", "enhance", "optimise", "optimize", "strengthen", "boost", "more")

    @model_validator(mode="after")
    def _each_id_once(self) -> Self:
        ids = [("goal", goal.id) for goal in self.goals] + [("rule", rule.id) for rule in self.rules]
        twice = [f"the {kind} '{name}'" for (kind, name), count in Counter(ids).items() if count > 1]
        if twice:
            raise ValueError(f"{twice[0]} is given twice; give one of them another id")
        for place, one in enumerate(self.objectives):
            if any(_overlap(one, other) for other in self.objectives[:place] if other.id == one.id):
                raise ValueError(f"two versions of '{one.id}' are in force at once; end the earlier one with 'until'")
        return self

    def in_force(self, day: date) -> tuple[Objective, ...]:
        """Return the objectives that the plans hold on `day`."""
        return tuple(one for one in self.objectives if one.in_force(day))

    def references(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield each place that names things defined elsewhere: the place, what kind of things, and their names."""
        for goal in self.goals:
            yield f"{goal.id}.kpis", "KPI", goal.kpis
            yield f"{goal.id}.driven_by", "KPI", goal.driven_by
            yield f"{goal.id}.together", "department", goal.together
        for line in self.objectives:
            yield f"{line.id}.department", "department", (line.department,)
            yield f"{line.id}.goals", "goal", line.goals
            yield f"{line.id}.kpi", "KPI", (line.kpi,) if line.kpi else ()
            yield f"{line.id}.focus", "focus", line.focus
            yield f"{line.id}.agreed_with", "objective", line.agreed_with
        for rule in self.rules:
            yield f"{rule.id}.measured_by", "KPI", (rule.measured_by,) if rule.measured_by else ()
            for side, when in (("when", rule.when), ("against", rule.against)):
                yield from _named(f"{rule.id}.{side}", when)


def _named(place: str, when: When | None) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if when is not None:
        yield f"{place}.departments", "department", when.departments
        yield f"{place}.goals", "goal", when.goals
        yield f"{place}.kpis", "KPI", when.kpis
        yield f"{place}.focus", "focus", when.focus


def _overlap(one: Objective, other: Objective) -> bool:
    begins, ends = [line.since or date.min for line in (one, other)], [line.until or date.max for line in (one, other)]
    return max(begins) <= min(ends)
