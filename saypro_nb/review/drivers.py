"""Which weekly drivers move with a KPI, how many weeks ahead, and how much.

The KPI is explained by a level, a straight trend and at most four drivers, each at one lag, with errors that
follow those of the week before (first-order autoregression). Drivers enter one at a time, the closest first;
each entry makes those already in prove themselves again, at any lag and against any other driver. A driver
counts only if chance would rarely do as well among *all* pairs of driver and lag to choose from (Bonferroni).
Two drivers that hide each other may enter together, judged among all such twos.

What is found is an association: the driver moves with the KPI, or ahead of it. That is no proof of a cause,
and a season that both share looks the same.

How far errors follow the week before (persistence) is unknown, and a short series understates it: all values
are averaged, weighed by their restricted likelihood (Harville 1977). Errors keep their distance in weeks,
so a missing week is neither filled nor bridged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from saypro_nb.agree.errors import Fault, InputError

Numbers = NDArray[np.float64]
Term = tuple[str, int]  # a driver and its lag in weeks

LONGEST_LAG = 4  # weeks; beyond a month there are too many pairs to choose from for a year of data
CHANCE = 0.01  # accepted chance of a false association at each entry, over all pairs tried
MOST_DRIVERS = 4  # a meeting discusses no more, and a year of weeks carries no more
FEWEST_WEEKS = 20  # usable weeks after lags; with fewer, persistence can't be told from trend
HIDDEN_TRIES = 10  # closest terms for which a partner is looked for, when none counts alone
CONFIDENCE = 0.95
PERSISTENCE = np.linspace(0, 0.98, 25)  # none below zero: it would flatter a short series
NEARLY_NOTHING = 1e-6  # share of a driver's variance; with less of its own it can't be told apart
ROUNDING = 1e-12  # lets a KPI that drivers explain exactly be computed

ASSOCIATED, NONE_FOUND, TOO_FEW, UNVARYING = "associated", "none found", "too few weeks", "nothing to explain"
SHORT, STILL = "too few weeks in common with the KPI", "constant, or a straight trend"
FIGURES = ("coefficient", "standard_error", "low", "high", "per_deviation", "p", "p_adjusted")
COLUMNS = {"driver": "str", "lag": "int64", "sign": "int64"} | dict.fromkeys(FIGURES, "float64")


@dataclass(frozen=True)
class Associations:
    """What the search found, and why it found no more.

    `table`: a row per associated driver, closest first (columns: see `associate`). `verdict`: "associated",
    "none found", "too few weeks" or "nothing to explain"; `reason` says it in a sentence. `weeks`: those with
    a KPI value. `ignored`: drivers that could not be judged, each with its reason.
    """

    table: pd.DataFrame
    verdict: str
    reason: str
    weeks: int
    ignored: dict[str, str]


@dataclass(frozen=True)
class Fit:
    """A regression at every persistence of its errors, with the weight that each persistence deserves.

    `roots`: Cholesky factors of the cross-products of the terms and, last, the KPI, in standard deviations.
    Their last row holds what each term adds, and what none tells. `scales`: deviations of last term and KPI.
    """

    roots: Numbers
    weights: Numbers
    rows: int
    scales: tuple[float, float]

    @property
    def freedom(self) -> int:
        """Degrees of freedom: rows less terms, less one for the persistence."""
        return self.rows - len(self.roots[0])

    @property
    def noise(self) -> Numbers:
        """Standard deviation of the errors at each persistence."""
        return np.asarray(self.roots[:, -1, -1] / np.sqrt(self.freedom + 1))

    def chance(self, last: int = 1) -> float:
        """Return the chance (two-sided p) that the `last` terms together add this much by accident."""
        added = (self.roots[:, -1, -1 - last : -1] ** 2).sum(axis=1) / last / self.noise**2
        return float(self.weights @ special.fdtrc(last, self.freedom, added))

    def last_term(self) -> tuple[float, float]:
        """Return the last term's coefficient and standard error, in KPI units per unit of the driver."""
        own = self.roots[:, -2, -2]
        each, errors = self.roots[:, -1, -2] / own, self.noise / own
        mean = self.weights @ each
        spread = np.sqrt(self.weights @ (errors**2 + (each - mean) ** 2))
        unit = self.scales[1] / self.scales[0]
        return float(mean * unit), float(spread * unit)


