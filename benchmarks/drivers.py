"""Drivers that move with the KPI, for every case of a case file, in the format of the reference cases.

python benchmarks/drivers.py CASES.json OUT.json
"""

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from saypro_nb.review import drivers


def answer(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the case's findings, closest first, with the seconds that they took."""
    weekly = pd.read_csv(folder / case["file"], index_col="week")
    started = perf_counter()
    found = drivers.associate(weekly["kpi"], weekly[case["drivers"]], longest_lag=case["max_lag"])
    seconds = perf_counter() - started
    findings = found.table.to_dict("records")
    return {"case_id": case["case_id"], "verdict": found.verdict, "findings": findings, "seconds": seconds}


def main(cases: str, out: str) -> None:
    """Write the answers to all `cases` to `out`."""
    source = Path(cases)
    answers = [answer(case, source.parent) for case in json.loads(source.read_text())]
    Path(out).write_text(json.dumps(answers, indent=1))
    named = sum(bool(one["findings"]) for one in answers)
    seconds = sum(one["seconds"] for one in answers)
    print(f"{len(answers)} cases, {named} with an associated driver, {seconds:.1f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
