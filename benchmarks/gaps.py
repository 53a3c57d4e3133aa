"""The weekly shortlist of a folder of KPI series: ``python benchmarks/gaps.py FOLDER OUT.csv``.

FOLDER holds series.csv.gz (portfolio, kpi, period, value, denominator) and cases.csv (portfolio, kpi,
baseline_weeks, better). OUT gets portfolio, kpi, week (1 for the first monitored one), alarm and watch
(0 or 1), and the evidence.
"""

import sys
import time
from pathlib import Path

import pandas as pd

from saypro_nb.review import alarm


def judge(series: pd.DataFrame, case: pd.Series) -> pd.DataFrame:
    """Return the evidence of one KPI, with its `week`."""
    weekly = series.set_index("period").sort_index()
    begins = weekly.index[case["baseline_weeks"]]
    found = alarm.evidence(weekly["value"], case["better"], begins, weekly.get("denominator"))
    week = (found.index - begins).days // 7 + 1
    return found.reset_index(names="period").assign(portfolio=case["portfolio"], kpi=case["kpi"], week=week)


def shortlist(folder: Path) -> pd.DataFrame:
    """Return evidence, alarm and watch of each KPI and week; a portfolio's KPIs are judged together."""
    series = pd.read_csv(folder / "series.csv.gz", parse_dates=["period"])
    cases = pd.read_csv(folder / "cases.csv")
    by_kpi = dict(list(series.groupby(["portfolio", "kpi"])))
    found = pd.concat([judge(by_kpi[case["portfolio"], case["kpi"]], case) for _, case in cases.iterrows()])
    # Each KPI's monitoring begins on a date of its own here, so a "week" is that since its beginning.
    calendar = found.rename(columns={"period": "date"}).assign(period=found["week"])
    listed = [alarm.shortlist(weeks) for _, weeks in calendar.groupby("portfolio")]
    return pd.concat(listed).astype({"alarm": int, "watch": int}).drop(columns="period")


def main(folder: str, out: str) -> None:
    """Write the shortlist and print how long it took and how much it names."""
    start = time.perf_counter()
    found = shortlist(Path(folder))
    seconds = time.perf_counter() - start
    first = ["portfolio", "kpi", "week", "alarm", "watch"]
    found[[*first, *found.columns.difference(first, sort=False)]].to_csv(out, index=False)
    print(f"KPI-weeks: {len(found):,}; {1000 * seconds / len(found):.2f} ms each")
    print(f"alarm: {found['alarm'].mean():.1%} of them; watch: {found['watch'].mean():.1%}")


if __name__ == "__main__":
    main(*sys.argv[1:])
