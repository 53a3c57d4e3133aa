"""Alerts, on series that are short enough to follow by hand."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from saypro_nb.agree.schema import Kpi
from saypro_nb.review import alerts, signals
from saypro_nb.review.alerts import Alert, Taken
from saypro_nb.review.attention import WEEKLY
from tests.workspaces import KPIS

MONDAYS = pd.date_range("2026-01-05", periods=60, freq="W-MON")
NOTHING = pd.DataFrame(columns=[*WEEKLY, "alarm"])


def catalogue(**facts: Any) -> dict[str, Kpi]:
    return {"revenue": Kpi(**(KPIS["revenue"] | {"threshold": 10, "target": None} | facts))}


def followed(
    values: list[float | None], taken: list[Taken] | None = None, clear_after: int = 2, **facts: Any
) -> Alert | None:
    """Return the alert of a KPI whose chart is left aside: too short for runs, too wide for points outside."""
    kpis = catalogue(**facts)
    points = charted(values, kpis).assign(meaning="common_cause", signal="none")
    found = alerts.follow(alerts.signs(points, NOTHING, kpis), kpis, taken or [], clear_after)
    return found[0] if found else None


def charted(values: list[float | None], kpis: dict[str, Kpi]) -> pd.DataFrame:
    rows = pd.DataFrame(
        {"department": "north", "kpi": "revenue", "period": MONDAYS[: len(values)], "value": values, "target": None}
    ).astype({"value": float, "period": "datetime64[s]"})
    return signals.judge(rows, kpis)


def known(values: list[float | None], taken: list[Taken] | None = None, **facts: Any) -> Alert:
    alert = followed(values, taken, **facts)
    assert alert is not None
    return alert


def monday(week: int) -> date:
    return MONDAYS[week].date()


def test_a_value_below_its_threshold_is_an_alert_and_one_at_it_is_none() -> None:
    alert = known([12, 11, 9])
    assert (alert.state, alert.began, alert.known_on) == ("new", monday(2), date(2026, 1, 25))
    assert [(held.reason, held.since, held.holds) for held in alert.reasons] == [("threshold", monday(2), True)]
    assert followed([12, 11, 10]) is None


def test_where_lower_is_better_a_value_above_the_threshold_is_an_alert() -> None:
    assert known([8, 11], better="lower").state == "new"
    assert followed([8, 9], better="lower") is None


def test_a_kpi_without_a_threshold_or_without_a_better_side_gives_none() -> None:
    assert followed([1], threshold=None) is None
    assert followed([1], better="neither") is None


def test_an_alert_that_lasts_is_new_only_in_its_first_period() -> None:
    assert [known([12, 9][: 1 + 1] + [9] * weeks).state for weeks in range(3)] == ["new", "open", "open"]


def test_an_alert_ends_after_two_periods_in_a_row_without_a_reason_and_is_told_once_more_as_resolved() -> None:
    assert known([12, 9, 11]).state == "open"
    ended = known([12, 9, 11, 12])
    assert (ended.state, ended.ended) == ("resolved", monday(3))
    assert followed([12, 9, 11, 12, 12]) is None


def test_a_kpi_that_wobbles_around_its_threshold_gives_one_alert_and_not_one_a_week() -> None:
    assert {known([12, 9, 11, 9, 11, 9, 11][:weeks]).began for weeks in range(2, 8)} == {monday(1)}


def test_after_its_end_a_kpi_may_give_a_new_alert() -> None:
    again = known([12, 9, 11, 12, 12, 8])
    assert (again.state, again.began) == ("new", monday(5))


def test_how_many_clear_periods_end_an_alert_is_a_setting() -> None:
    assert known([12, 9, 11], clear_after=1).state == "resolved"
    assert known([12, 9, 11, 12], clear_after=3).state == "open"


def test_a_missing_value_neither_prolongs_nor_ends_an_alert() -> None:
    gone = known([12, 9, None, None, None])
    assert (gone.ended, gone.period, gone.value) == (None, monday(1), 9)
    assert known([12, 9, 11, None, 12]).ended == monday(4)
    assert followed([12, None, None]) is None


def test_a_kpi_without_any_value_gives_none() -> None:
    assert followed([None, None]) is None


def test_the_calibrated_alarm_of_each_week_is_a_reason_where_there_is_one() -> None:
    kpis = catalogue(threshold=None)
    points = charted([12, 11, 9], kpis)
    weekly = pd.DataFrame(
        {"department": "north", "kpi": "revenue", "period": points["period"], "p": [None, 0.4, 0.001]}
    ).assign(alarm=[False, False, True])
    (alert,) = alerts.follow(alerts.signs(points, weekly, kpis), kpis)
    assert [(held.reason, held.since) for held in alert.reasons] == [("signal", monday(2))]


def test_a_second_reason_joins_the_alert_that_is_open() -> None:
    kpis = catalogue()
    points = charted([12, 11, 9], kpis)
    weekly = pd.DataFrame({"department": "north", "kpi": "revenue", "period": points["period"], "p": 0.001})
    (alert,) = alerts.follow(alerts.signs(points, weekly.assign(alarm=[False, True, True]), kpis), kpis)
    assert alert.began == monday(1)
    assert [(held.reason, held.since) for held in alert.reasons] == [("threshold", monday(2)), ("signal", monday(1))]


@pytest.mark.parametrize(("last", "told"), [(6, False), (7, True), (8, True)])
def test_a_run_on_the_chart_is_known_from_its_seventh_point_on(last: int, told: bool) -> None:
    """Twenty weeks between 11 and 13 (mean 12), then a week at 11.5 after another: within limits, on one side."""
    kpis = catalogue(threshold=None)
    values = [11.0, 13.0] * 10 + [11.8] * last
    found = alerts.follow(alerts.signs(charted(values, kpis), NOTHING, kpis), kpis)
    assert bool(found) == told
    if told:
        assert found[0].began == monday(20 + 6)


def test_an_alert_that_was_taken_up_is_acknowledged_by_the_last_who_did() -> None:
    claims = [
        Taken("revenue", monday(1), "Clerk", who="Lead", on=date(2026, 1, 20)),
        Taken("revenue", monday(2), "Analyst", who="Lead", on=date(2026, 1, 27)),
        Taken("margin", monday(2), "Nobody of ours", who="Lead", on=date(2026, 1, 28)),
    ]
    alert = known([12, 9, 9], claims)
    assert alert.state == "acknowledged"
    assert alert.taken is not None
    assert alert.taken.owner == "Analyst"


def test_who_took_up_an_earlier_alert_has_not_taken_up_the_next() -> None:
    last_of_the_first = Taken("revenue", monday(2), "Clerk", who="Lead", on=date(2026, 1, 27))
    assert known([12, 9, 11, 12, 9], [last_of_the_first]).state == "new"


def test_a_correction_that_moves_the_beginning_by_a_week_leaves_the_alert_taken_up() -> None:
    taken = Taken("revenue", monday(1), "Clerk", who="Lead", on=date(2026, 1, 20))
    assert known([12, 12, 9, 9], [taken]).state == "acknowledged"


def test_the_day_on_which_a_monthly_alert_was_known_is_the_last_of_its_month() -> None:
    kpis = catalogue(every="month")
    months = pd.DataFrame(
        {"department": "north", "kpi": "revenue", "period": pd.to_datetime(["2026-01-01", "2026-02-01"])}
    ).assign(value=[12.0, 9.0], target=None)
    (alert,) = alerts.follow(alerts.signs(signals.judge(months, kpis), NOTHING, kpis), kpis)
    assert alert.known_on == date(2026, 2, 28)


def tried(values: list[float | None], threshold: float | None, weeks: int, **facts: Any) -> alerts.Trial:
    """Return what a threshold would have done in the last `weeks` of the values."""
    series = charted(values, catalogue(**facts))
    return alerts.try_out(series, threshold, monday(len(values) - weeks), clear_after=2)


def test_a_threshold_that_is_tried_out_tells_every_alert_that_it_would_have_given() -> None:
    """Below 10 in weeks 2, 3, 7 and 9; the alert of week 2 ends after weeks 4 and 5, that of week 7 lasts over 8."""
    trial = tried([12, 12, 9, 9, 11, 12, 12, 9, 11, 9], 10, 10)
    assert (trial.began, trial.lasting) == ((monday(2), monday(7)), None)
    assert (trial.beyond, trial.known) == (4, 10)


def test_an_alert_that_had_begun_before_is_told_apart() -> None:
    trial = tried([12, 9, 9, 9, 12, 12, 9], 10, 4)
    assert (trial.began, trial.lasting) == ((monday(6),), monday(1))
    assert (trial.beyond, trial.known) == (2, 4)


def test_a_missing_value_is_neither_beyond_a_threshold_nor_known() -> None:
    trial = tried([12, 9, None, 9], 10, 3)
    assert (trial.began, trial.beyond, trial.known) == ((monday(1),), 2, 2)


def test_no_threshold_and_no_worse_side_give_no_alert() -> None:
    assert tried([1, 1], None, 2).began == tried([1, 1], 10, 2, better="neither").began == ()


@pytest.mark.parametrize(
    ("every", "first"),
    [("week", date(2026, 1, 5)), ("month", date(2026, 1, 30)), ("quarter", date(2026, 3, 30))],
)
def test_a_quarter_of_a_year_is_thirteen_weeks_three_months_or_one_quarter(every: Any, first: date) -> None:
    """Counted back from the thirteenth Monday of 2026, 30 March."""
    assert alerts.last_quarter(charted([1.0] * 13, catalogue()), every) == first
