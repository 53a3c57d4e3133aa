import datetime

import numpy as np
import pandas as pd
import pytest

from saypro_nb.review import progress
from tests.review.test_actions import action
from tests.show.test_findings import kpi

TODAY = datetime.date(2026, 6, 28)
WEEKS = pd.date_range("2024-06-03", "2026-06-22", freq="7D")


def values(gain: float = 0.0) -> pd.DataFrame:
    """Conversion of about 15 %, and `gain` more from 5 January 2026, when the action begins."""
    level = 15 + np.random.default_rng(2).normal(0, 1, len(WEEKS)) + gain * (pd.Timestamp("2026-01-05") <= WEEKS)
    return pd.DataFrame({"department": "north", "kpi": "conversion", "period": WEEKS, "value": level})


def row(gain: float = 0.0, **facts: object) -> pd.Series:
    return progress.table([action(**facts)], {"conversion": kpi()}, values(gain), TODAY).iloc[0]


def test_an_action_has_its_owners_word_its_dates_and_its_kpis_side_by_side() -> None:
    found = row(gain=6.0, status="completed")
    assert (found["status"], found["state"], found["answer"]) == ("completed", "done", "improved")
    assert found["low"] < 6 < found["high"]


def test_an_action_that_has_not_begun_has_no_effect_and_no_clash() -> None:
    found = row(status="not started", start="2026-07-06", end="2026-09-30", criterion=criterion("2026-12-31"))
    assert (found["answer"], found["review"], found["clash"]) == ("", "", "")
    assert np.isnan(found["effect"])


def criterion(by: str) -> dict[str, object]:
    return {"kpi": "conversion", "amount": 20, "by": by}


def test_an_action_on_a_kpi_that_nobody_knows_any_more_is_still_listed() -> None:
    found = progress.table([action()], {}, values(), TODAY).iloc[0]
    assert (found["id"], found["answer"]) == ("north-1", "")


def test_no_action_makes_a_table_with_all_columns() -> None:
    found = progress.table([], {}, values(), TODAY)
    assert {"status", "state", "answer", "low", "review_until", "clash"} <= set(found)


@pytest.mark.parametrize(
    ("facts", "clash"),
    [
        ({"status": "completed", "state": "done", "answer": "improved"}, ""),
        ({"status": "completed", "state": "done", "answer": "no effect found"}, "done without effect"),
        ({"status": "completed", "state": "done", "answer": "worsened"}, "done for the worse"),
        ({"status": "completed", "state": "done", "answer": "can't be told"}, ""),
        ({"status": "in progress", "state": "late", "answer": ""}, "under way but late"),
        ({"status": "not started", "state": "late", "answer": ""}, "not begun"),
        ({"status": "not started", "state": "planned", "answer": ""}, ""),
        ({"status": "needs adjustment", "state": "on time", "answer": ""}, "on time but stuck"),
        ({"status": "needs adjustment", "state": "late", "answer": ""}, ""),
    ],
)
def test_owner_dates_and_kpi_may_disagree(facts: dict[str, str], clash: str) -> None:
    assert progress.clash(facts) == clash


def test_a_check_in_that_spoke_of_a_completed_action_held_its_review() -> None:
    actions, spoken = [action(status="completed", end="2026-03-16")], {"north-1": datetime.date(2026, 6, 28)}
    (found,) = progress.table(actions, {"conversion": kpi()}, values(6.0), TODAY, spoken).to_dict("records")
    assert (found["review"], found["spoken_of"]) == ("held", pd.Timestamp("2026-06-28"))


def test_the_days_of_an_action_are_days_of_the_calendar_to_reckon_with() -> None:
    found = progress.table([action()], {"conversion": kpi()}, values(), TODAY)
    assert all(pd.api.types.is_datetime64_any_dtype(found[day]) for day in progress.DAYS)
    assert found["start"].item() == pd.Timestamp("2026-01-05")
