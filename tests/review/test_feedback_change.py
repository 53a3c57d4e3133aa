import datetime

import pandas as pd
import pytest

from saypro_nb.agree.library import Causes
from saypro_nb.review import feedback_change
from tests.review.test_actions import action

TODAY = datetime.date(2026, 6, 28)
CAUSES = Causes.model_validate(
    {
        "families": {
            "training": {"name": "Training", "signs": ["errors"], "ticks": {"employee": {"training": 1}}},
            "processes": {"name": "Processes", "signs": ["queues"], "ticks": {"team_leader": {"queue": 1}}},
        },
        "hypotheses": [],
    }
)
DONE = {"status": "completed", "start": "2026-02-02", "end": "2026-03-06"}


def forms(day: str, pointing: int, others: int, form: str = "employee", tick: str = "training") -> pd.DataFrame:
    ticked = [tick] * pointing + ["other"] * others
    return pd.DataFrame({"date": pd.Timestamp(day), "form": form, "challenges": ticked})


def found(*parts: pd.DataFrame, **facts: object) -> pd.Series:
    plan = action(**(DONE | facts))
    rows = feedback_change.around(plan, pd.concat(parts, ignore_index=True), CAUSES, TODAY)
    return rows.set_index("form").loc["employee"]


# Newcombe 1998, table II, method 10: 56/70 less 48/80, and 9/10 less 3/10.
@pytest.mark.parametrize(
    ("now", "then", "low", "high"),
    [((0.8, 70), (0.6, 80), 0.0524, 0.3339), ((0.9, 10), (0.3, 10), 0.1705, 0.8090)],
)
def test_the_interval_of_a_difference_is_that_of_newcombe(
    now: tuple[float, int], then: tuple[float, int], low: float, high: float
) -> None:
    assert feedback_change.newcombe(now, then) == pytest.approx((low, high), abs=5e-5)


def test_where_far_fewer_point_at_the_cause_afterwards_fewer_say_so() -> None:
    row = found(forms("2026-01-12", 9, 1), forms("2026-04-06", 2, 18))
    assert (row["before"], row["after"], row["says"]) == (0.9, 0.1, "fewer")
    assert row["change"] == pytest.approx(-0.8)


def test_where_more_point_at_the_cause_afterwards_more_say_so() -> None:
    assert found(forms("2026-01-12", 1, 9), forms("2026-04-06", 18, 2))["says"] == "more"


def test_what_chance_may_explain_can_not_be_told() -> None:
    row = found(forms("2026-01-12", 4, 2), forms("2026-04-06", 3, 3))
    assert row["says"] == "can't tell"
    assert row["low"] < 0 < row["high"]


@pytest.mark.parametrize(("before", "after"), [(4, 20), (20, 4), (0, 20)])
def test_of_fewer_than_five_forms_on_a_side_no_share_is_shown(before: int, after: int) -> None:
    row = found(forms("2026-01-12", before, 0), forms("2026-04-06", after, 0))
    assert row["says"] == "too few"
    assert row[["change", "low", "high"]].isna().all()
    assert pd.isna(row["before"] if before < 5 else row["after"])


def test_forms_of_the_time_in_which_an_action_was_carried_out_are_on_neither_side() -> None:
    row = found(forms("2026-01-12", 5, 0), forms("2026-02-16", 9, 0), forms("2026-04-06", 0, 5))
    assert (row["forms_before"], row["forms_after"]) == (5, 5)


def test_while_an_action_runs_the_forms_since_it_began_are_counted() -> None:
    row = found(forms("2026-01-12", 5, 0), forms("2026-02-16", 9, 0), status="in progress", end="2026-09-30")
    assert (row["forms_before"], row["forms_after"]) == (5, 9)


def test_forms_from_more_than_half_a_year_before_are_about_other_times() -> None:
    row = found(forms("2025-08-01", 7, 0), forms("2025-08-02", 5, 0), forms("2026-04-06", 0, 5))
    assert row["forms_before"] == 5


def test_employees_and_team_leaders_are_never_mixed() -> None:
    leaders = forms("2026-01-12", 0, 6, form="team_leader")
    parts = [
        forms("2026-01-12", 5, 0),
        leaders,
        forms("2026-04-06", 5, 0),
        leaders.assign(date=pd.Timestamp("2026-04-06")),
    ]
    rows = feedback_change.around(action(**DONE), pd.concat(parts, ignore_index=True), CAUSES, TODAY).set_index("form")
    assert rows["forms_before"].to_dict() == {"employee": 5, "team_leader": 6}
    assert rows.loc["team_leader", "says"] == "not asked"
