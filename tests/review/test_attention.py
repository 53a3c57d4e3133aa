import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.schema import Kpi
from saypro_nb.review import attention

MONDAYS = pd.date_range("2024-01-01", periods=130, freq="W-MON")
WEEK = np.arange(130)


def kpi(**facts: object) -> Kpi:
    usual = {"name": "Any", "unit": "count", "better": "higher", "perspective": "operational", "every": "week"}
    return Kpi(**(usual | {"formula": "as given", "points_at": "not known"} | facts))


def series(name: str, seed: int, change: object = 0.0, weeks: int = 130, department: str = "north") -> pd.DataFrame:
    """A KPI around 80 with a standard deviation of 4; `change` is in standard deviations."""
    values = 80 + 4 * (np.random.default_rng(seed).normal(size=130) + np.asarray(change))
    rows = {"department": department, "kpi": name, "period": MONDAYS, "value": values}
    return pd.DataFrame(rows).tail(weeks)


def judged(*tables: pd.DataFrame, **kpis: Kpi) -> pd.DataFrame:
    values = pd.concat(tables, ignore_index=True)
    everything = {name: kpi() for name in values["kpi"].unique()} | kpis
    return attention.latest(attention.judge(attention.weigh(values, everything))).set_index("kpi")


def one(table: pd.DataFrame, **facts: object) -> pd.Series:
    return judged(table, any=kpi(**facts)).loc["any"]


def test_a_lost_level_is_an_alarm_dated_from_about_its_first_week() -> None:
    found = one(series("any", 1, -2.5 * (WEEK >= 118)))
    assert (found["evidence"], found["alarm"], found["kind"], found["direction"]) == (
        "calibrated", True, "level", "down",
    )  # fmt: skip
    assert abs((found["flagged"] - MONDAYS[118]).days) <= 14
    assert not found["or_earlier"]


def test_a_lasting_gain_is_an_improvement_and_no_alarm() -> None:
    found = one(series("any", 1, 2.5 * (WEEK >= 118)))
    assert (found["alarm"], found["watch"], found["improved"]) == (False, False, True)
    assert abs((found["flagged"] - MONDAYS[118]).days) <= 14


def test_one_terrible_week_is_dated_by_itself() -> None:
    found = one(series("any", 2, -7.0 * (WEEK == 129)))
    assert (found["alarm"], found["kind"], found["flagged"]) == (True, "single week", MONDAYS[129])


def test_a_wider_spread_is_an_alarm_of_its_own() -> None:
    tables = [series(f"k{seed}", seed) for seed in range(20, 26)]
    wider = [table.assign(value=80 + (table["value"] - 80) * np.where(WEEK >= 118, 4, 1)) for table in tables]
    found = judged(*wider)
    assert found["alarm"].sum() >= 5
    assert set(found.loc[found["alarm"], "direction"]) >= {"wider"}


def test_what_began_before_watching_is_dated_there_or_earlier() -> None:
    found = one(series("any", 4, -0.12 * np.clip(WEEK - 80, 0, None)))
    assert found["alarm"]
    assert found["or_earlier"] == (found["flagged"] == MONDAYS[104])


def test_a_season_like_last_years_is_found_and_no_alarm() -> None:
    # Lowest in July, as the last week is: 10 below the mean of 80.
    wave = -2.5 * np.cos(2 * np.pi * (WEEK - 129) / 52.18)
    values = series("any", 5, wave)
    weekly = attention.judge(attention.weigh(values, {"any": kpi()}))
    assert not attention.latest(weekly)[["alarm", "watch"]].any(axis=None)
    assert weekly["season"].iloc[-1] == pytest.approx(-10, rel=0.3)


def test_a_stable_kpi_has_no_season_at_all() -> None:
    assert (attention.weigh(series("any", 6), {"any": kpi()})["season"] == 0).all()


