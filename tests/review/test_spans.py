"""Months of weeks, counted by hand on the calendar of 2026: 1 January 2026 is a Thursday."""

import datetime

import pandas as pd
import pytest

from saypro_nb.agree.schema import Cadence, Kpi
from saypro_nb.review import spans
from saypro_nb.review.spans import Span
from tests.plans import CONVERSION

day = datetime.date.fromisoformat


def month(first: str) -> Span:
    return Span("month", day(first))


def quarter(first: str) -> Span:
    return Span("quarter", day(first))


def kpi(**facts: object) -> Kpi:
    return CONVERSION.model_copy(update=facts)


def told(values: list[float | None], facts: Kpi, *, first: str = "2026-01-05", **columns: object) -> pd.DataFrame:
    freq = {"week": "W-MON", "month": "MS", "quarter": "QS"}[facts.every]
    periods = pd.date_range(first, periods=len(values), freq=freq)
    table = pd.DataFrame(
        {"department": "north", "kpi": "conversion", "period": periods, "value": values, "target": 10.0}
    )
    return table.assign(**columns).astype({"value": float})  # type: ignore[arg-type]


def over(values: pd.DataFrame, facts: Kpi, length: spans.Length = "month") -> pd.DataFrame:
    return spans.over(values, {"conversion": facts}, length)


def test_a_week_belongs_to_the_month_of_its_thursday() -> None:
    weeks = pd.DatetimeIndex(["2026-03-30", "2026-04-27", "2026-06-29"])  # Thursdays: 2 April, 30 April, 2 July
    assert list(spans.starts(weeks, "week", "month")) == [*pd.DatetimeIndex(["2026-04-01", "2026-04-01", "2026-07-01"])]


def test_every_week_of_ten_years_belongs_to_one_month_which_has_four_or_five() -> None:
    weeks = pd.date_range("2020-01-06", "2029-12-24", freq="W-MON")
    count = spans.starts(weeks, "week", "month").value_counts()
    assert set(count) == {4, 5}
    assert count.sum() == len(weeks)


def test_a_quarter_has_mostly_thirteen_weeks() -> None:
    # 2026 has 53 Thursdays, the last of them on 31 December; the first of 2027 is 7 January, its 13th 1 April.
    assert spans.over(told([1.0] * 60, kpi()), {"conversion": kpi()}, "quarter")["due"].tolist() == [13, 13, 13, 14, 12]


@pytest.mark.parametrize(
    ("period", "span"),
    [
        ("2026-06-15", month("2026-05-01")),  # a week of June is still to come
        ("2026-06-22", month("2026-06-01")),  # the next Thursday is 2 July
        ("2026-06-29", month("2026-06-01")),
        ("2026-06-15", quarter("2026-01-01")),
        ("2026-06-22", quarter("2026-04-01")),
        ("2026-12-21", month("2026-11-01")),  # Thursday, 31 December is still to come
        ("2026-12-28", month("2026-12-01")),
    ],
)
def test_a_report_is_on_the_last_month_or_quarter_whose_weeks_are_all_over(period: str, span: Span) -> None:
    assert spans.last_complete(day(period), "week", span.length) == span


def test_monthly_reviews_end_quarters_with_their_third_month_and_quarterly_ones_know_no_months() -> None:
    assert spans.last_complete(day("2026-05-01"), "month", "quarter") == quarter("2026-01-01")
    assert spans.last_complete(day("2026-06-01"), "month", "quarter") == quarter("2026-04-01")
    assert spans.last_complete(day("2026-04-01"), "quarter", "month") == quarter("2026-04-01")


def test_a_month_begins_and_ends_with_whole_weeks() -> None:
    april = month("2026-04-01")
    assert (april.first_day("week"), april.last_day("week")) == (day("2026-03-30"), day("2026-05-03"))
    assert april.last_period("week") == day("2026-04-27")
    assert (april.first_day("month"), april.last_day("month")) == (day("2026-04-01"), day("2026-04-30"))
    assert quarter("2026-04-01").last_period("month") == day("2026-06-01")


def test_the_span_before_january_is_december_and_a_year_before_has_the_same_name() -> None:
    assert month("2026-01-01").moved(-1) == month("2025-12-01")
    assert quarter("2026-10-01").moved(1) == quarter("2027-01-01")
    assert month("2026-06-01").a_year_before == month("2025-06-01")
    assert quarter("2026-04-01").a_year_before == quarter("2025-04-01")


