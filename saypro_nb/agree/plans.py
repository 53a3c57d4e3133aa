"""The shape of an action plan: actions with their owner, dates, means, measure of success and status."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from saypro_nb.agree.schema import Family, Id, Strict, Text

Status = Literal[
    "proposed", "not started", "pending", "in progress", "ongoing", "completed", "needs adjustment", "declined"
]


class Milestone(Strict):
    """A dated step of an action."""

    due: date
    what: Text
    done: bool = False


class Criterion(Strict):
    """When an action has succeeded: `kpi` reaches `amount` (in its unit) by a date; `baseline` is where it started."""

    kpi: Id
    baseline: float | None = None
    amount: float
    by: date


CORRECTION = "alignment"
"""What follows the department in the id of an action that corrects a plan."""


class Action(Strict):
    """A corrective action with its owner, dates, means and measure of success.

    It answers the gap of `kpi` and a cause `family`; `recommendation` names the library's that it was made from.
    """

    id: Id
    department: Id
    kpi: Id
    family: Family
    recommendation: Id | None = None
    description: Text
    owner: Text
    start: date
    end: date
    milestones: tuple[Milestone, ...] = ()
    resources: Text
    budget: Annotated[float, Field(ge=0)]
    criterion: Criterion
    term: Literal["short", "long"]
    status: Status
    progress: str = ""
    next_steps: str = ""

    @property
    def corrects_plan(self) -> bool:
        """Whether it answers a gap between plans and goals (see `review.corrections`), measured by `kpi`."""
        return self.id.startswith(f"{self.department}-{CORRECTION}-")

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"end ({self.end}) lies before start ({self.start}); put the dates in order")
        if self.criterion.by < self.start:
            raise ValueError(f"the success criterion falls due ({self.criterion.by}) before the start ({self.start})")
        return self