@pytest.mark.parametrize(
    ("facts", "weeks", "reason"),
    [
        ({"every": "month"}, 130, "it is measured every month, and the weekly evidence needs weeks"),
        ({"better": "neither"}, 130, "neither direction is better"),
        ({}, 38, "38 weeks of values; the weekly evidence needs 39"),
    ],
)
def test_a_kpi_that_cannot_be_weighed_is_left_to_its_chart_and_says_why(
    facts: dict[str, str], weeks: int, reason: str
) -> None:
    found = one(series("any", 7, weeks=weeks), **facts)
    assert (found["evidence"], found["fallback"]) == ("chart", reason)
    assert not found[["alarm", "watch", "improved"]].any()


def test_thirty_nine_weeks_are_enough() -> None:
    assert one(series("any", 7, weeks=39))["evidence"] == "calibrated"


def test_a_kpi_that_never_varied_is_left_to_its_chart() -> None:
    found = one(series("any", 8).assign(value=95.0))
    assert found["evidence"] == "chart"
    assert "never varied" in found["fallback"]


def test_what_was_before_a_rebase_no_longer_counts() -> None:
    lost = series("any", 9, -5.0 * (WEEK >= 80))
    day = {"date": MONDAYS[80].date(), "reason": "another way of counting", "author": "Head of North"}
    weekly = attention.weigh(lost, {"any": kpi(rebase=[day])})
    assert weekly["period"].min() == MONDAYS[80]
    assert one(lost, rebase=[day])["evidence"] == "calibrated"
    fresh = {**day, "date": MONDAYS[110].date()}
    assert "20 weeks of values since the rebase" in one(lost, rebase=[fresh])["fallback"]


def test_all_departments_of_a_week_are_one_family() -> None:
    # The same p of 0.01 in a department of four KPIs, alone and beside a department of fifty sound ones.
    own = pd.DataFrame({"department": "north", "kpi": list("abcd"), "p": [0.01, 0.6, 0.7, 0.8]})
    others = pd.DataFrame({"department": "south", "kpi": [f"k{n}" for n in range(50)], "p": np.linspace(0.1, 1, 50)})
    alone, together = (
        attention.judge(table.assign(period=MONDAYS[0], p_better=0.5)) for table in (own, pd.concat([own, others]))
    )
    assert alone["alarm"].tolist()[:4] == [True, False, False, False]
    assert not together["alarm"].any()
    assert together["watch"].tolist()[0]


def test_departments_that_are_alike_get_the_same_evidence() -> None:
    north = series("any", 10, -3.0 * (WEEK >= 120))
    weekly = attention.judge(attention.weigh(pd.concat([north, north.assign(department="south")]), {"any": kpi()}))
    found = attention.latest(weekly).drop(columns="department")
    pd.testing.assert_series_equal(found.iloc[0], found.iloc[1], check_names=False)
    assert found["alarm"].all()


def test_the_onset_of_a_fall_is_where_two_levels_fit_best() -> None:
    # Levels of 5 and 1 meet at the seventh of nine weeks; a rise of the same size is no fall.
    level = pd.Series([5.0, 5.5, 4.5, 5, 5, 5, 1, 1.5, 0.5], index=MONDAYS[:9])
    assert attention.onset(level, 4) == MONDAYS[6]
    assert attention.onset(level, 2) == MONDAYS[7]  # the first watched week that fits: it began earlier


def test_a_period_without_value_has_the_season_between_its_neighbours() -> None:
    values = series("any", 11).head(3).assign(value=[1.0, np.nan, 3.0])
    known = pd.DataFrame({"department": "north", "kpi": "any", "period": MONDAYS[[0, 2]], "season": [2.0, 4.0]})
    assert attention.with_season(values, known)["season"].tolist() == [2, 3, 4]


def test_a_kpi_without_evidence_has_no_season() -> None:
    found = attention.with_season(series("any", 12), pd.DataFrame(columns=attention.WEEKLY))
    assert (found["season"] == 0).all()


def test_no_values_are_no_evidence() -> None:
    assert attention.latest(attention.judge(attention.weigh(series("any", 1).head(0), {}))).empty