def test_what_adds_up_is_a_sum_with_the_sum_of_its_targets() -> None:
    # January has the weeks of 29 December (not told), 5, 12, 19 and 26 January.
    (january,) = over(told([9.0, 12.0, 10.0, 11.0], kpi(unit="count")), kpi(unit="count")).to_dict("records")
    assert (january["value"], january["target"], january["how"]) == (42.0, 40.0, "sum")
    assert (january["level"], january["known"], january["due"]) == (10.5, 4, 5)


def test_a_rate_is_the_ratio_of_the_sums_and_not_the_mean_of_the_rates() -> None:
    rates = told([50.0, 30.0], kpi(), numerator=[10.0, 90.0], denominator=[20.0, 300.0])
    (january,) = over(rates, kpi()).to_dict("records")
    assert january["value"] == pytest.approx(100 * 100 / 320)  # the mean of the rates would be 40
    assert january["how"] == "ratio"


def test_a_target_of_a_rate_weighs_as_its_cases_do() -> None:
    rates = told([50.0, 30.0], kpi(), numerator=[10.0, 90.0], denominator=[20.0, 300.0], target=[40.0, 20.0])
    assert over(rates, kpi())["target"].item() == pytest.approx((40 * 20 + 20 * 300) / 320)


@pytest.mark.parametrize("unknown", [{}, {"numerator": [10.0, None], "denominator": [20.0, None]}])
def test_without_the_cases_of_every_week_a_rate_is_the_mean_of_its_weeks(unknown: dict[str, object]) -> None:
    (january,) = over(told([50.0, 30.0], kpi(), **unknown), kpi()).to_dict("records")
    assert (january["value"], january["how"]) == (40.0, "mean")


def test_a_week_without_a_value_is_left_out_of_sum_and_target_alike() -> None:
    found = over(told([9.0, None, 12.0], kpi(unit="count")), kpi(unit="count")).iloc[0]
    assert (found["value"], found["target"], found["known"]) == (21.0, 20.0, 2)


def test_a_target_that_one_week_lacks_is_none_of_the_month() -> None:
    assert pd.isna(over(told([9.0, 9.0], kpi(), target=[None, 10.0]), kpi())["target"].item())


def test_a_monthly_value_stays_as_it_is_and_a_quarterly_one_is_told_by_its_quarter() -> None:
    monthly = over(told([9.0, 11.0], kpi(every="month"), first="2026-01-01"), kpi(every="month"))
    assert monthly["value"].tolist() == [9.0, 11.0]
    assert monthly["due"].tolist() == [1, 1]
    quarterly = over(told([9.0], kpi(every="quarter"), first="2026-01-01"), kpi(every="quarter"))
    assert quarterly[["length", "due"]].to_numpy().tolist() == [["quarter", 1]]


def test_three_months_make_a_quarter() -> None:
    found = over(told([9.0, 11.0, 13.0, 1.0], kpi(every="month"), first="2026-01-01"), kpi(every="month"), "quarter")
    assert found["value"].tolist() == [11.0, 1.0]
    assert found["due"].tolist() == [3, 3]


def test_without_values_there_are_no_spans() -> None:
    assert over(told([None, None], kpi()), kpi()).empty
    assert over(told([], kpi()), kpi()).empty


def test_each_department_s_kpis_are_told_apart_in_the_order_in_which_they_are_given() -> None:
    facts = kpi(every="month")
    one = told([9.0, 11.0], facts, first="2026-01-01")
    points = pd.concat([one.assign(department="south"), one.assign(kpi="calls"), one])
    found = spans.over(points, {"conversion": facts, "calls": facts}, "month")
    assert list(zip(found["department"], found["kpi"], strict=True)) == [
        ("south", "conversion"), ("south", "conversion"),
        ("north", "calls"), ("north", "calls"),
        ("north", "conversion"), ("north", "conversion"),
    ]  # fmt: skip
    assert found.index.tolist() == list(range(6))


@pytest.mark.parametrize("every", ["week", "month"])
def test_so_many_periods_are_due_as_a_whole_number(every: Cadence) -> None:
    facts = kpi(every=every)
    found = over(told([9.0], facts, first="2026-01-05" if every == "week" else "2026-01-01"), facts, "quarter")
    assert found["due"].tolist() == [13 if every == "week" else 3]
    assert pd.api.types.is_integer_dtype(found["due"])


def test_a_row_tells_which_span_it_is_of() -> None:
    (row,) = over(told([9.0], kpi(), first="2026-04-06"), kpi(), "quarter").to_dict("records")
    assert spans.of(row) == quarter("2026-04-01")


def test_without_values_the_table_has_its_columns_all_the_same() -> None:
    assert over(told([], kpi()), kpi()).columns.tolist() == spans.COLUMNS
