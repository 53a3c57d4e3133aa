"""Effects of actions on a folder of weekly series: ``python benchmarks/effects.py FOLDER OUT.csv``.

FOLDER holds series.csv.gz (sid, date, y, and control series that the action can't have touched, x1, x2, …; empty
where there are none) and cases.csv (sid, n_pre, n_post: weeks before and after the action). OUT gets sid, est, lo
and hi (mean effect over the weeks after, with its 95 % interval), seconds, and the answer.
"""

import sys
from pathlib import Path
from time import perf_counter

import pandas as pd

from saypro_nb.review import effects


def answer(weekly: pd.DataFrame, before: int) -> dict[str, object]:
    """Return the effect of an action that began with the first of the weeks after the first `before` ones."""
    change = effects.Change(begins=weekly.index[before], every="week", better="higher")
    controls = weekly.filter(regex=r"^x\d+$").dropna(axis="columns", how="all")
    started = perf_counter()
    found = effects.judge(weekly["y"], change, controls)
    seconds = perf_counter() - started
    level = {"est": found.level.value, "lo": found.level.low, "hi": found.level.high}
    return level | {"seconds": seconds, "answer": found.answer}


def main(folder: str, out: str) -> None:
    """Write the answers and print how long one took and how often each answer was given."""
    series = pd.read_csv(Path(folder) / "series.csv.gz", parse_dates=["date"])
    cases = pd.read_csv(Path(folder) / "cases.csv")
    weekly = dict(list(series.set_index("date").groupby("sid")))
    rows = [
        {"sid": sid, **answer(weekly[sid].iloc[: before + after], before)}
        for sid, before, after in cases[["sid", "n_pre", "n_post"]].to_numpy()
    ]
    found = pd.DataFrame(rows)
    found.to_csv(out, index=False)
    print(f"{len(found)} series; median {1000 * found['seconds'].median():.0f} ms each")
    print(found["answer"].value_counts(normalize=True).map("{:.0%}".format).to_string(header=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
