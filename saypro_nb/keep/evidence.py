"""Evidence: what the dossier's records, drivers and people say about its gaps, and the tables that phases left.

A phase that is opened alone, before the one it builds on has run, finds that one's table again from the data.
"""

import datetime
import hashlib
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.keep import investigation, values
from saypro_nb.keep.dossier import Dossier
from saypro_nb.review import actions, alarm, attention, baseline, definitions, ranking, rates, signals, trend, voices
from saypro_nb.review import changes as changes_of
from saypro_nb.review import crosscheck as crosscheck_of
from saypro_nb.review import gaps as gaps_of

METHODS = (alarm, attention, baseline, gaps_of, rates, signals, trend)
"""What decides on the state of a KPI."""


def identify(dossier: Dossier) -> pd.DataFrame:
    """Return the department's gaps as the data are now, judged with all KPIs, and ranked as its meeting chose."""
    return _as_chosen(dossier, _measure(dossier, dossier.charts, dossier.weekly))


def as_params_say(dossier: Dossier, measured: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps ranked by what params say, whatever a meeting chose."""
    return gaps_of.rank(measured, *dossier.by_params)


def gaps(dossier: Dossier) -> pd.DataFrame:
    """Return the ranked gaps that phase 1 left, or find them again."""
    left = dossier.left("gaps")
    return identify(dossier) if left is None else left


def crosscheck(dossier: Dossier, ranked: pd.DataFrame) -> pd.DataFrame:
    """Return what people in any department say of this one's KPIs, against `ranked` (see `crosscheck.by_kpi`)."""
    speakers = sorted(set(dossier.statements["department"]) - {dossier.department})
    others = [_as_others_see(replace(dossier, department=speaker)) for speaker in speakers]
    found = crosscheck_of.by_kpi(dossier.statements, pd.concat([ranked, *others], ignore_index=True))
    return found[found["department"] == dossier.department].reset_index(drop=True)


def crosscheck_by_area(dossier: Dossier, ranked: pd.DataFrame) -> pd.DataFrame:
    """Return what `ranked`, interviews and forms say of each area of the department (see `crosscheck.by_area`)."""
    library = dossier.workspace.causes
    forms = voices.families(dossier.feedback, library)
    return crosscheck_of.by_area(dossier.statements, ranked, forms, dossier.kpis, library)


def as_of(dossier: Dossier, period: datetime.date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the values with their limits, and the ranked gaps, as they were when the review period `period` ended."""
    if period == dossier.period:
        return dossier.charts, gaps(dossier)
    weekly = dossier.weekly[dossier.weekly["period"] <= pd.Timestamp(period)]
    points = dossier.charted(values.as_of(dossier.values, dossier.workspace, period), weekly)
    return points, _as_chosen(dossier, _measure(dossier, points, weekly))


def compared(dossier: Dossier, ranked: pd.DataFrame) -> pd.DataFrame:
    """Return `ranked` with each KPI's state a period earlier, by the data as they stand now (see `changes.compared`).

    What phase 1 left has been compared already.
    """
    if "was" in ranked:
        return ranked
    return changes_of.compared(as_of(dossier, dossier.period_before)[1], ranked)


def changes(dossier: Dossier, ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the KPIs whose state in `ranked` is another than a period earlier, or that are judged otherwise."""
    return changes_of.moved(compared(dossier, ranked), redefined(dossier))


def judged_by(dossier: Dossier) -> pd.DataFrame:
    """Return by what the department's KPIs are judged in the period, to be kept for the next one."""
    return _judged_by(dossier, dossier.last_day)


def redefined(dossier: Dossier) -> pd.DataFrame:
    """Return what is judged otherwise than by the last run of the period before (see `definitions.compare`).

    Where that has left nothing, only what params date themselves is known: targets by date, and rebases.
    """
    before = replace(dossier, period=dossier.period_before)
    left = before.left("definitions")
    return definitions.compare(_judged_by(dossier, before.last_day) if left is None else left, judged_by(dossier))


def _judged_by(dossier: Dossier, day: datetime.date) -> pd.DataFrame:
    code = b"".join(Path(str(module.__file__)).read_bytes() for module in METHODS)
    methods = hashlib.sha256(code).hexdigest()[:12]
    of_all = definitions.of_workbench(version("saypro-nb"), methods, dossier.workspace.review.priority)
    return pd.concat([definitions.of_kpis(dossier.kpis, day), of_all], ignore_index=True)


def turned_actions(dossier: Dossier) -> list[tuple[Action, str]]:
    """Return the actions that stand otherwise than when the period before ended, with their present state."""
    return actions.turned(dossier.actions, dossier.period - datetime.timedelta(days=1), dossier.last_day)


def causes(dossier: Dossier) -> pd.DataFrame:
    """Return the weighed causes that phase 2 left, or weigh them again."""
    left = dossier.left("causes")
    return investigation.open_case(dossier, gaps(dossier)).weighed if left is None else left


def _as_others_see(dossier: Dossier) -> pd.DataFrame:
    """Return a department's gaps for another one's page, which must not change with what this one's meeting chose."""
    return as_params_say(dossier, _measure(dossier, dossier.charts, dossier.weekly))


def _as_chosen(dossier: Dossier, measured: pd.DataFrame) -> pd.DataFrame:
    choice = dossier.ranking.ranking if dossier.ranking else None
    return gaps_of.rank(measured, *ranking.applied(choice, dossier.by_params))


def _measure(dossier: Dossier, points: pd.DataFrame, weekly: pd.DataFrame) -> pd.DataFrame:
    latest = attention.latest(weekly)
    return gaps_of.measure(points, dossier.kpis, latest)
