"""A segment of the records against all the rest: both week by week, and what each carries of the change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.review import breakdown
from saypro_nb.review.segment_cells import MEASURES, MISSING, Kind, dimensions_of

SIDES = ("segment", "rest")
_SIDE = "\N{SECTION SIGN} side"  # what no column of records is called


@dataclass(frozen=True)
class Split:
    """The `cells` behind a KPI (see `segments.search`), the first day of the review, and how they make the KPI."""

    cells: pd.DataFrame
    review_start: pd.Timestamp
    kind: Kind


@dataclass(frozen=True)
class Contrast:
    """A segment and the rest, in the unit of the records.

    `weekly` has a row per week and the columns ``segment`` and ``rest``. `sides` has these as rows: ``baseline`` and
    ``review`` (of a sum: per week), and ``total``, the part of the change that each carries, which add up to it.
    """

    segment: Mapping[str, str]
    weekly: pd.DataFrame
    sides: pd.DataFrame
    review_start: pd.Timestamp
    kind: Kind


def against_rest(split: Split, segment: Mapping[str, str]) -> Contrast:
    """Return the contrast of a `segment`, one value for each of its dimensions.

    Raises InputError where a dimension or value is not among the records.
    """
    cells = split.cells
    side = pd.Series(data=True, index=cells.index)
    for dimension, value in segment.items():
        _refuse_unknown(cells, dimension, value)
        side &= cells[dimension] == value
    named = cells.assign(**{_SIDE: side.map({True: "segment", False: "rest"})})
    parts = breakdown.along(named, split.review_start, split.kind, [_SIDE]).set_index("value").reindex(list(SIDES))
    weekly = _weekly(named, split.kind)
    if split.kind == "sum":
        early = weekly.index < split.review_start
        parts = parts.assign(baseline=weekly[early].mean(), review=weekly[~early].mean())
    return Contrast(dict(segment), weekly, parts[["baseline", "review", "total"]], split.review_start, split.kind)


def along(split: Split, dimension: str) -> Split:
    """Return the split by one dimension alone, the cells of all the others added up: far fewer to look through."""
    _refuse_unknown_dimension(split.cells, dimension)
    measures = [name for name in MEASURES if name in split.cells]
    named = split.cells.assign(**{dimension: split.cells[dimension].fillna(MISSING)})
    return replace(split, cells=named.groupby([dimension, "period"])[measures].sum().reset_index())


def parts(split: Split, dimension: str) -> pd.DataFrame:
    """Return the values of a dimension, those that carry most of the change first (see `breakdown.along`)."""
    found = breakdown.along(split.cells, split.review_start, split.kind, [dimension])
    return found.sort_values("total", key=lambda total: -total.abs(), kind="stable", ignore_index=True)


def _refuse_unknown_dimension(cells: pd.DataFrame, dimension: str) -> None:
    dimensions = dimensions_of(cells)
    if dimension not in dimensions:
        raise InputError([Fault("dimension", f"no column '{dimension}'", did_you_mean(dimension, dimensions))])


def _refuse_unknown(cells: pd.DataFrame, dimension: str, value: str) -> None:
    _refuse_unknown_dimension(cells, dimension)
    values = cells[dimension].unique().tolist()
    if value not in values:
        raise InputError([Fault(dimension, f"no '{value}'", did_you_mean(value, values))])


def _weekly(cells: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    sums = cells.groupby([_SIDE, "period"])[["value", "weight", "rows"]].sum()
    if kind == "sum":
        return sums["value"].unstack(_SIDE).reindex(columns=list(SIDES)).fillna(0.0)
    weight = sums["rows" if kind == "mean" else "weight"]
    return (sums["value"] / weight).unstack(_SIDE).reindex(columns=list(SIDES))
