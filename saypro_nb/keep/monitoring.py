"""Monitoring: what phase 4 finds about a department's KPIs, actions and people, for its page and the organisation's.

A page that is opened alone, before phase 4 of a department has run, finds that one's progress again from the data.
"""

import datetime
from dataclasses import dataclass

import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.keep import evidence, sittings
from saypro_nb.keep.dossier import Dossier
from saypro_nb.review import feedback_change, lookback, rollup
from saypro_nb.review import progress as progress_of
from saypro_nb.review import standing as standing_of
from saypro_nb.review.actions import NOT_BEGUN
from saypro_nb.review.rollup import Rollup

TOLD = ("improved", "worsened", "no effect found")
DRAWN = 4  # actions with a picture of their effect, the latest of those that can be told


@dataclass(frozen=True)
class Board:
    """A department's dashboard: where its KPIs and actions stand.

    ``points``: values with targets and limits (`Dossier.charts`); ``standing``: KPIs between baseline and goal
    (`standing.against_goal`); ``progress``: actions (`progress.table`); ``state``: that of the weakest of them.
    """

    points: pd.DataFrame
    standing: pd.DataFrame
    progress: pd.DataFrame
    state: Rollup


def find(dossier: Dossier) -> Board:
    """Return the department's dashboard, from the data as they are."""
    points, progress = dossier.charts, follow(dossier)
    return Board(points, standing_of.against_goal(points), progress, state(dossier, progress))


def state(dossier: Dossier, progress: pd.DataFrame) -> Rollup:
    """Return how the department stands: as well as the weakest of its KPIs and actions."""
    return rollup.up([*rollup.of_kpis(evidence.gaps(dossier)), *rollup.of_actions(progress)])


def follow(dossier: Dossier) -> pd.DataFrame:
    """Return every action of the department with its state, its effect and its review, from the data as they are."""
    return progress_of.table(
        dossier.actions, dossier.workspace.kpis, dossier.values, dossier.last_day, spoken_of(dossier)
    )


def followed(dossier: Dossier) -> pd.DataFrame:
    """Return the progress that phase 4 left, or find it again."""
    left = dossier.left("progress")
    if left is None:
        return follow(dossier)
    texts = left[progress_of.TEXTS].astype(object).fillna("")  # a file keeps no difference between empty and missing
    return left.assign(**texts)


def spoken_of(dossier: Dossier) -> dict[str, datetime.date]:
    """Return the last day, up to the end of the period, on which a check-in spoke of each action."""
    known = [one for one in sittings.held(dossier) if one.held_on <= dossier.last_day]
    return {line.action: one.held_on for one in known for line in one.actions}


def courses(dossier: Dossier, progress: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return, for the latest actions whose effect can be told, what their KPI would have been without them."""
    told = progress[progress["answer"].isin(TOLD)].sort_values(["start", "id"], ascending=[False, True]).head(DRAWN)
    known = {action.id: action for action in dossier.actions}
    return {name: _course(dossier, known[name]) for name in told["id"] if name in known}


def feedback(dossier: Dossier) -> pd.DataFrame:
    """Return what people say after each action that has begun, against before (see `feedback_change.around`)."""
    begun = [
        action
        for action in dossier.actions
        if action.start <= dossier.last_day and action.status not in (*NOT_BEGUN, "declined")
    ]
    causes, today = dossier.workspace.causes, dossier.last_day
    tables = [feedback_change.around(action, dossier.feedback, causes, today) for action in begun]
    none = pd.DataFrame(columns=feedback_change.COLUMNS)
    return pd.concat([table for table in tables if len(table)] or [none], ignore_index=True)


def _course(dossier: Dossier, action: Action) -> pd.DataFrame:
    kpi = dossier.workspace.kpis[action.criterion.kpi]
    return lookback.course(action, kpi, dossier.values, dossier.last_day)
