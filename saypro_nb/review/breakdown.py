"""The breakdown of a change into parts that add up to it exactly, along one dimension or two. It judges nothing.

The change of a value has two parts: its own *rate* changed, at the mean of both weights; or its weight did, its *mix*
(of a mean or ratio) or its *volume* (of a sum), at its mean rate. Taking means of both periods leaves no remainder
(E. Kitagawa, JASA 50, 1955; of sums, T. Bennet, Journal of the Royal Statistical Society 83, 1920).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.review.segment_cells import MISSING, Kind, check, dimensions_of


def along(cells: pd.DataFrame, review_start: pd.Timestamp, kind: Kind, dimensions: Sequence[str]) -> pd.DataFrame:
    """Return each value's parts of the gap along one of the `dimensions` or two; all together are exactly the gap.

    `cells` are those of `segments.search`. Columns: ``value`` (and ``across``, the value of the second dimension),
    ``baseline`` and ``review`` (value per weight; missing where there is none), ``rate`` (its own change, at the mean
    of both weights) and ``mix`` (its change of share, at the distance of its mean rate from the whole) or, for a sum,
    ``volume`` (its change of records, at its mean rate), and ``total``. A value that is new or gone has mix or volume
    only. Raises InputError where a dimension is none of the cells'.
    """
    check(cells, review_start, kind, fewest_weeks=1)
    known = dimensions_of(cells)
    unknown = [dimension for dimension in dimensions if dimension not in known]
    if unknown:
        raise InputError([Fault("dimension", f"no column {name!r}", did_you_mean(name, known)) for name in unknown])
    weight = "weight" if kind == "ratio" else "rows"
    early = cells["period"] < review_start
    keys = [cells[dimension].fillna(MISSING) for dimension in dimensions]
    before, after = (
        cells.loc[side, ["value", weight]].groupby([key[side] for key in keys]).sum() / _base(cells[side], kind, weight)
        for side in (early, ~early)
    )
    before, after = before.align(after, join="outer", fill_value=0.0)
    parts = _parts(before["value"], before[weight], after["value"], after[weight], kind)
    return parts.rename_axis(["value", "across"][: len(dimensions)]).reset_index()


def _parts(
    before: pd.Series, share_before: pd.Series, after: pd.Series, share_after: pd.Series, kind: Kind
) -> pd.DataFrame:
    rates = pd.DataFrame({"baseline": before / share_before, "review": after / share_after})
    rates = rates.replace([np.inf, -np.inf], np.nan)
    middle = rates.mean(axis=1).fillna(0.0)  # of the one there is, where the other is missing
    whole = 0.0 if kind == "sum" else (before.sum() + after.sum()) / 2
    moved = (share_after - share_before) * (middle - whole)
    rate = (after - before) - (share_after - share_before) * middle
    name = "volume" if kind == "sum" else "mix"
    return rates.assign(rate=rate, **{name: moved}, total=rate + moved)


def _base(cells: pd.DataFrame, kind: Kind, weight: str) -> float:
    return float(cells["period"].nunique() if kind == "sum" else cells[weight].sum())
