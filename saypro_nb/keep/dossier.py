"""The dossier: everything that the review of one department in one period works on, and leaves behind.

A phase opens the dossier, reads from it, and leaves one table for the next phase.
"""

import datetime
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

import pandas as pd

from saypro_nb.agree.decisions import Verdict
from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Department
from saypro_nb.agree.settings import Catalogue, Workspace
from saypro_nb.agree.sources import Source
from saypro_nb.agree.spreadsheets import neutral, original
from saypro_nb.keep import checks, decisions, filled_forms, ranking, readers, week, whole
from saypro_nb.keep.register import Register
from saypro_nb.review import attention, changes, gaps, progress, signals
from saypro_nb.review.causes import Decided
from saypro_nb.review.ranking import Chosen, Weighing
from saypro_nb.review.statements import Reader

PREPARATION = datetime.timedelta(days=8)  # a week for the meeting, then the next period begins
Handover = Literal["gaps", "definitions", "causes", "actions", "progress"]


@dataclass(frozen=True)
class Dossier:
    """One department's review in one period; `workspace` holds what the organisation agreed on."""

    workspace: Workspace
    department: str
    period: datetime.date

    @classmethod
    def open(cls, workspace: str, *, department: str, period: str) -> Self:
        """Open the dossier; `period` is the first day of a period, or "latest".

        Raises InputError where the workspace, the department, the period or the KPI values are not usable.
        """
        loaded = Workspace.load(workspace)
        if department not in loaded.review.departments:
            remedy = did_you_mean(department, loaded.review.departments)
            raise InputError([Fault("the parameter department", f"there is no department '{department}'", remedy)])
        return cls(loaded, department, week.resolve(period, loaded))

    @property
    def facts(self) -> Department:
        """What params/review.yaml says about the department."""
        return self.workspace.review.departments[self.department]

    @property
    def last_day(self) -> datetime.date:
        """The last day of the period under review: what "today" is to a report."""
        return self.workspace.last_day(self.period)

    @property
    def period_before(self) -> datetime.date:
        """The first day of the period before the one under review."""
        return self.workspace.period_before(self.period)

    @property
    def next_start(self) -> datetime.date:
        """The first day on which an action can begin that the meeting after this period decides."""
        return self.last_day + PREPARATION

    @property
    def kpis(self) -> Catalogue:
        """The KPIs that the department owns."""
        return self.workspace.owned_by(self.department)

    @cached_property
    def values(self) -> pd.DataFrame:
        """The department's KPI values up to the period, a row for every period that has passed."""
        return self._own(week.known_values(self.workspace, self.period))

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """The evidence of the department's weekly KPIs, judged with all of the organisation (see `keep.week`)."""
        return self._own(week.evidence(self.workspace, self.period))

    @cached_property
    def charts(self) -> pd.DataFrame:
        """The department's values with targets, season and process-behaviour limits (see `signals.judge`)."""
        return self.charted(self.values, self.weekly)

    def charted(self, series: pd.DataFrame, weekly: pd.DataFrame) -> pd.DataFrame:
        """Return `charts` of other values, such as those known a period earlier, with the `weekly` evidence of then."""
        targets = gaps.with_targets(series, self.kpis)
        return signals.judge(attention.with_season(targets, weekly), self.kpis)

    @cached_property
    def drivers(self) -> pd.DataFrame:
        """The department's drivers up to the period, one column each, indexed by period."""
        rows = self._own(self._known("drivers", self.workspace.review.sources.drivers, "period"))
        return rows.pivot(index="period", columns="driver", values="value")

    @cached_property
    def feedback(self) -> pd.DataFrame:
        """The department's feedback forms up to the period; names of respondents are left behind here."""
        return self._own(self._forms).drop(columns="respondent")

    @cached_property
    def respondents(self) -> list[str]:
        """The names on forms of the whole organisation, to be taken out of what is quoted; they go nowhere else."""
        return sorted(self._forms.reindex(columns=["respondent"])["respondent"].dropna().astype(str).unique())

    @cached_property
    def reader(self) -> Reader | None:
        """What reads free text, learnt from params/statements.yaml; None where the workspace has no such file."""
        return readers.of(self.workspace)

    @cached_property
    def interviews(self) -> pd.DataFrame:
        """The statements from interviews in the department up to the period."""
        return self._own(self._spoken)

    @cached_property
    def statements(self) -> pd.DataFrame:
        """The statements about the department's KPIs from interviews up to the period, in whichever department."""
        return self._spoken[self._spoken["kpi"].isin(self.kpis)].reset_index(drop=True)

    @cached_property
    def actions(self) -> list[Action]:
        """The department's actions as the register has them now."""
        found = [one.action for one in decisions.standing(self.register).values()]
        return [action for action in found if action.department == self.department]

    @cached_property
    def decided(self) -> list[Decided]:
        """What meetings decided about the causes of the department's gaps."""
        return decisions.decided(self.register, self.department)

    @property
    def verdicts(self) -> dict[tuple[str, str], Verdict]:
        """The verdicts of `decided`, by KPI and cause family."""
        return {(one.kpi, one.family): one.verdict for one in self.decided}

    @cached_property
    def ranking(self) -> Chosen | None:
        """How the meeting chose to rank the gaps; None where it never spoke of it."""
        return ranking.chosen(self.register, self.department)

    @property
    def by_params(self) -> Weighing:
        """What weighs the gaps by what params say."""
        return self.kpis, self.workspace.review.priority

    def leave(self, name: Handover, table: pd.DataFrame) -> None:
        """Leave `table` for the next phase, in outputs/<period>/<department>/<name>.csv, complete or not at all."""
        with whole.replacing(self._file(name)) as aside:
            table.map(lambda cell: neutral(cell) if isinstance(cell, str) else cell).to_csv(aside, index=False)

    def left(self, name: Handover) -> pd.DataFrame | None:
        """Return the table that an earlier phase left for this period, or None if it has not run."""
        file = self._file(name)
        if not file.is_file():
            return None
        text = {"department": str, "kpi": str, "id": str, "judged_by": str}
        table = pd.read_csv(file, dtype=text, keep_default_na=False, na_values=[""])
        table = table.map(lambda cell: original(cell) if isinstance(cell, str) else cell)
        days = [column for column in (*gaps.DAYS, *progress.DAYS, "decided_on") if column in table]
        switches = (*gaps.SWITCHES, *changes.SWITCHES)
        flags = [column for column in switches if column in table]  # no row, no type: an empty file doesn't tell
        return table.assign(**{column: pd.to_datetime(table[column]) for column in days}).astype(
            dict.fromkeys(flags, bool)
        )

    @cached_property
    def register(self) -> Register:
        """The register of decisions."""
        return Register.of(self.workspace)

    def _file(self, name: Handover) -> Path:
        return self.workspace.outputs(self.period) / self.department / f"{name}.csv"

    @cached_property
    def _forms(self) -> pd.DataFrame:
        """The feedback forms of all departments, from the source and from the register."""
        from_source = self._known("feedback", self.workspace.review.sources.feedback, "date")
        kept = filled_forms.table(self.workspace, self.register, self.last_day)
        return pd.concat([from_source, kept], ignore_index=True) if len(kept) else from_source

    @cached_property
    def _spoken(self) -> pd.DataFrame:
        """The statements from interviews in all departments."""
        return self._known("interviews", self.workspace.review.sources.interviews, "date")

    def _own(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the department's own rows."""
        return rows[rows["department"] == self.department].reset_index(drop=True)

    def _known(self, name: str, source: Source | None, date: str) -> pd.DataFrame:
        """Return all departments' rows that were known when the review period ended."""
        if source is None:
            return checks.nothing(name, self.workspace)
        table, faults = checks.table(name, source, self.workspace)
        if faults:
            raise InputError(faults)
        return table[table[date] <= pd.Timestamp(self.last_day)]
