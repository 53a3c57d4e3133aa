"""Search every case for the segments that explain its gap, and time the search.

    python benchmarks/causes.py CASES.json OUT.json

CASES lists case_id, file (Parquet, beside CASES), kpi, dims, week_col, baseline_weeks and review_weeks.
OUT lists case_id, verdict (segments, general, no_change), findings (segment, effect, contribution; largest
first), seconds and peak_mb. The records are added up in DuckDB; only cells reach pandas.
"""

import json
import resource
import sys
import time
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
from ibis import _

from saypro_nb.review import segments
from saypro_nb.review.segment_cells import FEWEST_RECORDS, MISSING, OTHER, SMALLEST_SHARE

FIRST_WEEK = pd.Timestamp("2024-01-01")  # any Monday: the cases number their weeks


def main(cases: str, out: str) -> None:
    """Write the answer to every case."""
    path = Path(cases)
    answers = [_answer(case, path.parent) for case in json.loads(path.read_text())]
    Path(out).write_text(json.dumps(answers, indent=1))
    seconds = [answer["seconds"] for answer in answers]
    print(f"{len(answers)} cases, {sum(seconds) / len(seconds):.2f} s each, at most {max(seconds):.2f} s")


def _answer(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    begun = time.perf_counter()
    cells = aggregate(folder / case["file"], case)
    kind = case["kpi"]["agg"]
    found = segments.search(cells, _monday(case["review_weeks"][0]), kind)
    seconds = time.perf_counter() - begun
    return {
        "case_id": case["case_id"],
        "verdict": found.verdict.replace(" ", "_"),
        "findings": [_finding(row, kind) for row in found.findings.to_dict("records")],
        "seconds": seconds,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _finding(row: dict[Hashable, Any], kind: str) -> dict[str, Any]:
    """Name the effect as the cases do: a value that is new or gone moves the mix, or the volume of a sum."""
    moved = "volume" if kind == "sum" else "mix"
    effect = moved if row["effect"] in ("new", "gone") else row["effect"]
    return {"segment": row["segment"], "effect": effect, "contribution": row["contribution"]}


def aggregate(file: Path, case: dict[str, Any]) -> pd.DataFrame:
    """Return one row per week and combination of values, with rare values pooled, all in the engine."""
    kpi, week = case["kpi"], case["week_col"]
    value, weight = kpi.get("num", kpi.get("value")), kpi.get("den")
    records = ibis.duckdb.connect(threads=1).read_parquet(file)
    records = records.filter(_[week].between(case["baseline_weeks"][0], case["review_weeks"][1]))
    records = records.mutate(**{name: _[name].cast("string").fill_null(MISSING) for name in case["dims"]})
    records = records.mutate(**{name: _pooled(records, name) for name in case["dims"]})
    sums = {"rows": _.count(), "value": _number(value).sum(), "value_squares": _number(value).pow(2).sum()}
    if weight:
        sums["weight"], sums["weight_squares"] = _number(weight).sum(), _number(weight).pow(2).sum()
        sums["products"] = (_number(value) * _number(weight)).sum()
    cells = records.group_by([week, *case["dims"]]).agg(**sums).to_pandas()
    period = FIRST_WEEK + pd.to_timedelta(7 * (cells[week] - 1), unit="D")
    return pd.DataFrame(cells.assign(period=period).drop(columns=week))


def _pooled(records: ibis.Table, name: str) -> Any:
    """Return the dimension with its rare values as one; only the frequent ones, at most 100, are listed."""
    often = records.group_by(name).agg(records=_.count())
    often = often.mutate(frequent=_.records >= ibis.greatest(FEWEST_RECORDS, SMALLEST_SHARE * _.records.sum()))
    kept = often.aggregate(all=_.frequent.all(), names=_[name].collect(where=_.frequent)).to_pandas().iloc[0]
    if kept["all"]:
        return records[name]
    if kept["names"] is None:
        return ibis.literal(OTHER)
    return records[name].isin(list(kept["names"])).ifelse(records[name], OTHER)


def _number(column: str) -> Any:
    return _[column].cast("float64")


def _monday(week: int) -> pd.Timestamp:
    return FIRST_WEEK + pd.Timedelta(weeks=week - 1)


if __name__ == "__main__":
    main(*sys.argv[1:3])
