import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import record_checks, records, values
from tests import workspaces

MONDAYS = pd.date_range("2026-01-05", periods=3, freq="W-MON")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace whose department north has, by day, one won case of four, then none at all, then two of two."""
    folder = workspaces.make(tmp_path / "work")
    days = [*["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-11"], *["2026-01-19", "2026-01-25"]]
    cases = {
        "date": pd.to_datetime(days),
        "won": [1, 0, 0, 0, 1, 1],
        "worth": [5.0, 1, 1, 1, 4, 6],
        "source": list("aabbaa"),
    }
    pd.DataFrame(cases).to_parquet(folder / "data" / "cases.parquet")
    return folder


def of_department(department: str, workspace: Workspace, until: datetime.date) -> pd.DataFrame:
    known = values.of_organisation(workspace, until)
    return known[known["department"] == department].reset_index(drop=True)


def computed(folder: Path, **facts: Any) -> Workspace:
    sources = {"kpi_values": "data/kpi_values.csv", "records": {"cases": "data/cases.parquet"}}
    workspaces.write(folder, "review", workspaces.REVIEW | {"sources": sources})
    usual = {"records": "cases", "date": "date", "numerator": "won", "denominator": "rows"}
    kpi = workspaces.KPIS["revenue"] | {"departments": ["north"], "unit": "percent", "computed": usual | facts}
    workspaces.write(folder, "kpis", {"share": kpi})
    (folder / "data" / "kpi_values.csv").write_text("department,kpi,period,value\n")
    return Workspace.load(folder)


def handed_in(folder: Path, *rows: str, every: str = "week") -> Workspace:
    workspaces.write(folder, "kpis", {"revenue": workspaces.KPIS["revenue"] | {"every": every}})
    text = "\n".join(["department,kpi,period,value", *(f"north,revenue,{row}" for row in rows)])
    (folder / "data" / "kpi_values.csv").write_text(text + "\n")
    return Workspace.load(folder)


def series(workspace: Workspace, until: str) -> pd.Series:
    found = of_department("north", workspace, datetime.date.fromisoformat(until))
    return found.set_index("period")["value"]


def test_a_share_is_computed_week_by_week_and_a_week_without_cases_has_none(folder: Path) -> None:
    found = series(computed(folder), "2026-01-19")
    assert list(found.index) == list(MONDAYS)
    np.testing.assert_allclose(found, [25, np.nan, 100])


def test_without_a_denominator_a_kpi_is_the_sum(folder: Path) -> None:
    np.testing.assert_allclose(
        series(computed(folder, numerator="worth", denominator=None), "2026-01-19"), [8, np.nan, 10]
    )


def test_a_denominator_of_zero_gives_no_value(folder: Path) -> None:
    cases = pd.DataFrame({"date": pd.to_datetime(["2026-01-05"]), "won": [1], "worth": [0.0], "source": ["a"]})
    cases.to_parquet(folder / "data" / "cases.parquet")
    assert series(computed(folder, denominator="worth"), "2026-01-05").isna().all()


def test_a_week_that_is_not_there_is_a_row_without_a_value(folder: Path) -> None:
    found = series(handed_in(folder, "2026-01-05,1", "2026-01-19,3"), "2026-01-19")
    np.testing.assert_allclose(found, [1, np.nan, 3])


def test_values_after_the_period_are_not_yet_known(folder: Path) -> None:
    assert series(handed_in(folder, "2026-01-05,1", "2026-01-12,2"), "2026-01-05").tolist() == [1]


def test_a_series_that_stopped_is_missing_up_to_the_period(folder: Path) -> None:
    assert series(handed_in(folder, "2026-01-05,1"), "2026-01-19").isna().sum() == 2


@pytest.mark.parametrize(
    ("until", "last"), [("2026-03-23", "2026-02-01"), ("2026-03-30", "2026-03-01"), ("2026-04-20", "2026-03-01")]
)
def test_a_month_is_due_once_it_is_over(folder: Path, until: str, last: str) -> None:
    # With a weekly KPI beside it, the review is weekly: the week of 30 March ends on 5 April, after the month's end.
    weekly, monthly = workspaces.KPIS["revenue"], workspaces.KPIS["revenue"] | {"every": "month"}
    handed_in(folder, "2026-01-05,1")
    workspaces.write(folder, "kpis", {"revenue": weekly, "turnover": monthly})
    with (folder / "data" / "kpi_values.csv").open("a") as file:
        file.write("north,turnover,2026-01-01,15\n")
    found = of_department("north", Workspace.load(folder), datetime.date.fromisoformat(until))
    assert found.loc[found["kpi"] == "turnover", "period"].max() == pd.Timestamp(last)


def test_a_department_without_values_has_an_empty_table(folder: Path) -> None:
    assert of_department("south", handed_in(folder, "2026-01-05,1"), MONDAYS[0].date()).empty


def test_latest_is_the_last_period_with_a_value(folder: Path) -> None:
    workspace = handed_in(folder, "2026-01-05,1", "2026-01-12,2", "2026-01-19,")
    assert values.resolve("latest", workspace) == datetime.date(2026, 1, 12)
    assert values.resolve("latest", computed(folder)) == datetime.date(2026, 1, 19)


@pytest.mark.parametrize("period", ["2026-01-06", "2027-01-04", "yesterday", "../x"])
def test_a_period_without_values_is_refused_with_those_that_have_some(folder: Path, period: str) -> None:
    with pytest.raises(InputError, match="Values run from 2026-01-05 to 2026-01-12"):
        values.resolve(period, handed_in(folder, "2026-01-05,1", "2026-01-12,2"))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"numerator": "wonn"}, "have no column 'wonn'. Did you mean 'won'?"),
        ({"numerator": "source"}, "the column 'source' doesn't hold numbers"),
        ({"date": "won"}, "the column 'won' doesn't hold dates"),
    ],
)
def test_records_that_a_kpi_can_not_be_computed_from_are_told(folder: Path, facts: dict[str, str], said: str) -> None:
    workspace = computed(folder, **facts)
    kpi = workspace.kpis["share"].computed
    assert kpi is not None
    (fault,) = record_checks.faults("share", kpi, workspace)
    assert said in str(fault)


def test_cells_add_up_records_by_week_and_segment(folder: Path) -> None:
    workspace = computed(folder, numerator="worth")
    kpi = workspace.kpis["share"].computed
    assert kpi is not None
    found = records.cells(kpi, workspace, datetime.date(2026, 1, 5), datetime.date(2026, 1, 25))
    found = found.sort_values(["period", "source"], ignore_index=True)
    assert found["source"].tolist() == ["a", "b", "a"]
    assert found[["rows", "value", "weight", "value_squares"]].to_numpy().tolist() == [
        [2, 6, 2, 26],
        [2, 2, 2, 2],
        [2, 10, 2, 52],
    ]


def test_of_a_column_with_many_values_the_rare_ones_are_one(folder: Path) -> None:
    names = [*["often"] * 5, *(f"name {number}" for number in range(80))]
    cases = pd.DataFrame({"date": pd.Timestamp("2026-01-05"), "won": 1, "worth": 1.0, "source": names})
    cases.to_parquet(folder / "data" / "cases.parquet")
    workspace = computed(folder)
    kpi = workspace.kpis["share"].computed
    assert kpi is not None
    found = records.cells(kpi, workspace, datetime.date(2026, 1, 5), datetime.date(2026, 1, 11))
    # the eighty names are equally rare: which of them an engine would put first is chance, so none is kept
    assert found.set_index("source")["rows"].to_dict() == {"often": 5, "(other)": 80}


def beside_a_monthly_kpi(folder: Path, *turnover: str) -> Workspace:
    handed_in(folder, "2026-06-22,1", "2026-06-29,2")
    monthly = workspaces.KPIS["revenue"] | {"every": "month"}
    workspaces.write(folder, "kpis", workspaces.KPIS | {"turnover": monthly})
    with (folder / "data" / "kpi_values.csv").open("a") as file:
        file.writelines(f"north,turnover,{row}\n" for row in turnover)
    return Workspace.load(folder)


def test_a_weekly_review_is_of_a_week_although_a_month_began_later(folder: Path) -> None:
    # The month of July begins on a Wednesday, after the Monday of its week.
    workspace = beside_a_monthly_kpi(folder, "2026-07-01,5")
    assert values.resolve("latest", workspace) == datetime.date(2026, 6, 29)
    with pytest.raises(InputError, match="no KPI has a value for '2026-07-01'"):
        values.resolve("2026-07-01", workspace)


@pytest.mark.parametrize(("until", "last"), [("2026-06-22", "2026-01-01"), ("2026-06-29", "2026-04-01")])
def test_a_quarter_is_due_once_it_is_over(folder: Path, until: str, last: str) -> None:
    # The week of 22 June ends on 28 June, before the second quarter does; the next one ends on 5 July.
    handed_in(folder, "2026-06-22,1", "2026-06-29,2")
    quarterly = workspaces.KPIS["revenue"] | {"every": "quarter"}
    workspaces.write(folder, "kpis", workspaces.KPIS | {"margin": quarterly})
    with (folder / "data" / "kpi_values.csv").open("a") as file:
        file.write("north,margin,2025-10-01,15\n")
    found = of_department("north", Workspace.load(folder), datetime.date.fromisoformat(until))
    assert found.loc[found["kpi"] == "margin", "period"].max() == pd.Timestamp(last)


def test_three_weeks_of_data_are_three_rows(folder: Path) -> None:
    found = series(handed_in(folder, "2026-01-05,1", "2026-01-12,2", "2026-01-19,3"), "2026-01-19")
    assert found.tolist() == [1, 2, 3]


def test_without_any_value_there_is_nothing_to_review(folder: Path) -> None:
    with pytest.raises(InputError, match=r"data/kpi_values\.csv: no KPI has a value yet"):
        values.resolve("latest", handed_in(folder, "2026-01-05,"))


def by_two_departments(folder: Path, *rows: str) -> Workspace:
    text = "\n".join(["department,kpi,period,value", *rows])
    (folder / "data" / "kpi_values.csv").write_text(text + "\n")
    return Workspace.load(folder)


def test_a_date_that_slipped_far_beyond_the_rest_is_not_the_latest_period(folder: Path) -> None:
    slipped = [f"{name},revenue,2026-01-{day},1" for name in ("north", "south") for day in ("05", "12")]
    workspace = by_two_departments(folder, *slipped, "north,revenue,2026-08-24,1")
    with pytest.raises(InputError, match="1 KPI values are of 2026-08-24, long after the 2 of 2026-01-12"):
        values.resolve("latest", workspace)
    assert values.resolve("2026-01-12", workspace) == datetime.date(2026, 1, 12)
    assert values.resolve("2026-08-24", workspace) == datetime.date(2026, 8, 24)


def test_a_year_that_slipped_is_not_the_latest_period_even_where_all_values_share_it(folder: Path) -> None:
    workspace = handed_in(folder, "2026-01-05,1", "2062-01-02,1")
    with pytest.raises(InputError, match="1 KPI values are of 2062-01-02, long after the 1 of 2026-01-05"):
        values.resolve("latest", workspace)


def test_a_week_that_only_few_have_reported_yet_is_the_latest(folder: Path) -> None:
    rows = [f"{name},revenue,2026-01-05,1" for name in ("north", "south")]
    assert (
        values.resolve("latest", by_two_departments(folder, *rows, "north,revenue,2026-01-12,1")) == MONDAYS[1].date()
    )


def test_after_a_pause_of_everybody_the_review_goes_on(folder: Path) -> None:
    rows = [f"{name},revenue,{day},1" for name in ("north", "south") for day in ("2026-01-05", "2026-03-02")]
    assert values.resolve("latest", by_two_departments(folder, *rows)) == datetime.date(2026, 3, 2)


def test_the_organisation_has_the_values_of_every_department(folder: Path) -> None:
    workspace = by_two_departments(folder, "north,revenue,2026-01-05,1", "south,revenue,2026-01-05,2")
    found = values.of_organisation(workspace, datetime.date(2026, 1, 5))
    assert found[["department", "value"]].to_numpy().tolist() == [["north", 1], ["south", 2]]


def test_a_factor_stands_in_place_of_the_hundred_of_a_percentage(folder: Path) -> None:
    np.testing.assert_allclose(series(computed(folder, factor=1200), "2026-01-19"), [300, np.nan, 1200])


def test_a_pattern_in_the_catalogue_needs_no_records(folder: Path) -> None:
    pattern = workspaces.KPIS["revenue"] | {
        "departments": [],
        "computed": {"records": "ledger", "date": "date", "numerator": "revenue"},
    }
    workspaces.write(folder, "kpis", workspaces.KPIS | {"cash": pattern})
    workspace = Workspace.load(folder)
    assert values.resolve("latest", workspace) == workspaces.WEEKS[-1].date()
    assert set(values.of_organisation(workspace, workspaces.WEEKS[-1].date())["kpi"]) == {"revenue"}
