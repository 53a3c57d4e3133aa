"""The shapes of review.yaml and kpis.yaml under params/, and what the shapes of all files share.

Every model refuses keys that it does not know, so a misspelt setting is an error and never a silent default.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from saypro_nb.agree import measures
from saypro_nb.agree.sources import Place, Source

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,119}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Weight = Annotated[float, Field(gt=0, le=10)]
Family = Literal["resources", "training", "processes", "engagement", "alignment"]
Form = Literal["employee", "team_leader"]
Unit = Literal["percent", "money", "hours", "days", "count", "score", "ratio"]
Cadence = Literal["week", "month", "quarter"]
Perspective = Literal[
    "financial", "customer", "employee", "operational", "marketing_and_sales", "innovation", "sustainability"
]

LARGEST = 1e15
"""The largest number of a KPI, driver or budget: beyond some 9e15 a computer no longer tells whole units apart."""

Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2100, 12, 31))]
"""A day of params; one beyond is a slip of the pen, and what is counted from it has no end."""

Factor = Annotated[float, Field(ge=0, le=1000)]

RANGES: dict[str, tuple[float | None, float | None]] = {
    "percent": (0, 100),
    "money": (None, None),
    "hours": (0, None),
    "days": (0, None),
    "count": (0, None),
    "score": (None, None),
    "ratio": (0, None),
}


class Strict(BaseModel):
    """A model without room for typing errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Department(Strict):
    """A department: its full `name`, who leads it, how often it meets, and its budget for actions in a quarter."""

    name: Text
    lead: Text
    check_in: Literal["weekly", "fortnightly", "monthly", "quarterly"]
    action_budget: Annotated[float, Field(ge=0, le=LARGEST)]


class Computed(Strict):
    """Where a KPI is computed: a records table, its date column, and the sums to divide.

    `numerator` and `denominator` are measures (see `measures`): a number column of the records, ``rows`` for their
    count, either with a condition, or several added and subtracted. Without a denominator the KPI is the numerator.
    The quotient is multiplied by `factor`: 100 for a percent KPI and 1 for any other, unless it is given.
    """

    records: Id
    date: str
    numerator: str
    denominator: str | None = None
    factor: Annotated[float, Field(gt=0, le=LARGEST)] | None = None

    @field_validator("numerator", "denominator")
    @classmethod
    def _can_be_read(cls, measure: str | None) -> str | None:
        if measure is not None:
            measures.parse(measure)
        return measure

    @model_validator(mode="after")
    def _has_something_to_multiply(self) -> Self:
        if self.factor is not None and self.denominator is None:
            raise ValueError("a factor multiplies a quotient; add a denominator, or leave the factor out")
        return self

    @property
    def is_difference(self) -> bool:
        """Whether a part of it is subtracted, so that a segment's part of it may be negative."""
        return any(measures.subtracts(measure) for measure in (self.numerator, self.denominator) if measure)


class Rebase(Strict):
    """A date from which a KPI is another process, judged by limits of its own: `reason` and `author` say why."""

    date: Day
    reason: Text
    author: Text


