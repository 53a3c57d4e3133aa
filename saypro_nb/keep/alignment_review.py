"""The alignment review: the plans and goals of all departments in one period, with their KPIs and what was decided."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from saypro_nb.agree.goals import Objective
from saypro_nb.agree.plans import Action
from saypro_nb.keep import decisions, week
from saypro_nb.keep.dossier import PREPARATION
from saypro_nb.keep.register import Register
from saypro_nb.keep.reviewed import Reviewed
from saypro_nb.review import corrections, standing
from saypro_nb.review.alignment import Plans
from saypro_nb.review.alignment_scores import Assessed
from saypro_nb.review.corrections import Corrected


@dataclass(frozen=True)
class AlignmentReview(Reviewed):
    """The plans of every department in one period; `workspace` holds what the organisation agreed on."""

    @cached_property
    def assessed(self) -> Assessed:
        """What the departments plan on the last day of the period, and what is found in it."""
        plans = Plans(self.workspace.alignment, self.workspace.kpis, self.last_day)
        return Assessed(plans, tuple(self.workspace.review.departments))

    @cached_property
    def values(self) -> pd.DataFrame:
        """The KPI values of all departments up to the period."""
        return week.known_values(self.workspace, self.period)

    @cached_property
    def decided(self) -> list[Action]:
        """The corrections of alignment gaps that the register holds."""
        register = Register.of(self.workspace)
        kept = [one.action for one in decisions.standing(register).values()]
        return [action for action in kept if action.corrects_plan]

    @cached_property
    def corrected(self) -> list[Corrected]:
        """Each finding with the action that corrects it, decided or proposed (see `corrections.of_each`)."""
        return self._corrected(self.values)

    def _corrected(self, series: pd.DataFrame) -> list[Corrected]:
        known = series.dropna(subset="value")
        latest = dict(zip(zip(known["department"], known["kpi"], strict=True), known["value"], strict=True))
        found, facts = self.assessed, self.workspace.review.departments
        return corrections.of_each(
            found.findings, found.plans, facts, self.decided, latest, found.plans.today + PREPARATION
        )

    @cached_property
    def standing(self) -> pd.DataFrame:
        """How far the KPI of each objective is from what is promised (see `standing.against_goal`), by ``objective``.

        A department that doesn't measure the KPI itself is told the values of the one that does, where it is only one.
        """
        nothing = standing.against_goal(self.values.head(0)).assign(objective="")
        rows = [self._standing(one) for one in self.assessed.plans.objectives if one.kpi is not None]
        return pd.concat([row for row in rows if len(row)] or [nothing], ignore_index=True)

    def drafted(self, department: str, own: pd.DataFrame) -> list[Action]:
        """Return the corrections that are proposed to a department; `own` are its KPI values, which measure them."""
        proposed = [one.action for one in self._corrected(own) if one.action is not None and one.state == "proposed"]
        return [action for action in proposed if action.department == department]

    def _standing(self, one: Objective) -> pd.DataFrame:
        kpi = self.workspace.kpis[str(one.kpi)]
        measuring = kpi.departments[0] if len(kpi.departments) == 1 else one.department
        series = self.values[(self.values["department"] == measuring) & (self.values["kpi"] == one.kpi)]
        target = float("nan") if one.target is None else one.target
        return standing.against_goal(series.assign(target=target, better=kpi.better)).assign(objective=one.id)
