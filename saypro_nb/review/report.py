"""The report on a department's month or quarter: everything that its page tells, but for what people said."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from saypro_nb.agree.decisions import Noted
from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Cadence
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import actions, performance, spans
from saypro_nb.review.agenda import Agenda
from saypro_nb.review.spans import Length, Span


@dataclass(frozen=True)
class Report:
    """What is told of `span`, on the last day of the review period, which its `agenda` calls today.

    `points` (`signals.judge`) and `ranked` (`gaps.rank`) are as they were when the span ended; `every` is how often
    the organisation is reviewed. `noted` are analysts' notes on the span, and `turned` the actions that stand
    otherwise than before it. `agenda` and `progress` (`progress.table`) are of now.
    """

    span: Span
    every: Cadence
    points: pd.DataFrame
    ranked: pd.DataFrame
    noted: Sequence[Noted]
    agenda: Agenda
    progress: pd.DataFrame
    turned: Sequence[tuple[Action, str]]

    @property
    def kpis(self) -> Catalogue:
        """The KPIs that the department owns."""
        return self.agenda.kpis

    @property
    def today(self) -> datetime.date:
        """The last day of the review period."""
        return self.agenda.today

    @cached_property
    def rows(self) -> pd.DataFrame:
        """What each KPI came to, the most urgent first (see `performance.measure`)."""
        return performance.measure(self.over(self.span.length), self.ranked, self.span, self.kpis)

    def over(self, length: Length) -> pd.DataFrame:
        """Return what each KPI came to in every complete month or quarter (see `spans.over`)."""
        last = spans.last_complete(self.span.last_period(self.every), self.every, length)
        found = self._spanned[length]
        return found[found["first"] <= pd.Timestamp(last.first)].reset_index(drop=True)

    @property
    def following(self) -> Span:
        """The next month or quarter, for which is planned."""
        return self.span.moved(1)

    @property
    def plan(self) -> Agenda:
        """The agenda with only what is open: what runs by the end of `following`, or waits for a decision."""
        last = self.following.last_day(self.every)
        ahead = [action for action in self.agenda.running if action.start <= last]
        return replace(self.agenda, kept=[*ahead, *actions.waiting(self.agenda.kept)])

    @cached_property
    def _spanned(self) -> dict[Length, pd.DataFrame]:
        return {length: spans.over(self.points, self.kpis, length) for length in ("month", "quarter")}
