"""The investigation: what records, drivers and people say about the causes of a department's shortlisted gaps."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.schema import Computed
from saypro_nb.keep import decisions, hearing, records
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.hearing import Hearing
from saypro_nb.review import breakdown, causes, driver_shares, drivers, segments, triangulation
from saypro_nb.review.contrast import Split
from saypro_nb.review.segment_cells import Kind

BASELINE_WEEKS = 52  # a whole year before the review, so that a season is not taken for a change
REVIEW_WEEKS = 13
CHANGED = ("worse", "drifting")  # states of a KPI that moved; the others miss their target as they always did
MOST_ON_A_MAP = 12  # values of a dimension that a reader can take in


@dataclass(frozen=True)
class Case:
    """Everything that was found about the shortlisted gaps, by KPI where it is about one.

    ``split``: the records behind it, by segment; ``located``: what segments explain; ``maps``: the breakdown of a
    change along two dimensions, each with their names; ``associated``: drivers; ``hearing``: people; ``measured``:
    what data say of each cause family (`triangulation.measure`); ``weighed``: the outcome (`causes.weigh`).
    """

    split: Mapping[str, Split]
    located: Mapping[str, segments.Explanation]
    maps: Mapping[str, tuple[tuple[str, str], pd.DataFrame]]
    associated: Mapping[str, driver_shares.Associated]
    hearing: Hearing
    measured: Mapping[str, pd.DataFrame]
    weighed: pd.DataFrame


def open_case(dossier: Dossier, ranked: pd.DataFrame, weeks: int = REVIEW_WEEKS) -> Case:
    """Return what is found about the shortlisted gaps of `ranked`: the last `weeks` against the year before."""
    shortlist = ranked[ranked["shortlisted"]]
    added_up = {kpi: cells(dossier, kpi, weeks) for kpi in shortlist["kpi"] if _can_be_split(dossier, kpi)}
    searched = {kpi: _searched(dossier, kpi, found, weeks) for kpi, found in added_up.items()}
    located = {kpi: found for kpi, found in searched.items() if found is not None}
    associated = {
        kpi: _associate(dossier, kpi, changed=state in CHANGED, weeks=weeks)
        for kpi, state in zip(shortlist["kpi"], shortlist["state"], strict=True)
        if dossier.kpis[kpi].every == "week"
    }
    measured = {kpi: _measure(dossier, kpi, located, associated) for kpi in shortlist["kpi"]}
    heard = hearing.hear(dossier)
    weighed = causes.weigh(ranked, heard.heard, measured, dossier.workspace.causes, dossier.decided)
    maps = {
        kpi: _map(dossier, kpi, added_up[kpi], found, weeks)
        for kpi, found in located.items()
        if found.verdict == "segments"
    }
    drawn = {kpi: found for kpi, found in maps.items() if found is not None}
    split = {kpi: Split(added_up[kpi], begins(dossier, weeks), _kind(_computed(dossier, kpi))) for kpi in located}
    return Case(split, located, drawn, associated, heard, measured, weighed)


def hand_on(case: Case, dossier: Dossier, ranked: pd.DataFrame) -> None:
    """Leave the causes for the next phase again, weighed with what has been decided since the case was opened."""
    decided = decisions.decided(dossier.register, dossier.department)
    library = dossier.workspace.causes
    dossier.leave("causes", causes.weigh(ranked, case.hearing.heard, case.measured, library, decided))


def explain(dossier: Dossier, kpi: str, weeks: int = REVIEW_WEEKS) -> segments.Explanation:
    """Return what segments of the records explain of a KPI's change in the last `weeks` against the year before."""
    return _search(dossier, kpi, cells(dossier, kpi, weeks), weeks)


def cells(dossier: Dossier, kpi: str, weeks: int) -> pd.DataFrame:
    """Return the records behind a computed KPI, added up per week and segment, for `weeks` and the year before."""
    first = begins(dossier, weeks) - datetime.timedelta(weeks=BASELINE_WEEKS)
    return records.cells(_computed(dossier, kpi), dossier.workspace, first.date(), dossier.last_day)


def begins(dossier: Dossier, weeks: int) -> pd.Timestamp:
    """Return the first day of the last `weeks` of the period under review."""
    return pd.Timestamp(dossier.last_day - datetime.timedelta(weeks=weeks) + datetime.timedelta(days=1))


def _search(dossier: Dossier, kpi: str, found: pd.DataFrame, weeks: int) -> segments.Explanation:
    return segments.search(found, begins(dossier, weeks), _kind(_computed(dossier, kpi)))


def _searched(dossier: Dossier, kpi: str, found: pd.DataFrame, weeks: int) -> segments.Explanation | None:
    """Return the explanation; None where the records have no dimension, or too few weeks on either side."""
    try:
        return _search(dossier, kpi, found, weeks)
    except InputError:
        return None


def _can_be_split(dossier: Dossier, kpi: str) -> bool:
    """Tell whether a KPI has parts: a difference, such as a margin or an NPS, has negative ones, so no shares."""
    computed = dossier.kpis[kpi].computed
    return computed is not None and not computed.is_difference


def _computed(dossier: Dossier, kpi: str) -> Computed:
    computed = dossier.kpis[kpi].computed
    assert computed is not None, kpi
    return computed


def _kind(computed: Computed) -> Kind:
    if computed.denominator is None:
        return "sum"
    return "mean" if computed.denominator == "rows" else "ratio"


def _associate(dossier: Dossier, kpi: str, *, changed: bool, weeks: int) -> driver_shares.Associated:
    series = dossier.values[dossier.values["kpi"] == kpi].set_index("period")["value"]
    found = drivers.associate(series, dossier.drivers)
    first = begins(dossier, weeks)
    moved = driver_shares.shares(found, series, dossier.drivers, first) if changed else None
    return driver_shares.Associated(found, series, dossier.drivers, moved)


def _measure(
    dossier: Dossier,
    kpi: str,
    located: Mapping[str, segments.Explanation],
    associated: Mapping[str, driver_shares.Associated],
) -> pd.DataFrame:
    computed = dossier.kpis[kpi].computed
    moved = associated[kpi].moved if kpi in associated else None
    records_of = computed.records if computed else None
    return triangulation.measure(located.get(kpi), moved, records_of, dossier.workspace.causes)


def _map(
    dossier: Dossier, kpi: str, found: pd.DataFrame, explained: segments.Explanation, weeks: int
) -> tuple[tuple[str, str], pd.DataFrame] | None:
    """Return the breakdown along the dimension that carries most and the other that splits it most unevenly."""
    named = list(explained.findings["segment"].map(list).explode().dropna().unique())
    sizes = {name: found[name].nunique() for name in explained.limits["dimension"]}
    fitting = [name for name in [*named, *sizes] if 1 < sizes.get(name, 0) <= MOST_ON_A_MAP]
    pairs = [(fitting[0], other) for other in dict.fromkeys(fitting[1:]) if other != fitting[0]] if fitting else []
    if len(named) > 1 and tuple(named[:2]) in pairs:
        pairs = [(named[0], named[1])]
    kind = _kind(_computed(dossier, kpi))
    drawn = [(pair, breakdown.along(found, begins(dossier, weeks), kind, pair)) for pair in pairs]
    return max(drawn, key=lambda one: float((one[1]["total"] ** 2).sum()), default=None)
