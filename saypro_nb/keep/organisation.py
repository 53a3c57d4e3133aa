"""The organisation: the dossiers of all its departments in one period, for the pages that look at all of them."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from saypro_nb.keep import alerts, monitoring
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.reviewed import Reviewed
from saypro_nb.review import rollup
from saypro_nb.review import standing as standing_of
from saypro_nb.review.alerts import Alert
from saypro_nb.review.escalation import Held
from saypro_nb.review.rollup import Rollup


@dataclass(frozen=True)
class Organisation(Reviewed):
    """Every department's review in one period; `workspace` holds what the organisation agreed on."""

    @cached_property
    def dossiers(self) -> dict[str, Dossier]:
        """The dossier of each department, by its id, in the order of params/review.yaml."""
        return {name: Dossier(self.workspace, name, self.period) for name in self.workspace.review.departments}

    @cached_property
    def followed(self) -> dict[str, pd.DataFrame]:
        """The actions of each department (see `progress.table`), by its id."""
        return {name: monitoring.followed(dossier) for name, dossier in self.dossiers.items()}

    @cached_property
    def progress(self) -> pd.DataFrame:
        """The actions of all departments (see `progress.table`)."""
        tables = list(self.followed.values())
        return pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)

    @property
    def standing(self) -> dict[str, pd.DataFrame]:
        """Each department's KPIs between baseline and goal, by its full name."""
        names = self.workspace.names
        return {names[name]: standing_of.against_goal(dossier.charts) for name, dossier in self.dossiers.items()}

    @cached_property
    def alerts(self) -> list[Alert]:
        """The alerts of all departments (see `keep.alerts.alerts_of`)."""
        return [alert for dossier in self.dossiers.values() for alert in alerts.alerts_of(dossier)]

    @property
    def held(self) -> list[Held]:
        """Who holds what is open or overdue anywhere (see `keep.alerts.held`)."""
        return [
            one
            for name, dossier in self.dossiers.items()
            for one in alerts.held(dossier, [alert for alert in self.alerts if alert.department == name])
        ]

    @cached_property
    def states(self) -> dict[str, Rollup]:
        """The state of each department, by its id."""
        return {name: monitoring.state(dossier, self.followed[name]) for name, dossier in self.dossiers.items()}

    @property
    def state(self) -> Rollup:
        """The organisation's state: that of its weakest department."""
        return rollup.up(rollup.of_departments(self.states))
