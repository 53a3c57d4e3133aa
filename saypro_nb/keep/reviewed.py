"""What is reviewed: the organisation in one period, for whatever looks at all its departments."""

import datetime
from dataclasses import dataclass
from typing import Self

from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import week


@dataclass(frozen=True)
class Reviewed:
    """The organisation in one period; `workspace` holds what it agreed on."""

    workspace: Workspace
    period: datetime.date

    @classmethod
    def open(cls, workspace: str, *, period: str) -> Self:
        """Open it; `period` is the first day of a period, or "latest".

        Raises InputError where the workspace, the period or the KPI values are not usable.
        """
        loaded = Workspace.load(workspace)
        return cls(loaded, week.resolve(period, loaded))

    @property
    def last_day(self) -> datetime.date:
        """The last day of the period under review: what "today" is to a report."""
        return self.workspace.last_day(self.period)