@dataclass(frozen=True)
class Weekly:
    """The KPI, and every driver at every lag, on one unbroken run of weeks; what is missing is not finite."""

    kpi: Numbers
    lagged: dict[Term, Numbers]

    def fit(self, terms: Sequence[Term]) -> Fit | None:
        """Return the regression on `terms`, or None with too few weeks or a last one without news."""
        series = np.column_stack([*(self.lagged[term] for term in terms), self.kpi])
        weeks = np.flatnonzero(np.isfinite(series).all(axis=1))
        if len(weeks) < FEWEST_WEEKS:
            return None
        scaled, scales = _standardise(series[weeks])
        design = np.column_stack([np.ones(len(weeks)), weeks / len(self.kpi) - 0.5, scaled])
        if _left_over(design[:, -2], design[:, :-2]) < NEARLY_NOTHING:
            return None
        return _regress(design, weeks, (float(scales[-2]), float(scales[-1])))


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
        reach = float(special.stdtrit(fit.freedom, (1 + CONFIDENCE) / 2)) * error
        chance = fit.chance()
        adjusted = min(1.0, chance * len(self.ranked(others)))
        interval = (coefficient - reach, coefficient + reach)
        figures = (coefficient, error, *interval, coefficient * fit.scales[0], chance, adjusted)
        return dict(zip(COLUMNS, (*term, int(np.sign(coefficient)), *figures), strict=True))


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
        return Associations(_table([]), TOO_FEW, reason, weeks, {})
    if not _moves(weekly.kpi):
        return Associations(_table([]), UNVARYING, f"The KPI is {STILL}.", weeks, {})
    search = Search(weekly, chance)
    chosen = search.run()
    table = _table([search.row([other for other in chosen if other != term], term) for term in chosen])
    ignored = _ignored(search)
    judged = drivers.shape[1] - len(ignored)
    if not judged and SHORT in ignored.values():
        reason = f"No driver that varies has {FEWEST_WEEKS} weeks in common with the KPI."
        return Associations(table, TOO_FEW, reason, weeks, ignored)
    reason = f"Drivers that move with the KPI more than by chance: {len(table) or 'none'} of {judged}."
    return Associations(table, NONE_FOUND if table.empty else ASSOCIATED, reason, weeks, ignored)


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    return table.sort_values("p", kind="stable", ignore_index=True)


def _ignored(search: Search) -> dict[str, str]:
    judged = {driver for _, (driver, _) in search.ranked([])}
    left = [driver for driver, lag in search.weekly.lagged if lag == 0 and driver not in judged]
    return {driver: SHORT if _moves(search.weekly.lagged[driver, 0]) else STILL for driver in left}


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


def _standardise(series: Numbers) -> tuple[Numbers, Numbers]:
    """Return `series` in deviations from the mean, and the deviations; what is constant becomes zero."""
    centred = series - series.mean(axis=0)
    scales = np.where(np.ptp(series, axis=0) > 0, centred.std(axis=0, ddof=1), 0)
    return np.divide(centred, scales, out=np.zeros_like(centred), where=scales > 0), scales


def _left_over(series: Numbers, others: Numbers) -> float:
    """Return the share of a standardised series' variance that `others` don't tell."""
    rest = series - others @ np.linalg.lstsq(others, series)[0]
    return float(rest @ rest / len(series))


def _moves(series: Numbers) -> bool:
    weeks = np.flatnonzero(np.isfinite(series))
    trend = np.column_stack([np.ones(len(weeks)), weeks / len(series)])
    return len(weeks) < 3 or _left_over(_standardise(series[weeks])[0], trend) >= NEARLY_NOTHING


def _regress(design: Numbers, weeks: NDArray[np.intp], scales: tuple[float, float]) -> Fit:
    """Regress the last column of `design` on the others at every persistence."""
    rows, columns = design.shape
    linked = PERSISTENCE[:, None] ** np.diff(weeks)
    fresh = np.sqrt(1 - linked**2)
    whitened = np.repeat(design[None], len(PERSISTENCE), axis=0)
    whitened[:, 1:] = (design[1:] - linked[:, :, None] * design[:-1]) / fresh[:, :, None]
    products = np.swapaxes(whitened, 1, 2) @ whitened + ROUNDING * rows * np.eye(columns)
    roots = np.linalg.cholesky(products)
    sizes = np.log(np.diagonal(roots, axis1=1, axis2=2))
    likelihood = -(rows - columns + 1) * sizes[:, -1] - sizes[:, :-1].sum(axis=1) - np.log(fresh).sum(axis=1)
    weights = np.exp(likelihood - likelihood.max()) * (1 - PERSISTENCE)  # low is likelier, as for effects
    return Fit(roots, weights / weights.sum(), rows, scales)
