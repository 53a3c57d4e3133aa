"""A report on June 2026 that tests read: the source's example figures, and rows that are judged in every way."""

import datetime
from typing import Any

import pandas as pd

from saypro_nb.agree.decisions import Note, Noted
from saypro_nb.agree.schema import Kpi
from saypro_nb.review import gaps, progress, signals
from saypro_nb.review.report import Report
from saypro_nb.review.spans import Span
from tests import plans

JUNE = Span("month", datetime.date(2026, 6, 1))

EXAMPLES: dict[str, tuple[dict[str, object], float]] = {
    "conversion": ({"name": "Lead conversion", "target": 15.0}, 18.0),
    "revenue": ({"name": "Revenue", "unit": "money", "target": 500_000.0}, 480_000.0),
    "delivery": ({"name": "Delivery time", "unit": "hours", "better": "lower", "target": 24.0}, 30.0),
    "csat": ({"name": "CSAT", "target": 85.0}, 80.0),
}
"""The source's report table: facts of a monthly KPI, and its actual value."""


def monthly(**facts: object) -> Kpi:
    """Return a KPI that is measured every month."""
    return plans.CONVERSION.model_copy(update={"every": "month", **facts})


def example_kpis() -> dict[str, Kpi]:
    """Return the KPIs of the source's report table."""
    return {name: monthly(**facts) for name, (facts, _) in EXAMPLES.items()}


def values(series: dict[str, list[Any]], *, freq: str = "MS", end: str = "2026-06-01") -> pd.DataFrame:
    """Return the values of KPIs of the north, which end with the period that begins on `end`."""
    tables = [
        pd.DataFrame(
            {
                "department": "north",
                "kpi": name,
                "period": pd.date_range(end=end, periods=len(one), freq=freq).astype("datetime64[s]"),
                "value": one,
            }
        ).astype({"value": float})
        for name, one in series.items()
    ]
    return pd.concat(tables, ignore_index=True)


def judged(series: pd.DataFrame, kpis: dict[str, Kpi]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return points and gaps by the KPIs' charts; what has changed for the worse is on the shortlist."""
    points = signals.judge(gaps.with_targets(series, kpis), kpis)
    measured = gaps.measure(points, kpis)
    return points, measured.assign(shortlisted=measured["state"] == "worse")


def report(series: pd.DataFrame, kpis: dict[str, Kpi], **facts: object) -> Report:
    """Return the north's report on June 2026; `noted`, `progress`, `turned` and the agenda's facts may be given."""
    points, ranked = judged(series, kpis)
    own = {name: facts.pop(name) for name in ("noted", "progress", "turned", "span", "every") if name in facts}
    nothing = progress.table([], kpis, series, datetime.date(2026, 6, 30))
    usual: dict[str, object] = {"span": JUNE, "every": "month", "noted": (), "progress": nothing, "turned": ()}
    agenda = {"today": datetime.date(2026, 6, 30), "kept": [], "ranked": ranked, "kpis": kpis} | facts
    return Report(points=points, ranked=ranked, agenda=plans.agenda(**agenda), **(usual | own))  # type: ignore[arg-type]


def example(**facts: object) -> Report:
    """Return the report with the source's figures."""
    return report(values({name: [actual] for name, (_, actual) in EXAMPLES.items()}), example_kpis(), **facts)


def noted(text: str, kpi: str | None = None) -> Noted:
    """Return an analyst's note on June 2026."""
    note = Note(department="north", kpi=kpi, period=JUNE.first, text=text)
    return Noted(note, "Analyst", datetime.date(2026, 7, 2))
