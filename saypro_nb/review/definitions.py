"""Definitions: by what KPIs are judged, so that a change of it is never taken for a change of the world.

A KPI that leaves the shortlist because its target was lowered has not become better. So every period keeps by what it
judged, and the next one holds its own against it:

    of each KPI       the target in force, benchmark, threshold, unit, better side, how it is computed and charted,
                      how often it is measured, its weight, and its last rebase
    of the workbench  its version, the code of its methods, and the factors of priorities
"""

import datetime
import json
from collections.abc import Iterator

import pandas as pd

from saypro_nb.agree.schema import Kpi, Priority
from saypro_nb.agree.settings import Catalogue

COLUMNS = ["kpi", "what", "judged_by"]
COMPARED = ["kpi", "what", "was", "judged_by"]
WORKBENCH = "*"  # stands in a KPI's place; no KPI can have that id
NOTHING = "none"


def of_kpis(kpis: Catalogue, day: datetime.date) -> pd.DataFrame:
    """Return by what each KPI is judged on `day`: ``what``, and ``judged_by`` in plain text (numbers as Python's)."""
    rows = [(name, what, value) for name, kpi in kpis.items() for what, value in _of_kpi(kpi, day)]
    return pd.DataFrame(rows, columns=COLUMNS, dtype=str)


def of_workbench(version: str, methods: str, priority: Priority) -> pd.DataFrame:
    """Return by what all KPIs are judged: the `version`, a digest of the `methods`' code, the factors of priorities."""
    facts = {"version": version, "methods": methods, "priority": priority.model_dump_json()}
    rows = [(WORKBENCH, what, value) for what, value in facts.items()]
    return pd.DataFrame(rows, columns=COLUMNS, dtype=str)


def compare(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return what is ``judged_by`` another thing than it ``was``, in the order of `now`.

    What only one of the two knows is left out: a new KPI is new, and not judged otherwise.
    """
    both = now.merge(before.rename(columns={"judged_by": "was"}), on=["kpi", "what"])
    return both.loc[both["was"] != both["judged_by"], COMPARED].reset_index(drop=True)


def _of_kpi(kpi: Kpi, day: datetime.date) -> Iterator[tuple[str, str]]:
    yield "target", _number(kpi.target_on(day))
    yield "benchmark", _number(kpi.benchmark)
    yield "threshold", _number(kpi.threshold)
    yield "weight", _number(kpi.weight)
    yield "unit", kpi.unit
    yield "better", kpi.better
    yield "every", kpi.every
    yield "chart", kpi.chart or NOTHING
    yield "formula", kpi.formula
    yield "computed", json.dumps(kpi.computed.model_dump(exclude_none=True)) if kpi.computed else NOTHING
    begun = [one for one in kpi.rebase if one.date <= day]
    yield "rebase", f"{begun[-1].date} {begun[-1].reason} ({begun[-1].author})" if begun else NOTHING


def _number(value: float | None) -> str:
    return NOTHING if value is None else repr(float(value))
