"""Cells: the records of every combination of dimension values, before and during the review.

A *candidate* is a segment that may be named as a cause: everything, every value of a dimension, and every
pair of values of two dimensions, if enough records carry it. A missing value is a value (`MISSING`).
Candidates that hold exactly the same records are one candidate, named by the first of its dimensions.
"""

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from saypro_nb.agree.errors import Fault, InputError

Kind = Literal["sum", "mean", "ratio"]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

EVERYTHING, PAIR = 0, 2  # the place of everything among the candidates, and the depth of a pair
MISSING = "(missing)"
OTHER = "(other)"
FEWEST_RECORDS, SMALLEST_SHARE = 20, 0.01  # of all records; smaller segments are never blamed
FEWEST_WEEKS = 4  # of baseline: with fewer the wobble from week to week cannot be told from a change
SEVERAL = 3  # new values of a dimension, that carry most of the review: it only numbers the records
LIFT = 10.0  # constant added to values that may be negative, in units of their root mean square
MEASURES = ("rows", "value", "weight", "value_squares", "products", "weight_squares")


@dataclass(frozen=True)
class Cells:
    """Sums per cell: `baseline` and `review` hold an array per measure, `weekly` cells × baseline weeks."""

    dimensions: tuple[str, ...]
    values: tuple[list[str], ...]
    codes: Integers
    baseline: dict[str, Floats]
    review: dict[str, Floats]
    weekly: dict[str, sparse.csr_array]
    weeks: tuple[int, int]


@dataclass(frozen=True)
class Candidates:
    """One row of `membership` (candidates × cells, 0 or 1), one `label` and one `depth` (0, 1, 2) each.

    `group` numbers the set of dimensions a candidate is made of; 0 is everything. `parents` are the two
    candidates that a pair belongs to; everything where there is no other.
    """

    membership: sparse.csr_array
    labels: list[dict[str, str]]
    depth: Integers
    group: Integers
    parents: Integers

    def total(self, per_cell: Any) -> Any:
        """Return the sum of `per_cell` (a number, or a number per week) over each candidate's cells."""
        return self.membership @ per_cell

    def cells_of(self, candidate: int) -> Integers:
        """Return the positions of the cells that belong to `candidate`."""
        begin, end = self.membership.indptr[candidate : candidate + 2]
        return np.asarray(self.membership.indices[begin:end], dtype=np.int64)


def dimensions_of(cells: pd.DataFrame) -> list[str]:
    """Return the columns of `cells` that are dimensions: all but the period and the measures."""
    return [name for name in cells.columns if name not in ("period", *MEASURES)]


def arrange(cells: pd.DataFrame, review_start: pd.Timestamp, kind: Kind) -> Cells:
    """Return `cells` as sums per combination of values, split at `review_start`; raises `InputError`."""
    check(cells, review_start, kind, FEWEST_WEEKS)
    amounts = _amounts(cells, kind)
    week = pd.factorize(cells["period"], sort=True)[0]
    before = (cells["period"] < review_start).to_numpy()
    coded = {name: _coded(cells[name], amounts["rows"]) for name in dimensions_of(cells)}
    dimensions = [name for name in coded if not _only_numbers(coded[name][0], amounts["rows"], before)]
    place, codes = _combined([coded[name][0] for name in dimensions], len(cells))
    order = np.lexsort((week, place))  # sums of floats depend on their order, findings must not
    early, late = order[before[order]], order[~before[order]]
    weeks = len(np.unique(week[before])), len(np.unique(week[~before]))
    count = len(codes)
    return Cells(
        dimensions=tuple(dimensions),
        values=tuple(coded[name][1] for name in dimensions),
        codes=codes,
        baseline={name: _summed(place[early], of[early], count) for name, of in amounts.items()},
        review={name: _summed(place[late], of[late], count) for name, of in amounts.items()},
        weekly={
            name: sparse.csr_array((of[early], (place[early], week[early])), shape=(count, weeks[0]))
            for name, of in amounts.items()
        },
        weeks=weeks,
    )


