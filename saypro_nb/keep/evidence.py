"""Evidence: what the dossier's records, drivers and people say about its gaps, and the tables that phases left.

A phase that is opened alone, before the one it builds on has run, finds that one's table again from the data.
"""

import datetime
from dataclasses import replace

import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.keep import investigation, values
from saypro_nb.keep.dossier import Dossier
from saypro_nb.review import actions, attention, voices
from saypro_nb.review import changes as changes_of
from saypro_nb.review import crosscheck as crosscheck_of
from saypro_nb.review import gaps as gaps_of


def identify(dossier: Dossier) -> pd.DataFrame:
    """Return the department's gaps as the data are now, ranked, judged together with all KPIs of the organisation."""
    return _identify(dossier, dossier.charts, dossier.weekly)


def gaps(dossier: Dossier) -> pd.DataFrame:
    """Return the ranked gaps that phase 1 left, or find them again."""
    left = dossier.left("gaps")
    return identify(dossier) if left is None else left


def crosscheck(dossier: Dossier, ranked: pd.DataFrame) -> pd.DataFrame:
    """Return what people in any department say of this one's KPIs, against `ranked` (see `crosscheck.by_kpi`)."""
    speakers = sorted(set(dossier.statements["department"]) - {dossier.department})
    others = [identify(replace(dossier, department=speaker)) for speaker in speakers]
    found = crosscheck_of.by_kpi(dossier.statements, pd.concat([ranked, *others], ignore_index=True))
    return found[found["department"] == dossier.department].reset_index(drop=True)


def crosscheck_by_area(dossier: Dossier, ranked: pd.DataFrame) -> pd.DataFrame:
    """Return what `ranked`, interviews and forms say of each area of the department (see `crosscheck.by_area`)."""
    library = dossier.workspace.causes
    forms = voices.families(dossier.feedback, library)
    return crosscheck_of.by_area(dossier.statements, ranked, forms, dossier.kpis, library)


def changes(dossier: Dossier, ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the KPIs whose state in `ranked` is another than a period earlier, by the data as they stand now."""
    return changes_of.between(as_of(dossier, dossier.period_before)[1], ranked)


def as_of(dossier: Dossier, period: datetime.date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the values with their limits, and the ranked gaps, as they were when the review period `period` ended."""
    if period == dossier.period:
        return dossier.charts, gaps(dossier)
    weekly = dossier.weekly[dossier.weekly["period"] <= pd.Timestamp(period)]
    points = dossier.charted(values.as_of(dossier.values, dossier.workspace, period), weekly)
    return points, _identify(dossier, points, weekly)


def turned_actions(dossier: Dossier) -> list[tuple[Action, str]]:
    """Return the actions that stand otherwise than when the period before ended, with their present state."""
    return actions.turned(dossier.actions, dossier.period - datetime.timedelta(days=1), dossier.last_day)


def causes(dossier: Dossier) -> pd.DataFrame:
    """Return the weighed causes that phase 2 left, or weigh them again."""
    left = dossier.left("causes")
    return investigation.open_case(dossier, gaps(dossier)).weighed if left is None else left


def _identify(dossier: Dossier, points: pd.DataFrame, weekly: pd.DataFrame) -> pd.DataFrame:
    measured = gaps_of.measure(points, dossier.kpis, attention.latest(weekly))
    return gaps_of.rank(measured, dossier.kpis, dossier.workspace.review.priority)
