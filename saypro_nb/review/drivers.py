"""Which weekly drivers move with a KPI, how many weeks ahead, and how much.

The KPI is explained by a level, a straight trend and at most four drivers, each at one lag, with errors that
follow those of the week before (first-order autoregression). Drivers enter one at a time, the closest first;
each entry makes those already in prove themselves again, at any lag and against any other driver. A driver
counts only if chance would rarely do as well among *all* pairs of driver and lag to choose from (Bonferroni).
Two drivers that hide each other may enter together, judged among all such twos.

What is found is an association: the driver moves with the KPI, or ahead of it. That is no proof of a cause,
and a season that both share looks the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.review.driver_fit import FEWEST_WEEKS, Term, Weekly, moves

LONGEST_LAG = 4  # weeks; beyond a month there are too many pairs to choose from for a year of data
CHANCE = 0.01  # accepted chance of a false association at each entry, over all pairs tried
MOST_DRIVERS = 4  # a meeting discusses no more, and a year of weeks carries no more
HIDDEN_TRIES = 10  # closest terms for which a partner is looked for, when none counts alone

ASSOCIATED, NONE_FOUND, TOO_FEW, UNVARYING = "associated", "none found", "too few weeks", "nothing to explain"
SHORT, STILL = "too few weeks in common with the KPI", "constant, or a straight trend"
FIGURES = ("coefficient", "standard_error", "low", "high", "per_deviation", "p", "p_adjusted")
OTHERS = {"driver": "str", "lag": "int64", "low": "float64", "high": "float64"}
COLUMNS = {"driver": "str", "lag": "int64", "sign": "int64"} | dict.fromkeys(FIGURES, "float64")


@dataclass(frozen=True)
class Associations:
    """What the search found, and why it found no more.

    `table`: a row per associated driver, closest first (columns: see `associate`). `verdict`: "associated",
    "none found", "too few weeks" or "nothing to explain"; `reason` says it in a sentence. `weeks`: those with
    a KPI value. `ignored`: drivers that could not be judged, each with its reason. `others`: ``driver``, ``lag``
    and the 95 % interval ``low`` to ``high`` of every coefficient that was judged and not named.
    """

    table: pd.DataFrame
    verdict: str
    reason: str
    weeks: int
    ignored: dict[str, str]
    others: pd.DataFrame


class Search:
    """Forward selection with second thoughts; it remembers what it has already compared."""

    def __init__(self, weekly: Weekly, chance: float) -> None:
        self.weekly, self.chance = weekly, chance
        self._ranked: dict[frozenset[Term], list[tuple[float, Term]]] = {}

    def ranked(self, others: Sequence[Term]) -> list[tuple[float, Term]]:
        """Return adjusted chance and term for all that could join `others`, closest first."""
        key = frozenset(others)
        if key not in self._ranked:
            taken = {driver for driver, _ in others}
            rest = [term for term in self.weekly.lagged if term[0] not in taken]
            fits = {term: fit for term in rest if (fit := self.weekly.fit([*others, term]))}
            # Several chances may be too small for a number; then the least noise decides.
            found = sorted((fit.chance() * len(fits), fit.noise.min(), term) for term, fit in fits.items())
            self._ranked[key] = [(chance, term) for chance, _, term in found]
        return self._ranked[key]

    def settle(self, chosen: list[Term]) -> list[Term]:
        """Replace each of `chosen` by what goes best with the others, or drop it, until nothing moves."""
        for _ in range(2 * MOST_DRIVERS):
            before = chosen
            for term in before:
                others = [other for other in chosen if other != term]
                chosen = [
                    *others,
                    *(best for chance, best in self.ranked(others)[:1] if chance < self.chance),
                ]
            if set(chosen) == set(before):
                break
        return chosen

    def widen(self, chosen: list[Term]) -> list[Term]:
        """Return `chosen` with the closest further driver, or two that hide each other, where they count."""
        ranked = self.ranked(chosen)
        if ranked and ranked[0][0] < self.chance:
            return self.settle([*chosen, ranked[0][1]])
        for _, first in ranked[:HIDDEN_TRIES] if len(chosen) + 2 <= MOST_DRIVERS else []:
            pair = [first, *(term for _, term in self.ranked([*chosen, first])[:1])]
            wider = self.settle([*chosen, *pair]) if self._pair_counts(chosen, pair) else chosen
            if len(wider) > len(chosen) + 1:
                return wider
        return chosen

    def _pair_counts(self, chosen: list[Term], pair: list[Term]) -> bool:
        fit = self.weekly.fit([*chosen, *pair]) if len(pair) == 2 else None
        tried = [driver for _, (driver, _) in self.ranked(chosen)]
        pairs = sum(one != other for one, other in combinations(tried, 2))
        return fit is not None and fit.chance(last=2) * pairs < self.chance

    def run(self) -> list[Term]:
        """Return the terms that count."""
        before, chosen = list[Term](), self.widen([])
        while len(before) < len(chosen) < MOST_DRIVERS:
            before, chosen = chosen, self.widen(chosen)
        return chosen

    def row(self, others: list[Term], term: Term) -> dict[str, object]:
        """Return what is known of a chosen `term`, given the `others`."""
        fit = self.weekly.fit([*others, term])
        assert fit is not None  # it was fitted when it was chosen
        coefficient, error = fit.last_term()
        chance = fit.chance()
        adjusted = min(1.0, chance * len(self.ranked(others)))
        figures = (coefficient, error, *fit.interval(), coefficient * fit.scales[0], chance, adjusted)
        return dict(zip(COLUMNS, (*term, int(np.sign(coefficient)), *figures), strict=True))

    def others(self, chosen: list[Term]) -> pd.DataFrame:
        """Return the interval of every coefficient that was judged beside the `chosen`, and not chosen."""
        fits = ((term, self.weekly.fit([*chosen, term])) for _, term in self.ranked(chosen))
        rows = [(*term, *fit.interval()) for term, fit in fits if fit is not None]
        return pd.DataFrame(rows, columns=list(OTHERS)).astype(OTHERS)


def associate(
    kpi: pd.Series, drivers: pd.DataFrame, *, longest_lag: int = LONGEST_LAG, chance: float = CHANCE
) -> Associations:
    """Return the drivers that move with `kpi`, at lags from 0 to `longest_lag` weeks.

    Parameters
    ----------
    kpi : a value a week, indexed by the week's first day or a week number; weeks and values may be missing.
    drivers : a column per driver, indexed likewise; it may begin before the KPI.
    chance : accepted chance, at each entry, that a driver is named by accident.

    Returns
    -------
    Associations. Its table has: driver, lag (weeks that the driver is ahead), sign (1: both rise together),
    coefficient (KPI units per unit of the driver, the others held), its standard_error, low and high (95 %
    interval, as if the driver had not been picked for its closeness), per_deviation (KPI units per standard
    deviation of the driver), p, and p_adjusted (times the pairs that there were to choose from).

    Raises InputError where a week stands twice or the index holds no weeks.
    """
    weekly = _align(kpi, drivers, longest_lag)
    weeks = int(np.isfinite(weekly.kpi).sum())
    if weeks < FEWEST_WEEKS:
        reason = f"The KPI has {weeks} weeks with a value; at least {FEWEST_WEEKS} are needed."
        return Associations(_table([]), TOO_FEW, reason, weeks, {}, _no_others())
    if not moves(weekly.kpi):
        return Associations(_table([]), UNVARYING, f"The KPI is {STILL}.", weeks, {}, _no_others())
    search = Search(weekly, chance)
    chosen = search.run()
    table = _table([search.row([other for other in chosen if other != term], term) for term in chosen])
    ignored, others = _ignored(search), search.others(chosen)
    judged = drivers.shape[1] - len(ignored)
    if not judged and SHORT in ignored.values():
        reason = f"No driver that varies has {FEWEST_WEEKS} weeks in common with the KPI."
        return Associations(table, TOO_FEW, reason, weeks, ignored, others)
    reason = f"Drivers that move with the KPI more than by chance: {len(table) or 'none'} of {judged}."
    return Associations(table, NONE_FOUND if table.empty else ASSOCIATED, reason, weeks, ignored, others)


def _no_others() -> pd.DataFrame:
    return pd.DataFrame(columns=list(OTHERS)).astype(OTHERS)


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    return table.sort_values("p", kind="stable", ignore_index=True)


def _ignored(search: Search) -> dict[str, str]:
    judged = {driver for _, (driver, _) in search.ranked([])}
    left = [driver for driver, lag in search.weekly.lagged if lag == 0 and driver not in judged]
    return {driver: SHORT if moves(search.weekly.lagged[driver, 0]) else STILL for driver in left}


def _align(kpi: pd.Series, drivers: pd.DataFrame, longest_lag: int) -> Weekly:
    """Put both on one run of weeks without gaps, so that a lag counts weeks and not rows."""
    values = kpi.set_axis(_week_numbers(kpi.index, "the KPI"))
    table = drivers.set_axis(_week_numbers(drivers.index, "the drivers"))
    run = range(0) if values.empty else range(values.index.min() - longest_lag, values.index.max() + 1)
    known = table.reindex(run).astype("float64")
    lags = [(driver, lag) for driver in known for lag in range(longest_lag + 1)]
    lagged = {(str(driver), lag): known[driver].shift(lag).to_numpy() for driver, lag in lags}
    return Weekly(values.reindex(run).to_numpy(np.float64), lagged)


def _week_numbers(index: pd.Index, whose: str) -> pd.Index:
    numbers = index
    if isinstance(index, pd.DatetimeIndex) and not index.hasnans:
        numbers = pd.Index((index - pd.Timestamp("2001-01-01")).days // 7)  # counted from a Monday
    elif not pd.api.types.is_integer_dtype(index):
        found = f"{index.dtype}" + (" with missing dates" if index.hasnans else "")
        raise InputError([Fault(f"index of {whose}", found, "Give each week's first day or its number")])
    if numbers.has_duplicates:
        found = f"two rows for the week of {index[numbers.duplicated()][0]}"
        raise InputError([Fault(f"index of {whose}", found, "Keep one row a week")])
    return numbers
