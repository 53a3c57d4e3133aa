"""The invented sample: it can be made again, holds the figures of the sources, and its planted truths are found."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from saypro_nb.keep import evidence, investigation, monitoring
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.investigation import Case
from saypro_nb.review import scope
from saypro_nb.review.segments import Explanation
from tests.workspaces import REPOSITORY

WEEK = pd.Timedelta(days=6)
TRUTHS: list[dict[str, Any]] = yaml.safe_load((REPOSITORY / "data" / "planted_truths.yaml").read_text())["truths"]


def planted(kind: str) -> list[Any]:
    found = [truth for truth in TRUTHS if truth["kind"] == kind]
    assert found, f"nothing of the kind {kind} is planted"
    return [pytest.param(truth, id=truth["kpi"]) for truth in found]


@pytest.fixture(scope="module")
def opened() -> dict[str, Dossier]:
    names = {truth["department"] for truth in TRUTHS} | {"sales"}
    return {name: Dossier.open(str(REPOSITORY), department=name, period="latest") for name in names}


@pytest.fixture(scope="module")
def ranked(opened: dict[str, Dossier]) -> dict[str, pd.DataFrame]:
    """The gaps of each department from the data, whatever an earlier run has left."""
    return {name: evidence.identify(dossier).set_index("kpi") for name, dossier in opened.items()}


@pytest.fixture(scope="module")
def investigated(opened: dict[str, Dossier], ranked: dict[str, pd.DataFrame]) -> dict[str, Case]:
    return {name: investigation.open_case(opened[name], ranked[name].reset_index()) for name in opened}


def explained(opened: dict[str, Dossier], truth: dict[str, Any]) -> Explanation:
    dossier = opened[truth["department"]]
    return investigation.explain(dossier, truth["kpi"])


def test_the_generator_makes_the_same_tables_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, REPOSITORY / "tools" / "make_sample.py", tmp_path], check=True, cwd=tmp_path)
    for file in sorted((REPOSITORY / "data").rglob("*.parquet")):
        again = pd.read_parquet(tmp_path / "data" / "records" / file.name)
        pd.testing.assert_frame_equal(pd.read_parquet(file), again)
    for file in sorted((REPOSITORY / "data").glob("*.csv")):
        assert (tmp_path / "data" / file.name).read_text() == file.read_text()
    entries = [_entries(folder / "register.sqlite") for folder in (REPOSITORY, tmp_path)]
    assert entries[0] == entries[1]


def _entries(register: Path) -> list[Any]:
    with sqlite3.connect(register) as connection:
        return connection.execute("select * from entries order by id").fetchall()


# The figures that the review guide gives for the six departments: value, what it is held against, and the distance.
@pytest.mark.parametrize(
    ("department", "kpi", "value", "target", "missed"),
    [
        ("sales", "sales_revenue", 250_000, 300_000, 50_000),
        ("sales", "lead_conversion", 17, 20, 3),
        ("marketing", "leads_generated", 150, 200, 50),
        ("marketing", "marketing_qualified_leads", 80, 100, 20),
        ("customer_support", "resolution_time", 6, 4, 2),
        ("operations", "production_delay", 14, 0, 14),
    ],
)
def test_the_last_week_holds_the_sources_figures(
    ranked: dict[str, pd.DataFrame], department: str, kpi: str, value: float, target: float, missed: float
) -> None:
    found = ranked[department].loc[kpi]
    assert found[["value", "target", "gap"]].tolist() == pytest.approx([value, target, missed])


def test_turnover_lies_eighteen_percent_above_its_benchmark(ranked: dict[str, pd.DataFrame]) -> None:
    found = ranked["people"].loc["turnover_rate"]
    assert found["gap_to_benchmark"] / found["benchmark"] == pytest.approx(0.18)


@pytest.mark.parametrize("kpi", ["response_time", "issue_resolution_rate"])
def test_support_misses_its_targets_for_response_and_resolution(ranked: dict[str, pd.DataFrame], kpi: str) -> None:
    assert ranked["customer_support"].loc[kpi]["gap"] > 0


@pytest.mark.parametrize("truth", planted("segment"))
def test_the_segment_that_carries_a_gap_is_found(opened: dict[str, Dossier], truth: dict[str, Any]) -> None:
    found = explained(opened, truth)
    assert found.findings["segment"].tolist() == [{truth["dimension"]: truth["value"]}]
    assert found.findings["effect"].tolist() == ["rate"]
    assert 100 * found.findings["contribution"].iloc[0] == pytest.approx(truth["size"], rel=0.2)


@pytest.mark.parametrize("truth", planted("mix_shift"))
def test_a_mix_shift_is_called_one(opened: dict[str, Dossier], truth: dict[str, Any]) -> None:
    found = explained(opened, truth)
    assert found.findings["segment"].tolist() == [{truth["dimension"]: truth["value"]}]
    assert found.findings["effect"].tolist() == ["mix"]


@pytest.mark.parametrize("truth", planted("general"))
def test_a_fall_alike_in_all_segments_is_blamed_on_none(opened: dict[str, Dossier], truth: dict[str, Any]) -> None:
    assert explained(opened, truth).verdict == "general"


@pytest.mark.parametrize("truth", planted("driver"))
def test_the_driver_is_found_with_its_lag_and_the_unrelated_ones_are_not(
    investigated: dict[str, Case], truth: dict[str, Any]
) -> None:
    found = investigated[truth["department"]].associated[truth["kpi"]].found.table
    assert found[["driver", "lag", "sign"]].to_numpy().tolist() == [[truth["driver"], truth["lag_weeks"], 1]]


@pytest.mark.parametrize("truth", planted("never_meets_target"))
def test_a_target_out_of_reach_is_told_from_a_bad_week(ranked: dict[str, pd.DataFrame], truth: dict[str, Any]) -> None:
    assert ranked[truth["department"]].loc[truth["kpi"]]["assurance"] == "fail"


@pytest.mark.parametrize("truth", planted("drift_above_target"))
def test_a_drift_is_shortlisted_while_the_target_is_still_met(
    ranked: dict[str, pd.DataFrame], truth: dict[str, Any]
) -> None:
    found = ranked[truth["department"]].loc[truth["kpi"]]
    assert found["gap"] < 0
    assert (found["state"], found["shortlisted"]) == ("drifting", True)
    assert found["period"] < found["crosses_earliest"] <= found["crosses"] <= found["crosses_latest"]


@pytest.mark.parametrize("truth", planted("season"))
def test_a_season_is_no_change_for_the_worse(ranked: dict[str, pd.DataFrame], truth: dict[str, Any]) -> None:
    found = ranked[truth["department"]].loc[truth["kpi"]]
    assert found["evidence"] == "calibrated"
    assert not found["shortlisted"]


@pytest.mark.parametrize("truth", [*planted("segment"), *planted("mix_shift"), *planted("general")])
def test_a_change_for_the_worse_is_an_alarm_since_about_its_week(
    ranked: dict[str, pd.DataFrame], truth: dict[str, Any]
) -> None:
    found = ranked[truth["department"]].loc[truth["kpi"]]
    assert (found["state"], found["kind"]) == ("worse", "level")
    assert abs(found["since"] - pd.Timestamp(truth["start"])) <= pd.Timedelta(weeks=4)


def test_nothing_but_what_is_planted_is_an_alarm(ranked: dict[str, pd.DataFrame]) -> None:
    known = {truth["kpi"] for truth in TRUTHS}
    for department, gaps in ranked.items():
        assert set(gaps.index[gaps["new"]]) <= known, department


def test_a_target_out_of_reach_is_no_alarm_each_week(ranked: dict[str, pd.DataFrame]) -> None:
    gaps = ranked["operations"]
    assert set(gaps.loc[["on_time_delivery", "production_delay"], "state"]) == {"failing"}
    assert not gaps["new"].any()


@pytest.mark.parametrize("truth", planted("people_contradict_data"))
def test_blame_is_held_against_the_figures_of_both_sides(opened: dict[str, Dossier], truth: dict[str, Any]) -> None:
    dossier = opened[truth["department"]]
    found = evidence.crosscheck(dossier, evidence.identify(dossier)).set_index(["kpi", "speaker"])
    blamed = found.loc[(truth["kpi"], truth["said_by"])]
    assert (blamed["verdict"], blamed["figures"]) == ("contradict", "sound")
    assert "lead_quality" in blamed["at_home"]
    assert found.loc[(truth["kpi"], truth["department"]), "verdict"] == "agree"


def test_the_department_to_look_into_first_is_the_one_with_the_heaviest_gaps(opened: dict[str, Dossier]) -> None:
    found = scope.departments(pd.concat([evidence.identify(dossier) for dossier in opened.values()]))
    assert set(found["department"]) == set(opened["sales"].workspace.review.departments)
    assert found["priority"].is_monotonic_decreasing
    assert found[["department", "first"]].iloc[0].tolist() == ["customer_support", "resolution_time"]


@pytest.mark.parametrize("kind", ["action_worked", "action_without_effect"])
def test_the_register_holds_the_actions_with_and_without_effect(opened: dict[str, Dossier], kind: str) -> None:
    for truth in (item for item in TRUTHS if item["kind"] == kind):
        done = {action.id: action for action in opened[truth["department"]].actions}[truth["action"]]
        assert (done.status, done.criterion.kpi) == ("completed", truth["kpi"])


@pytest.mark.parametrize(
    ("department", "kpi", "family"),
    [
        ("sales", "lead_conversion", "alignment"),  # the segment of one lead source, and what sales says of leads
        ("customer_support", "resolution_time", "resources"),  # the driver, and what people say of missing hands
        ("customer_support", "first_time_resolution", "processes"),  # the mix of channels, and tools that hinder
    ],
)
def test_data_and_people_agree_on_the_planted_cause(
    investigated: dict[str, Case], department: str, kpi: str, family: str
) -> None:
    weighed = investigated[department].weighed
    first = weighed[weighed["kpi"] == kpi].iloc[0]
    assert (first["family"], first["verdict"]) == (family, "agree")


def test_drivers_that_do_nothing_speak_against_their_families(investigated: dict[str, Case]) -> None:
    measured = investigated["customer_support"].measured["resolution_time"]
    unrelated = {truth["driver"] for truth in TRUTHS if truth["kind"] == "unrelated_driver"}
    drivers = measured[measured["source"] == "driver"]
    names = drivers["what"].map(lambda what: what["driver"])
    assert set(names) >= unrelated
    assert set(drivers.loc[names.isin(unrelated), "says"]) == {"no"}


def test_no_cause_is_measured_for_a_target_that_was_never_met(investigated: dict[str, Case]) -> None:
    weighed = investigated["operations"].weighed
    steady = weighed[weighed["kpi"].isin(["on_time_delivery", "production_delay"])]
    assert len(steady)
    assert steady["data_say"].isna().all()


@pytest.mark.parametrize("week", ["2015-09-21", "2015-10-05", "2015-12-21"])
def test_the_days_on_which_the_pizzeria_was_closed_are_what_its_low_weeks_lack(week: str) -> None:
    folder = REPOSITORY / "examples" / "pizzeria"
    sold = pd.read_parquet(folder / "data" / "records" / "pizzas.parquet")
    days = sold.groupby("weekday")["date"].apply(lambda dates: dates.between(week, pd.Timestamp(week) + WEEK).any())
    found = investigation.explain(Dossier.open(str(folder), department="shop", period=week), "revenue", weeks=1)
    assert {segment["weekday"] for segment in found.findings["segment"]} == set(days.index[~days])
    assert (found.findings["contribution"] < 0).all()


@pytest.fixture(scope="module")
def progress(opened: dict[str, Dossier]) -> pd.DataFrame:
    return pd.concat([monitoring.follow(dossier) for dossier in opened.values()]).set_index("id")


@pytest.mark.parametrize("truth", planted("action_worked"))
def test_the_effect_of_an_action_that_worked_is_found_with_its_size(
    progress: pd.DataFrame, truth: dict[str, Any]
) -> None:
    found = progress.loc[truth["action"]]
    assert found["answer"] == "improved"
    assert found["low"] < truth["size"] < found["high"]


@pytest.mark.parametrize("truth", planted("action_without_effect"))
def test_an_action_without_effect_is_told_so(progress: pd.DataFrame, truth: dict[str, Any]) -> None:
    found = progress.loc[truth["action"]]
    assert (found["answer"], found["clash"]) == ("no effect found", "done without effect")
    assert found["low"] < 0 < found["high"]


def test_no_action_of_the_sample_is_said_to_have_worked_that_did_not(progress: pd.DataFrame) -> None:
    worked = {truth["action"] for truth in TRUTHS if truth["kind"] == "action_worked"}
    assert set(progress.index[progress["answer"] == "improved"]) == worked


def test_the_sample_shows_every_state_of_an_action(progress: pd.DataFrame) -> None:
    assert {"improved", "no effect found", "too early to tell"} <= set(progress["answer"])
    assert {"late", "on time", "planned", "done"} <= set(progress["state"])
    assert {"due", "overdue"} <= set(progress["review"])


@pytest.mark.parametrize("truth", planted("feedback_after_action"))
def test_people_whom_an_action_relieved_are_heard(opened: dict[str, Dossier], truth: dict[str, Any]) -> None:
    heard = monitoring.feedback(opened[truth["department"]]).set_index(["id", "form"])
    found = heard.loc[(truth["action"], truth["form"])]
    assert (found["says"], found["driven"]) == ("fewer", True)
