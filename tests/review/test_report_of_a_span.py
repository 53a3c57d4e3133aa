"""A report on June 2026 (see `tests.reports`), and what of its department's plan it tells."""

import datetime

import pandas as pd

from saypro_nb.review.report import Report
from saypro_nb.review.spans import Span
from tests import plans, reports


def report(**facts: object) -> Report:
    kpis = {"conversion": reports.monthly(target=15.0)}
    return reports.report(reports.values({"conversion": [11.0, 12.0, 13.0, 14.0, 15.0, 16.0]}), kpis, **facts)


def test_a_report_tells_of_its_own_month_the_most_urgent_kpi_first() -> None:
    rows = reports.example().rows
    assert set(rows["kpi"]) == set(reports.EXAMPLES)
    assert set(rows["first"]) == {pd.Timestamp("2026-06-01")}
    found = report()
    assert (found.rows["value"].item(), found.rows["before"].item()) == (16.0, 15.0)
    assert found.today == datetime.date(2026, 6, 30)


def test_months_and_quarters_are_told_as_far_as_they_are_complete() -> None:
    found = report()
    assert list(found.over("month")["value"]) == [11, 12, 13, 14, 15, 16]
    assert list(found.over("quarter")["value"]) == [12, 15]  # the means of January to March, April to June
    may = report(span=Span("month", datetime.date(2026, 5, 1)))
    assert list(may.over("month")["value"]) == [11, 12, 13, 14, 15]
    assert list(may.over("quarter")["value"]) == [12]


def test_a_report_plans_for_the_month_after_its_own() -> None:
    assert report().following == Span("month", datetime.date(2026, 7, 1))
    quarter = report(span=Span("quarter", datetime.date(2026, 4, 1)))
    assert quarter.following == Span("quarter", datetime.date(2026, 7, 1))


def test_its_plan_is_what_runs_by_the_end_of_the_following_month_and_what_waits() -> None:
    later = {"end": "2026-09-30", "criterion": {"kpi": "conversion", "amount": 20, "by": "2026-12-31"}}
    kept = [
        plans.action(id="last-day", start="2026-07-31", **later),
        plans.action(id="next-day", start="2026-08-01", **later),
        plans.action(id="asked", start="2026-08-01", status="proposed", **later),
        plans.action(id="done", status="completed"),
        plans.action(id="no", status="declined"),
    ]
    found = report(kept=kept)
    assert [one.id for one in found.plan.kept] == ["last-day", "asked"]
    assert [one.id for one in found.agenda.kept] == [one.id for one in kept]
