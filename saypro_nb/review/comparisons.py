"""Three comparisons of every KPI: with its target, with the benchmark of its trade, and with its own usual level.

A *variance* is value minus reference, so above zero means higher, whether or not that is good; of a percentage it is
in percentage points. A *gap* is the same distance signed by direction: above zero where the KPI falls short.
"""

import numpy as np
import pandas as pd

from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.gaps import shortfall

REFERENCES = ("target", "benchmark", "usual")
COLUMNS = [
    "department", "kpi", "period", "value", "against", "reference", "variance", "variance_percent", "gap",
    "gap_percent", "verdict",
]  # fmt: skip
ROUNDING = 1e-9  # of the reference: what lies nearer is met exactly


def compare(measured: pd.DataFrame, kpis: Catalogue) -> pd.DataFrame:
    """Return a row per department, KPI and reference that it has: ``against`` is target, benchmark or usual.

    ``variance`` and ``gap`` are in the KPI's unit; ``variance_percent`` and ``gap_percent`` are percent of the
    reference, missing where that is zero. ``verdict`` is good, bad, even, or none where neither direction is better.
    `measured` is the outcome of `gaps.measure`.
    """
    known = ["department", "kpi", "period", "value"]
    wide = measured.dropna(subset="value")
    long = wide.melt(known, list(REFERENCES), var_name="against", value_name="reference").dropna(subset="reference")
    long = long.astype({"reference": float})
    apart = zip(long["value"], long["reference"], long["kpi"], strict=True)
    gap = pd.Series(
        [shortfall(value, reference, kpis[kpi]) for value, reference, kpi in apart], long.index, dtype=float
    )
    size = long["reference"].abs().where(long["reference"] != 0)
    variance = long["value"] - long["reference"]
    compared = long.assign(
        variance=variance,
        variance_percent=100 * variance / size,
        gap=gap,
        gap_percent=100 * gap / size,
        verdict=_verdict(gap, long, kpis),
    )
    order = compared.sort_values("against", key=lambda against: against.map(REFERENCES.index), kind="stable")
    place = {key: number for number, key in enumerate(zip(measured["department"], measured["kpi"], strict=True))}
    rows = [place[key] for key in zip(order["department"], order["kpi"], strict=True)]
    return order.iloc[np.argsort(rows, kind="stable")].reset_index(drop=True)[COLUMNS]


def _verdict(gap: pd.Series, long: pd.DataFrame, kpis: Catalogue) -> pd.Series:
    even = gap.abs() <= ROUNDING * long["reference"].abs()
    neutral = np.array([kpis[kpi].better == "neither" for kpi in long["kpi"]], dtype=bool)
    return pd.Series(np.select([neutral, even, gap > 0], ["none", "even", "bad"], "good"), long.index)