class Kpi(Strict):
    """A key performance indicator: how it is measured, judged and owned.

    `chart` says what numerator and denominator count: cases among cases (``share``), events per exposure (``rate``),
    or neither (``values``); without it, a percentage of whole numbers is a share. `area` is where to look when there
    is a gap, such as "lead quality" or "staffing"; KPIs of one area are reviewed together. `adds_up` says of a KPI
    that is handed in whether the values of several periods add up to that of all of them.
    """

    name: Text
    unit: Unit
    better: Literal["higher", "lower", "neither"]
    perspective: Perspective
    departments: tuple[Id, ...] = ()
    every: Cadence
    target: Number | dict[Day, Number] | None = None
    benchmark: Number | None = None
    threshold: Number | None = None
    weight: Weight = 1.0
    range: tuple[float | None, float | None] | None = None
    formula: Text
    points_at: Text
    area: Text | None = None
    computed: Computed | None = None
    chart: Literal["share", "rate", "values"] | None = None
    adds_up: bool | None = None
    rebase: tuple[Rebase, ...] = ()

    @model_validator(mode="after")
    def _adds_up_as_it_is_computed(self) -> Self:
        if self.computed is not None and self.adds_up is not None:
            raise ValueError("a computed KPI adds up if it has no denominator; leave adds_up out")
        return self

    @model_validator(mode="after")
    def _rebased_where_periods_begin(self) -> Self:
        days = [rebase.date for rebase in self.rebase]
        if days != sorted(set(days)):
            raise ValueError("write each rebase once, the earliest first")
        for day in days:
            if not _begins(self.every, day):
                raise ValueError(f"rebase on {day}: no {self.every} begins then; give the first day of a {self.every}")
        return self

    @property
    def scale(self) -> float:
        """What numerator by denominator is multiplied by to give the KPI in its unit."""
        if self.computed is not None and self.computed.factor is not None:
            return self.computed.factor
        return 100.0 if self.unit == "percent" else 1.0

    @property
    def is_sum(self) -> bool:
        """Whether the values of several periods add up to that of all of them: revenue does, a rate doesn't.

        Money that is handed in is taken for a price or a cost of something, unless `adds_up` says otherwise.
        """
        if self.computed is not None:
            return self.computed.denominator is None
        return self.unit == "count" if self.adds_up is None else self.adds_up

    def target_on(self, day: date) -> float | None:
        """Return the target in force on `day`, or None before the first one."""
        if not isinstance(self.target, dict):
            return self.target
        begun = [start for start in self.target if start <= day]
        return self.target[max(begun)] if begun else None

    def bounds(self) -> tuple[float | None, float | None]:
        """Return the lowest and highest possible value; None where there is no limit."""
        return self.range or RANGES[self.unit]


def _begins(every: Cadence, day: date) -> bool:
    if every == "week":
        return day.weekday() == 0
    return day.day == 1 and (every == "month" or day.month % 3 == 1)


class SignalFactors(Strict):
    """What evidence multiplies a priority by: an alarm, a KPI on watch, no evidence, a change for the better."""

    concern: Factor
    watch: Factor = 1.5
    common_cause: Factor
    improvement: Factor


class TrendFactors(Strict):
    """What a trend multiplies a priority by."""

    worsening: Factor
    flat: Factor
    improving: Factor


class Priority(Strict):
    """How strongly evidence and trend raise a gap's priority; each factor multiplies it.

    `least` is the size, as a share of the target, from which on a gap can come onto the shortlist.
    """

    signal: SignalFactors
    trend: TrendFactors
    least: Annotated[float, Field(ge=0, le=1)] = 0.0


class Sources(Strict):
    """Where each table is (see `agree.sources`)."""

    kpi_values: Place
    drivers: Place | None = None
    feedback: Place | None = None
    interviews: Place | None = None
    records: dict[Id, Place] = {}

    @model_validator(mode="after")
    def _numbers_that_can_be_read(self) -> Self:
        numeric = {"kpi_values": self.kpi_values, "drivers": self.drivers}
        for name, source in {**numeric, **{f"records.{name}": one for name, one in self.records.items()}}.items():
            if source is not None and source.requires_decimal():
                raise ValueError(f"{name} is separated by '{source.separator}': say which 'decimal' it has, ',' or '.'")
        return self

    def tables(self) -> dict[str, Source]:
        """Return every table but the records, by its name in the data contract."""
        named = {name: getattr(self, name) for name in ("kpi_values", "drivers", "feedback", "interviews")}
        return {name: source for name, source in named.items() if source is not None}


ORGANISATION = "organisation"
"""What stands in a department's place for what concerns all of them; no department can have that id."""


class ReviewParams(Strict):
    """params/review.yaml: the organisation, its departments and where its data is."""

    organisation: Text
    note: str = ""
    currency: str = "$"
    notebooks: str = "notebooks"
    register_url: str = Field(alias="register")
    departments: dict[Id, Department]
    priority: Priority
    sources: Sources

    @field_validator("departments")
    @classmethod
    def _none_is_the_organisation(cls, departments: dict[str, Department]) -> dict[str, Department]:
        if ORGANISATION in departments:
            raise ValueError(f"'{ORGANISATION}' stands for all departments together; give this one another id")
        return departments