def _summed(place: Integers, amounts: Floats, count: int) -> Floats:
    return np.bincount(place, amounts, count).astype(np.float64)


def _amounts(cells: pd.DataFrame, kind: Kind) -> dict[str, Floats]:
    """Return the measures of `cells`; a mean weighs each record one, and a sum is studied as a mean."""
    amounts = {name: cells[name].to_numpy(np.float64) for name in MEASURES if name in cells}
    if kind == "ratio":
        return amounts
    rows = amounts["rows"]
    return amounts | {"weight": rows, "weight_squares": rows, "products": amounts["value"]}


def _coded(values: pd.Series, rows: Floats) -> tuple[Integers, list[str]]:
    """Return a number per value, and what each number stands for; values too rare to be blamed are one."""
    codes, names = pd.factorize(values.fillna(MISSING), sort=True)
    named = [str(name) for name in names]
    rare = np.bincount(codes, rows) < max(FEWEST_RECORDS, SMALLEST_SHARE * rows.sum())
    if not rare.any():
        return codes, named
    kept = [name for name, lost in zip(named, rare, strict=True) if not lost and name != OTHER]
    number = pd.Series(np.arange(len(kept)), index=kept).reindex(named, fill_value=len(kept))
    return number.to_numpy()[codes], [*kept, OTHER]


def _only_numbers(code: Integers, rows: Floats, before: NDArray[np.bool_]) -> bool:
    """Tell whether a dimension only numbers its records (orders, dates): most of the review is new to it."""
    known = np.bincount(code[before], rows[before], code.max() + 1) > 0
    unknown = ~known[code] & ~before
    several = len(np.unique(code[unknown])) >= SEVERAL
    return several and bool(rows[unknown].sum() > rows[~before].sum() / 2)


def _combined(codes: list[Integers], length: int) -> tuple[Integers, Integers]:
    """Return the cell of each of `length` rows, and the codes of each cell in the order of the codes."""
    key = np.zeros(length, np.int64)
    for code in codes:  # numbered anew at every step, so that many dimensions don't overflow
        key = np.unique(key * (code.max() + 1) + code, return_inverse=True)[1]
    first = np.unique(key, return_index=True)[1]
    return key, np.array([code[first] for code in codes], np.int64).reshape(len(codes), len(first)).T


def without(cells: Cells, left_out: NDArray[np.bool_]) -> Cells:
    """Return `cells` with nothing in those `left_out`."""
    stay = (~left_out).astype(np.float64)
    return replace(
        cells,
        baseline={name: of * stay for name, of in cells.baseline.items()},
        review={name: of * stay for name, of in cells.review.items()},
        weekly={name: sparse.csr_array(sparse.diags_array(stay) @ of) for name, of in cells.weekly.items()},
    )


def candidates(cells: Cells) -> Candidates:
    """Return everything, and all one- and two-way segments with enough records, each set of records once."""
    rows = cells.baseline["rows"] + cells.review["rows"]
    count, enough = len(rows), max(FEWEST_RECORDS, SMALLEST_SHARE * rows.sum())
    members, labels, groups = [np.arange(count)], [dict[str, str]()], [0]
    ways = [way for depth in (1, 2) for way in combinations(range(len(cells.dimensions)), depth)]
    for group, way in enumerate(ways, start=1):
        place, keys = _combined([cells.codes[:, at] for at in way], count)
        order = np.argsort(place, kind="stable")
        parts = np.split(order, np.cumsum(np.bincount(place))[:-1])
        kept = np.flatnonzero(np.bincount(place, rows) >= enough)
        members += [parts[at] for at in kept]
        labels += [_label(cells, way, keys[at]) for at in kept]
        groups += [group] * len(kept)
    return _distinct(members, labels, np.array(groups), rows)


