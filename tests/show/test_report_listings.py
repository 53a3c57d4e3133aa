import pandas as pd
import pytest

from saypro_nb.show import report_charts, report_listings
from saypro_nb.show.html import Block
from tests import plans, reports
from tests.reports import monthly
from tests.show.test_findings import plain

STEADY = [20.0, 21.0] * 10


def lines(block: Block) -> dict[str, list[str]]:
    """Return the rows of a table by their first cell."""
    rows = [plain(line).split(" | ") for line in block.text.splitlines() if " | " in line]
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize(
    ("kpi", "cells"),
    [
        ("Lead conversion", ["15.0 %", "18.0 %", "+3.0 points", "Good"]),
        ("Revenue", ["$500,000", "$480,000", "−4 %", "Bad"]),
        ("Delivery time", ["24.0 h", "30.0 h", "+6.0 h", "Bad"]),
        ("CSAT", ["85.0 %", "80.0 %", "−5.0 points", "Bad"]),
    ],
)
def test_the_source_s_report_table_comes_out(kpi: str, cells: list[str]) -> None:
    assert lines(report_listings.kpis(reports.example()))[kpi][:4] == cells


def test_a_miss_is_a_concern_only_where_the_kpi_has_changed_for_the_worse() -> None:
    kpis = {"changed": monthly(name="Changed", target=20.0), "same": monthly(name="Same", target=20.5)}
    report = reports.report(reports.values({"changed": [*STEADY, 12.0], "same": [*STEADY, 20.0]}), kpis)
    html = report_listings.kpis(report).html
    assert html.count("tone-concern") == 1
    assert html.count("tone-watch") == 1


def test_the_header_names_period_department_author_and_date() -> None:
    told = plain(report_listings.header(reports.example(), "Head of North").text)
    for part in ("June 2026", "North", "Head of North", "30 June 2026"):
        assert part in told
    assert "Not signed" in report_listings.header(reports.example(), "").text


def test_the_trend_shows_the_month_before_the_difference_and_its_verdict() -> None:
    series = [*STEADY, 12.0]  # June 2025 was 20, May 2026 21
    report = reports.report(reports.values({"conversion": series}), {"conversion": monthly()})
    found = lines(report_listings.trend(report))["Lead conversion"]
    assert found == ["21.0 %", "12.0 %", "−9.0 points", "Changed for the worse", "−8.0 points"]


def test_a_kpi_of_an_earlier_month_says_so_in_the_trend() -> None:
    report = reports.report(reports.values({"conversion": [*STEADY, None]}), {"conversion": monthly()})
    assert "Lead conversion (May 2026)" in lines(report_listings.trend(report))


def test_month_by_month_the_last_five_are_shown_and_quarters_only_when_they_are_complete() -> None:
    series = [float(value) for value in range(10, 24)]
    report = reports.report(reports.values({"conversion": series}, end="2026-07-01"), {"conversion": monthly()})
    months = report_listings.course(report, "month").text.splitlines()
    assert months[1].startswith("KPI | February 2026 |")
    assert months[1].endswith("June 2026")
    # April to June are 20, 21 and 22; July belongs to no complete quarter.
    assert lines(report_listings.course(report, "quarter"))["Lead conversion"][-1] == "21.0 %"


def test_the_figures_in_detail_count_the_weeks_that_met_the_target() -> None:
    values = reports.values({"conversion": [9.0, 10.0, 12.0, 8.0]}, freq="W-MON", end="2026-06-22")
    kpis = {"conversion": monthly(every="week", target=10.0, benchmark=11.0)}
    found = lines(report_listings.metrics(reports.report(values, kpis, every="week")))["Lead conversion"]
    assert found == ["8.0 %", "12.0 %", "2", "0", "9.8 %", "11.0 %", "Bad"]


def test_the_plan_of_the_next_month_leaves_out_what_begins_later_or_is_done() -> None:
    by = {"criterion": {"kpi": "conversion", "amount": 20, "by": "2026-12-31"}, "end": "2026-09-30"}
    kept = [
        plans.action(id="north-1", description="Runs on.", **by),
        plans.action(id="north-2", description="Begins in July.", start="2026-07-20", **by),
        plans.action(id="north-3", description="Begins in August.", start="2026-08-03", **by),
        plans.action(id="north-4", description="Is done.", status="completed"),
        plans.action(id="north-5", description="Is late.", end="2026-05-29"),
    ]
    kpis = {"conversion": monthly()}
    series = reports.values({"conversion": [20.0]})
    told = report_listings.plan(reports.report(series, kpis, kept=kept), series).text
    assert "Action plan for July 2026" in told
    assert [name for name in ("Runs on", "in July", "in August", "Is done", "Is late") if name in told] == [
        "Runs on",
        "in July",
        "Is late",
    ]


def test_a_note_on_the_department_is_shown_and_none_leaves_nothing() -> None:
    report = reports.example(noted=[reports.noted("Two were <away>."), reports.noted("Elsewhere.", "csat")])
    assert plain(report_listings.notes(report).text) == "Note by Analyst, 2 July 2026: “Two were <away>.”"
    assert report_listings.notes(reports.example()).html == ""


def test_without_any_value_every_table_says_so() -> None:
    series = reports.values({"conversion": [20.0]}, end="2026-07-01")
    report = reports.report(series, {"conversion": monthly()})
    assert "No KPI of this department has a value up to then." in report_listings.kpis(report).text
    for block in (report_listings.metrics(report), report_listings.trend(report)):
        assert "No value." in block.text
    assert "No KPI has a month yet." in report_listings.course(report, "month").text
    assert "No KPI has 3 months yet" in report_charts.courses(report).text


def test_the_course_of_the_most_urgent_kpis_is_drawn_and_told() -> None:
    names = [f"kpi_{place}" for place in range(6)]
    kpis = {name: monthly(target=15.0) for name in names}
    report = reports.report(reports.values(dict.fromkeys(names, STEADY)), kpis)
    shown = report_charts.courses(report)
    assert shown.html.count("<img") == report_charts.DRAWN
    # Fourteen months end with June 2026: the first of them is May 2025.
    assert (
        "Lead conversion: 20.0 % in May 2025, 21.0 % in June 2026; 14 months lie between 20.0 % and 21.0 %. "
        "The target is 15.0 %."
    ) in plain(shown.text)


def test_a_week_s_kpi_is_drawn_by_months_and_quarters() -> None:
    values = reports.values({"leads": [10.0] * 40}, freq="W-MON", end="2026-06-22")
    kpis = {"leads": monthly(every="week", unit="count", name="Leads")}
    quarter = reports.Span("quarter", pd.Timestamp("2026-04-01").date())
    for span in (reports.JUNE, quarter):
        told = plain(report_charts.courses(reports.report(values, kpis, every="week", span=span)).text)
        assert told.startswith("Leads, a week: 10 in ")
        assert "lie between 10 and 10" in told
