import datetime

import pytest

from saypro_nb.agree.plans import Action
from saypro_nb.review import capacity
from tests.plans import action

NEW_YEAR = datetime.date(2026, 1, 1)


def run(name: str, start: str, end: str, **facts: object) -> Action:
    criterion = {"kpi": "conversion", "amount": 20, "by": "2027-01-04"}
    return action(**{"id": name, "start": start, "end": end, "criterion": criterion} | facts)


def test_an_owner_s_fullest_time_is_when_most_of_the_actions_overlap() -> None:
    plan = [
        run("a", "2026-01-01", "2026-01-31"),
        run("b", "2026-01-20", "2026-03-31"),
        run("c", "2026-01-31", "2026-02-28"),
        run("d", "2026-03-01", "2026-03-31"),
        run("e", "2026-01-31", "2026-12-31", owner="Somebody else"),
    ]
    first, second = capacity.owners(plan, NEW_YEAR, most=2).to_dict("records")
    assert (first["owner"], first["at_once"], first["too_much"]) == ("Head of North", 3, True)
    assert (first["first"], first["last"]) == (datetime.date(2026, 1, 31), datetime.date(2026, 1, 31))
    assert first["actions"] == ("a", "b", "c")
    assert (second["owner"], second["at_once"], second["too_much"]) == ("Somebody else", 1, False)


@pytest.mark.parametrize("status", ["completed", "declined"])
def test_what_is_closed_burdens_nobody(status: str) -> None:
    closed = [run("a", "2026-01-01", "2026-01-31", status=status)]
    assert capacity.owners(closed, NEW_YEAR).empty
    assert capacity.costs(closed, 100).empty


def test_a_budget_is_spread_over_the_days_of_the_quarters() -> None:
    # 2026-03-22 to 2026-04-10 is 10 days in each of two quarters; April to June has 91 days
    plan = [
        run("a", "2026-03-22", "2026-04-10", budget=1000),
        run("b", "2026-04-01", "2026-06-30", budget=300),
    ]
    costs = capacity.costs(plan, budget=600)
    assert list(costs["quarter"]) == ["Q1 2026", "Q2 2026"]
    assert list(costs["planned"]) == [500.0, 800.0]
    assert list(costs["over"]) == [0.0, 200.0]


def test_the_parts_of_a_budget_add_up_to_it() -> None:
    costs = capacity.costs([run("a", "2025-11-13", "2027-02-19", budget=12345)], budget=0)
    assert costs["planned"].sum() == pytest.approx(12345, abs=0.05)
    assert len(costs) == 6


def test_the_timeline_puts_each_action_before_its_milestones_in_the_order_of_time() -> None:
    later = run("later", "2026-02-01", "2026-03-31", milestones=[{"due": "2026-02-15", "what": "half"}])
    first = run(
        "first",
        "2026-01-01",
        "2026-01-31",
        milestones=[{"due": "2026-01-20", "what": "two"}, {"due": "2026-01-10", "what": "one", "done": True}],
    )
    rows = capacity.timeline([later, first], datetime.date(2026, 2, 1))
    assert [f"{row.id} {row.what}".strip() for row in rows.itertuples()] == [
        "first", "first one", "first two", "later", "later half",
    ]  # fmt: skip
    assert list(rows["state"]) == ["overdue", "done", "overdue", "due", "due"]


def test_without_actions_every_table_is_empty_with_its_columns() -> None:
    assert list(capacity.owners([], NEW_YEAR).columns) == capacity.LOAD
    assert list(capacity.costs([], 1).columns) == capacity.COSTS
    assert list(capacity.timeline([], datetime.date(2026, 1, 1)).columns) == capacity.STEPS


def test_what_is_past_burdens_nobody_but_what_is_overdue_does() -> None:
    plan = [run("a", "2026-01-01", "2026-01-31"), run("b", "2026-01-01", "2026-03-31")]
    (row,) = capacity.owners(plan, datetime.date(2026, 2, 10)).to_dict("records")
    assert (row["at_once"], row["first"], row["last"]) == (2, datetime.date(2026, 2, 10), datetime.date(2026, 2, 10))


