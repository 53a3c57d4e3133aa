"""Impact: what a missed target has cost so far, as far as the KPI itself can tell."""

import pandas as pd

from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.gaps import shortfall, with_targets

PERIODS = 13  # a quarter of a year of weeks; a monthly KPI is looked at for as many months

COLUMNS = ["kpi", "periods", "missed", "total", "since"]


def measure(values: pd.DataFrame, kpis: Catalogue) -> pd.DataFrame:
    """Return, per KPI, in how many of the last ``periods`` with a target and a value it was ``missed``.

    ``total`` adds up their shortfalls where the KPI itself adds up, else it is missing; ``since`` is the first period
    of the unbroken run of misses that reaches to the last one, missing where the last one met its target.
    """
    targeted = with_targets(values, kpis).dropna(subset=["value", "target"])
    rows = [_of_kpi(str(kpi), series.tail(PERIODS), kpis) for kpi, series in targeted.groupby("kpi", sort=False)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_kpi(kpi: str, series: pd.DataFrame, kpis: Catalogue) -> dict[str, object]:
    pairs = zip(series["value"], series["target"], strict=True)
    short = pd.Series([shortfall(value, target, kpis[kpi]) for value, target in pairs], series["period"], dtype=float)
    misses = short > 0
    unbroken = misses[::-1].cumprod().astype(bool)[::-1]
    return {
        "kpi": kpi,
        "periods": len(short),
        "missed": int(misses.sum()),
        "total": float(short.clip(lower=0).sum()) if kpis[kpi].is_sum else float("nan"),
        "since": unbroken.index[unbroken].min(),
    }
