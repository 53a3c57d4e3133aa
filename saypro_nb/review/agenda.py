"""The agenda: a department's plan as the meeting finds it.

What waits for its decision, what runs, whether people and money bear both, and the evidence that the plan rests on.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from saypro_nb.agree.decisions import Verdict
from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Department
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import actions, capacity


@dataclass(frozen=True)
class SignedOff:
    """The last decision that was signed off on the action of that id: approved, adjusted, declined or withdrawn."""

    action: str
    verdict: str
    who: str
    on: datetime.date
    why: str


@dataclass(frozen=True)
class Agenda:
    """The plan of `department` on the day `today`.

    `kept` are the actions of the register, `drafts` what the library and the alignment review propose beside them.
    `ranked` is the outcome of `gaps.rank`, `weighed` that of `causes.weigh`, `recommended` that of
    `recommendations.rank`, `missed` that of `impact.measure`; `verdicts` are what meetings decided on causes, by KPI
    and cause family, and `signed` what they decided on actions, the latest first.
    """

    department: Department
    today: datetime.date
    kept: Sequence[Action]
    drafts: Sequence[Action]
    kpis: Catalogue
    ranked: pd.DataFrame
    weighed: pd.DataFrame
    recommended: pd.DataFrame
    missed: pd.DataFrame
    verdicts: Mapping[tuple[str, str], Verdict]
    signed: Sequence[SignedOff]
    currency: str

    @property
    def running(self) -> list[Action]:
        """What is decided and not finished."""
        return actions.running(self.kept)

    @property
    def waiting(self) -> list[Action]:
        """What the meeting has to decide on: proposals that the register holds, then the drafts."""
        return [*actions.waiting(self.kept), *self.drafts]

    @property
    def plan(self) -> list[Action]:
        """What is running, and what would be if all that waits were approved as it stands."""
        return [*self.running, *self.waiting]

    @property
    def told(self) -> list[Action]:
        """What a plan or a report tells of: everything but what was declined."""
        return [*(action for action in self.kept if action.status != "declined"), *self.drafts]

    @cached_property
    def load(self) -> pd.DataFrame:
        """What each owner would lead from now on (see `capacity.owners`)."""
        return capacity.owners(self.plan, self.today)

    @cached_property
    def costs(self) -> pd.DataFrame:
        """What the plan takes of the department's budget, from this quarter on (see `capacity.costs`)."""
        costs = capacity.costs(self.plan, self.department.action_budget)
        return costs[costs["first"] >= capacity.quarter_begins(self.today)].reset_index(drop=True)

    @cached_property
    def steps(self) -> pd.DataFrame:
        """When each action of the plan and each of its milestones is due (see `capacity.timeline`)."""
        return capacity.timeline(self.plan, self.today)

    @property
    def late(self) -> list[Action]:
        """What is running and should have begun, or be finished, by now."""
        return [action for action in self.running if actions.state(action, self.today) == "late"]

    def standing_of_gaps(self) -> dict[str, str]:
        """Return for each gap of the shortlist whether an action against it is running, proposed, or neither."""
        running, waiting = (
            {action.kpi for action in some if not action.corrects_plan} for some in (self.running, self.waiting)
        )
        return {
            kpi: "running" if kpi in running else "proposed" if kpi in waiting else "neither"
            for kpi in self.ranked.loc[self.ranked["shortlisted"], "kpi"]
        }