def test_what_waits_for_a_decision_is_told_apart_in_people_and_money() -> None:
    plan = [
        run("a", "2026-01-01", "2026-01-31", budget=300),
        run("b", "2026-01-01", "2026-01-31", budget=500, status="proposed"),
    ]
    assert list(capacity.owners(plan, NEW_YEAR)[["at_once", "proposed"]].loc[0]) == [2, 1]
    assert list(capacity.costs(plan, 1000)[["planned", "proposed"]].loc[0]) == [800, 500]


@pytest.mark.parametrize(
    ("day", "first"), [("2026-03-31", "2026-01-01"), ("2026-04-01", "2026-04-01"), ("2026-12-31", "2026-10-01")]
)
def test_a_quarter_begins_in_january_april_july_and_october(day: str, first: str) -> None:
    assert capacity.quarter_begins(datetime.date.fromisoformat(day)) == datetime.date.fromisoformat(first)


def test_three_actions_at_once_are_not_too_much_and_four_are() -> None:
    plan = [run(name, "2026-01-01", "2026-01-31") for name in "abcd"]
    assert list(capacity.owners(plan[:3], NEW_YEAR)["too_much"]) == [False]
    assert list(capacity.owners(plan, NEW_YEAR)["too_much"]) == [True]


def test_of_owners_with_as_many_actions_the_first_by_name_comes_first_and_the_fullest_before_both() -> None:
    plan = [
        run("a", "2026-01-01", "2026-01-31", owner="Buyer"),
        run("b", "2026-01-01", "2026-01-31", owner="Analyst"),
        run("c", "2026-01-01", "2026-01-31", owner="Clerk"),
        run("d", "2026-01-01", "2026-01-31", owner="Clerk"),
    ]
    found = capacity.owners(plan, NEW_YEAR)
    assert list(found["owner"]) == ["Clerk", "Analyst", "Buyer"]
    assert list(found.index) == [0, 1, 2]


def test_a_quarter_tells_its_first_day_its_budget_and_money_to_the_cent() -> None:
    # 2026-03-30 to 2026-04-01 is two days in the first quarter and one in the second
    plan = [run("a", "2026-03-30", "2026-04-01", budget=100, status="proposed")]
    first, second = capacity.costs(plan, budget=50).to_dict("records")
    assert (first["first"], first["budget"]) == (datetime.date(2026, 1, 1), 50)
    assert (first["planned"], first["proposed"], first["over"]) == (66.67, 66.67, 16.67)
    assert (second["planned"], second["proposed"], second["over"]) == (33.33, 33.33, 0)


def test_in_a_quarter_in_which_nothing_waits_no_money_does() -> None:
    (row,) = capacity.costs([run("a", "2026-01-01", "2026-01-31", budget=10)], budget=50).to_dict("records")
    assert (row["planned"], row["proposed"]) == (10, 0)


def test_of_the_actions_at_once_only_the_proposed_wait() -> None:
    plan = [run(name, "2026-01-01", "2026-01-31") for name in "ab"]
    plan.append(run("c", "2026-01-01", "2026-01-31", status="proposed"))
    assert list(capacity.owners(plan, NEW_YEAR)["proposed"]) == [1]


def test_a_step_of_the_timeline_has_its_action_s_owner_and_its_own_day() -> None:
    steps = [{"due": "2026-01-20", "what": "Half trained"}]
    whole, half = capacity.timeline([run("a", "2026-01-01", "2026-01-31", milestones=steps)], NEW_YEAR).to_dict(
        "records"
    )
    assert (whole["start"], whole["end"]) == (datetime.date(2026, 1, 1), datetime.date(2026, 1, 31))
    assert half["start"] == half["end"] == datetime.date(2026, 1, 20)
    for row in (whole, half):
        assert (row["description"], row["owner"], row["status"]) == (
            "Train newcomers.", "Head of North", "in progress",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "day", "state"),
    [
        ("completed", "2026-02-01", "done"),
        ("in progress", "2026-01-31", "due"),  # its last day
        ("in progress", "2026-02-01", "overdue"),
        ("proposed", "2026-02-01", "due"),  # nobody has begun what nobody has decided
        ("declined", "2026-02-01", "due"),
    ],
)
def test_an_action_is_overdue_from_the_day_after_its_end_unless_it_is_done_or_undecided(
    status: str, day: str, state: str
) -> None:
    plan = [run("a", "2026-01-01", "2026-01-31", status=status)]
    assert list(capacity.timeline(plan, datetime.date.fromisoformat(day))["state"]) == [state]
