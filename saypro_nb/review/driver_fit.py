"""The regression behind the drivers: a KPI on lagged series, with a trend and errors that follow those before.

How far errors follow the week before (persistence) is unknown, and a short series understates it: all values
are averaged, weighed by their restricted likelihood (Harville 1977). Errors keep their distance in weeks,
so a missing week is neither filled nor bridged.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Numbers = NDArray[np.float64]
Term = tuple[str, int]  # a driver and its lag in weeks

FEWEST_WEEKS = 20  # usable weeks after lags; with fewer, persistence can't be told from trend
CONFIDENCE = 0.95
PERSISTENCE = np.linspace(0, 0.98, 25)  # none below zero: it would flatter a short series
NEARLY_NOTHING = 1e-6  # share of a driver's variance; with less of its own it can't be told apart
ROUNDING = 1e-12  # lets a KPI that drivers explain exactly be computed


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

    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the last term's coefficient."""
        coefficient, error = self.last_term()
        reach = float(special.stdtrit(self.freedom, (1 + CONFIDENCE) / 2)) * error
        return coefficient - reach, coefficient + reach


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


def _standardise(series: Numbers) -> tuple[Numbers, Numbers]:
    """Return `series` in deviations from the mean, and the deviations; what is constant becomes zero."""
    centred = series - series.mean(axis=0)
    scales = np.where(np.ptp(series, axis=0) > 0, centred.std(axis=0, ddof=1), 0)
    return np.divide(centred, scales, out=np.zeros_like(centred), where=scales > 0), scales


def _left_over(series: Numbers, others: Numbers) -> float:
    """Return the share of a standardised series' variance that `others` don't tell."""
    rest = series - others @ np.linalg.lstsq(others, series)[0]
    return float(rest @ rest / len(series))


def moves(series: Numbers) -> bool:
    """Return whether a series does more than follow a straight line."""
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
