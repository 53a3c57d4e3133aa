"""Evidence: what the dossier's records, drivers and people say about its gaps, and the tables that phases left.

A phase that is opened alone, before the one it builds on has run, finds that one's table again from the data.
"""

import datetime

import pandas as pd

from saypro_nb.agree.schema import Action, Computed
from saypro_nb.keep import records, values
from saypro_nb.keep.dossier import Dossier
from saypro_nb.review import actions, drivers, segments, voices
from saypro_nb.review import causes as causes_of
from saypro_nb.review import changes as changes_of
from saypro_nb.review import gaps as gaps_of
from saypro_nb.review.segment_cells import Kind

BASELINE_WEEKS = 52  # a whole year before the review, so that a season is not taken for a change


def gaps(dossier: Dossier) -> pd.DataFrame:
    """Return the ranked gaps that phase 1 left, or find them again."""
    left = dossier.left("gaps")
    return gaps_of.identify(dossier.values, dossier.kpis, dossier.workspace.review.priority) if left is None else left


def changes(dossier: Dossier) -> pd.DataFrame:
    """Return the KPIs whose state is another than a period earlier, by the data as they stand now."""
    earlier = values.of_department(dossier.department, dossier.workspace, dossier.period_before)
    before = gaps_of.identify(earlier, dossier.kpis, dossier.workspace.review.priority)
    return changes_of.between(before, gaps(dossier))


def turned_actions(dossier: Dossier) -> list[tuple[Action, str]]:
    """Return the actions that stand otherwise than when the period before ended, with their present state."""
    return actions.turned(dossier.actions, dossier.period - datetime.timedelta(days=1), dossier.last_day)


def causes(dossier: Dossier) -> pd.DataFrame:
    """Return the weighed causes that phase 2 left, or weigh them again."""
    left = dossier.left("causes")
    if left is not None:
        return left
    said = voices.families(dossier.feedback, dossier.workspace.causes)
    return causes_of.weigh(gaps(dossier), said, dossier.interviews, dossier.workspace.causes)


def locate(dossier: Dossier, weeks: int) -> dict[str, segments.Explanation]:
    """Return, for each shortlisted KPI with records, what segments explain of its change over the last `weeks`."""
    return {
        kpi: explain(dossier, computed, weeks)
        for kpi in _shortlist(dossier)
        if (computed := dossier.kpis[kpi].computed)
    }


def explain(dossier: Dossier, computed: Computed, weeks: int) -> segments.Explanation:
    """Return what segments of the records explain of a KPI's change in the last `weeks` against the year before."""
    last = dossier.last_day
    begins = last - datetime.timedelta(weeks=weeks) + datetime.timedelta(days=1)
    first = begins - datetime.timedelta(weeks=BASELINE_WEEKS)
    cells = records.cells(computed, dossier.workspace, first, last)
    return segments.search(cells, pd.Timestamp(begins), _kind(computed))


def associate(dossier: Dossier) -> dict[str, drivers.Associations]:
    """Return, for each shortlisted weekly KPI, the drivers that move with it."""
    weekly = [kpi for kpi in _shortlist(dossier) if dossier.kpis[kpi].every == "week"]
    series = {kpi: rows.set_index("period")["value"] for kpi, rows in dossier.values.groupby("kpi")}
    return {kpi: drivers.associate(series[kpi], dossier.drivers) for kpi in weekly}


def _shortlist(dossier: Dossier) -> list[str]:
    found = gaps(dossier)
    return list(found.loc[found["shortlisted"], "kpi"])


def _kind(computed: Computed) -> Kind:
    if computed.denominator is None:
        return "sum"
    return "mean" if computed.denominator == "rows" else "ratio"