def _label(cells: Cells, way: tuple[int, ...], key: Integers) -> dict[str, str]:
    return {cells.dimensions[at]: cells.values[at][code] for at, code in zip(way, key, strict=True)}


def _distinct(members: list[Integers], labels: list[dict[str, str]], groups: Integers, rows: Floats) -> Candidates:
    """Keep the first of the candidates that hold the same records, told by a sum of random marks."""
    marks = np.random.default_rng(0).integers(1, 2**62, len(rows)) * (rows > 0)
    first = np.sort(np.unique([marks[part].sum() for part in members], return_index=True)[1])
    kept = [members[at] for at in first]
    lengths = np.array([len(part) for part in kept])
    membership = sparse.csr_array(
        (np.ones(lengths.sum()), np.concatenate(kept), np.concatenate([[0], np.cumsum(lengths)])),
        shape=(len(kept), len(rows)),
    )
    chosen = [labels[at] for at in first]
    depth = np.array([len(label) for label in chosen])
    return Candidates(membership, chosen, depth, groups[first], _parents(chosen))


def _parents(labels: list[dict[str, str]]) -> Integers:
    values = {item: at for at, label in enumerate(labels) for item in label.items() if len(label) == 1}
    pairs = [sorted(values.get(item, EVERYTHING) for item in label.items()) for label in labels]
    return np.array([parents if len(parents) == PAIR else [EVERYTHING] * PAIR for parents in pairs])


def lifted(cells: Cells) -> tuple[Cells, float]:
    """Return `cells` with a constant added to each record's value per weight, and it: zero if none is needed.

    Factors need positive rates. The constant is large beside the values: factors become nearly differences.
    """
    sums = (cells.baseline, cells.review)
    lowest = min(float(of["value"].min()) for of in sums)
    squares = sum(float(of["value_squares"].sum()) for of in sums)
    if (lowest >= 0 and cells.baseline["value"].sum() > 0) or not squares:  # no value but zero, or no record is left
        return cells, 0.0
    lift = LIFT * (squares / sum(float(of["weight_squares"].sum()) for of in sums)) ** 0.5
    return replace(
        cells,
        baseline=_raised(cells.baseline, lift),
        review=_raised(cells.review, lift),
        weekly=_raised(cells.weekly, lift),
    ), lift


def _raised(sums: dict[str, Any], lift: float) -> dict[str, Any]:
    more = 2 * lift * sums["products"] + lift**2 * sums["weight_squares"]
    return sums | {
        "value": sums["value"] + lift * sums["weight"],
        "value_squares": sums["value_squares"] + more,
        "products": sums["products"] + lift * sums["weight_squares"],
    }


def check(cells: pd.DataFrame, review_start: pd.Timestamp, kind: Kind, fewest_weeks: int) -> None:
    """Raise `InputError` unless `cells` have their columns, a dimension, and records before and after."""
    needed = ["period", "rows", "value", *(["weight"] if kind == "ratio" else [])]
    if fewest_weeks > 1:
        needed += ["value_squares", *(["products", "weight_squares"] if kind == "ratio" else [])]
    absent = [name for name in needed if name not in cells.columns]
    if absent:
        remedy = "Sum it per cell and week"
        raise InputError([Fault("cells", f"no column {name!r}", remedy) for name in absent])
    if not dimensions_of(cells):
        raise InputError([Fault("cells", "no dimension", "Name at least one text column to break down by")])
    periods = cells.loc[cells["weight" if kind == "ratio" else "rows"] > 0, "period"]
    weeks = periods[periods < review_start].nunique()
    if weeks < fewest_weeks or not (periods >= review_start).any():
        later = periods.nunique() - weeks
        found = f"{weeks} baseline weeks before {review_start:%Y-%m-%d}, {later} from it on"
        remedy = f"Give {fewest_weeks} or more baseline weeks and a review week with records"
        raise InputError([Fault("cells", found, remedy)])
