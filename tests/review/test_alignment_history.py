import datetime

from saypro_nb.review import alignment_history
from tests.departments_plans import GOOD, objective, plans

EARLIER = GOOD | {"target": None, "since": "2025-11-01", "until": "2026-03-31"}
LATER = GOOD | {"since": "2026-04-01"}
STEADY = objective("off", "marketing", kpi="traffic", target=9)


def test_each_quarter_is_judged_by_the_plans_in_force_at_its_end() -> None:
    table = alignment_history.quarters(plans(EARLIER, LATER, STEADY), ["sales", "marketing"])
    assert [day.date() for day in table["quarter"]] == [
        datetime.date(2025, 10, 1), datetime.date(2026, 1, 1), datetime.date(2026, 4, 1)
    ]  # fmt: skip
    assert table["plans"].tolist() == [0, 0, 1]
    assert table["planned"].tolist() == [2, 2, 2]
    assert table["score"].tolist() == [70, 70, 80]  # (80 + 60) / 2, then (100 + 60) / 2
    assert table["findings"].tolist() == [2, 2, 1]


def test_what_was_closed_and_what_came_since_the_quarter_before_is_named() -> None:
    new = objective("new", "it", owner=None, since="2026-05-01")
    moved = alignment_history.moved(plans(EARLIER, LATER, STEADY, new))
    assert moved is not None
    assert moved.since == datetime.date(2026, 1, 1)
    assert [found.id for found in moved.came] == ["cannot_be_measured-new"]
    assert [found.id for found in moved.closed] == ["cannot_be_measured-convert"]


def test_a_deadline_that_passed_later_was_no_gap_then() -> None:
    moved = alignment_history.moved(plans(GOOD | {"deadline": "2026-05-31", "since": "2026-01-01"}))
    assert moved is not None
    assert [found.id for found in moved.came] == ["cannot_be_measured-convert"]


def test_plans_without_dates_have_no_history() -> None:
    made = plans(STEADY)
    assert alignment_history.quarters(made, ["marketing"]).empty
    assert alignment_history.moved(made) is None


def test_a_plan_that_begins_later_is_not_yet_known() -> None:
    assert alignment_history.quarters(plans(GOOD | {"since": "2026-07-01"}), ["sales"]).empty


def test_no_more_than_two_years_are_looked_back() -> None:
    table = alignment_history.quarters(plans(GOOD | {"since": "2020-01-01"}), ["sales"])
    assert len(table) == 8
