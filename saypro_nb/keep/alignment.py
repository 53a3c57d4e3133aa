"""The alignment review: the plans and goals of all departments in one period, with their KPIs and what was decided."""

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import pandas as pd

from saypro_nb.agree.schema import Action
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import decisions, values
from saypro_nb.keep.dossier import PREPARATION
from saypro_nb.keep.register import Register
from saypro_nb.review import alignment, alignment_scores, corrections
from saypro_nb.review.alignment import Finding, Plans
from saypro_nb.review.corrections import Corrected


@dataclass(frozen=True)
class AlignmentReview:
    """The plans of every department in one period; `workspace` holds what the organisation agreed on."""

    workspace: Workspace
    period: datetime.date

    @classmethod
    def open(cls, workspace: str, *, period: str) -> Self:
        """Open the review; `period` is the first day of a period, or "latest".

        Raises InputError where the workspace, the period or the KPI values are not usable.
        """
        loaded = Workspace.load(workspace)
        return cls(loaded, values.resolve(period, loaded))

    @property
    def departments(self) -> list[str]:
        """The departments, in the order of params/review.yaml."""
        return list(self.workspace.review.departments)

    @cached_property
    def plans(self) -> Plans:
        """What the departments plan on the last day of the period."""
        return Plans(self.workspace.alignment, self.workspace.kpis, self.workspace.last_day(self.period))

    @cached_property
    def findings(self) -> list[Finding]:
        """Every gap between the plans and the goals (see `alignment.assess`)."""
        return alignment.assess(self.plans)

    @cached_property
    def scored(self) -> pd.DataFrame:
        """The score of each objective (see `alignment_scores.by_objective`)."""
        return alignment_scores.by_objective(self.plans, self.findings)

    @cached_property
    def rated(self) -> pd.DataFrame:
        """The score of each department's plan (see `alignment_scores.by_department`)."""
        return alignment_scores.by_department(self.scored, self.departments)

    @cached_property
    def matrix(self) -> pd.DataFrame:
        """How each plan stands to each goal (see `alignment_scores.matrix`)."""
        return alignment_scores.matrix(self.plans, self.findings, self.departments)

    @cached_property
    def values(self) -> pd.DataFrame:
        """The KPI values of all departments up to the period."""
        return values.of_organisation(self.workspace, self.period)

    @cached_property
    def decided(self) -> list[Action]:
        """The corrections of alignment gaps that the register holds."""
        register = Register.open(self.workspace.review.register_url, self.workspace.root)
        kept = [one.action for one in decisions.standing(register).values()]
        return [action for action in kept if corrections.is_correction(action)]

    @cached_property
    def corrected(self) -> list[Corrected]:
        """Each finding with the action that corrects it, decided or proposed (see `corrections.of_each`)."""
        known = self.values.dropna(subset="value")
        latest = dict(zip(zip(known["department"], known["kpi"], strict=True), known["value"], strict=True))
        starts = self.plans.today + PREPARATION
        facts = self.workspace.review.departments
        return corrections.of_each(self.findings, self.plans, facts, self.decided, latest, starts)

    @property
    def drafted(self) -> list[Action]:
        """The corrections that are proposed and not decided on."""
        return [one.action for one in self.corrected if one.action is not None and one.state == "proposed"]
