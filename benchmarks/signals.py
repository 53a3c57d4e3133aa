"""Draw the process-behaviour charts of every series in a tidy table of KPI values, as numbers.

    python benchmarks/signals.py INPUTS.csv.gz OUT_DIR

INPUTS has department, kpi, period, value, numerator, denominator, target and direction (increase, decrease, neutral).
OUT_DIR receives points.csv (limits, signal and meaning of every point), summary.csv (variation and assurance of every
series) and rates.csv (p′ limits where numerator and denominator make a share).
"""

import sys
from pathlib import Path
from typing import Literal

import pandas as pd

from saypro_nb.agree.schema import Kpi
from saypro_nb.review import rates, signals

SERIES = ["department", "kpi"]
BETTER: dict[str, Literal["higher", "lower", "neither"]] = {
    "increase": "higher",
    "decrease": "lower",
    "neutral": "neither",
}


def main(inputs: str, out: str) -> None:
    """Write the three tables into the folder `out`."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    text = {"department": str, "kpi": str, "period": str}
    values = pd.read_csv(inputs, dtype=text, keep_default_na=False, na_values=[""])
    values = values.sort_values([*SERIES, "period"], ignore_index=True)
    charts = [
        signals.judge(series, {kpi: _kpi(str(direction)) for kpi in series["kpi"].unique()})
        for direction, series in values.groupby("direction")
    ]
    points = pd.concat(charts)
    points.to_csv(folder / "points.csv", index=False)
    of_series = points.groupby(SERIES)
    summary = pd.DataFrame({"variation": of_series["meaning"].last(), "assurance": of_series.apply(signals.assurance)})
    summary.to_csv(folder / "summary.csv")
    _shares(values).to_csv(folder / "rates.csv", index=False)
    print(f"{len(points)} points of {len(summary)} series")


def _shares(values: pd.DataFrame) -> pd.DataFrame:
    """Return the p′ limits of the series whose numerator is part of its denominator."""
    measured = values[values["denominator"].notna()]
    within = (
        (measured["numerator"] <= measured["denominator"]).groupby([measured[key] for key in SERIES]).transform("all")
    )
    charts = [
        pd.concat([series, rates.limits(series["numerator"], series["denominator"], "share")], axis=1)
        for _, series in measured[within].groupby(SERIES)
    ]
    return pd.concat(charts)[[*SERIES, "period", "centre", "lower", "upper"]]


def _kpi(direction: str) -> Kpi:
    return Kpi(
        name="any",
        unit="count",
        better=BETTER[direction],
        perspective="operational",
        every="week",
        formula="as given",
        points_at="not known",
    )


if __name__ == "__main__":
    main(*sys.argv[1:3])
