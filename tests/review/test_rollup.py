import pandas as pd
import pytest

from saypro_nb.agree.goals import Goal
from saypro_nb.review import rollup
from saypro_nb.review.rollup import Part


def part(level, name="conversion", kind="kpi"):
    return Part(kind, name, level)


def progress(**facts):
    usual = {"id": "north-1", "status": "in progress", "state": "on time", "answer": "", "review": ""}
    return pd.DataFrame([usual | facts])


def level_of(**facts):
    (found,) = rollup.of_actions(progress(**facts))
    return found.level, found.why


@pytest.mark.parametrize(
    ("levels", "whole"),
    [
        (["good", "concern", "good", "watch"], "concern"),
        (["good", "watch", "good"], "watch"),
        (["good", "good", "unknown"], "good"),
        (["good", "unknown", "unknown"], "unknown"),
        (["watch", "unknown", "unknown"], "watch"),
        ([], "unknown"),
    ],
)
def test_the_whole_is_as_good_as_its_weakest_part(levels, whole):
    assert rollup.up([part(level) for level in levels]).level == whole


def test_a_roll_up_names_the_parts_that_bring_it_about():
    found = rollup.up([part("good", "revenue"), part("watch", "conversion"), part("watch", "churn")])
    assert [one.id for one in found.because] == ["conversion", "churn"]
    assert rollup.up([part("good")]).because == ()


def test_actions_do_not_hide_that_the_kpis_are_unknown():
    found = rollup.up([part("unknown"), part("good", "north-1", "action"), part("good", "north-2", "action")])
    assert (found.level, found.unknown) == ("unknown", 1)


@pytest.mark.parametrize(
    ("state", "level"),
    [
        ("worse", "concern"),
        ("unstable", "concern"),
        ("failing", "watch"),
        ("drifting", "watch"),
        ("watch", "good"),  # one stable KPI in twenty shows it every week
        ("by_chance", "good"),
        ("missing", "unknown"),
        ("too_short", "unknown"),
    ],
)
def test_a_kpi_is_as_bad_as_its_state(state, level):
    (found,) = rollup.of_kpis(pd.DataFrame([{"kpi": "conversion", "state": state}]))
    assert (found.level, found.why) == (level, state)


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({}, ("good", "")),
        ({"state": "late", "answer": "improved"}, ("concern", "late")),
        ({"answer": "worsened"}, ("concern", "worsened")),
        ({"answer": "no effect found"}, ("watch", "no effect found")),
        ({"answer": "too early to tell"}, ("good", "")),
        ({"answer": "can't be told"}, ("good", "")),
        ({"status": "needs adjustment"}, ("watch", "needs adjustment")),
        ({"status": "completed", "state": "done", "review": "due"}, ("good", "")),
        ({"status": "completed", "state": "done", "review": "overdue"}, ("watch", "review overdue")),
    ],
)
def test_an_action_is_as_bad_as_what_its_dates_its_owner_and_its_kpi_say(facts, level):
    assert level_of(**facts) == level


def test_an_action_without_effect_is_settled_once_its_review_was_held():
    assert level_of(status="completed", state="done", answer="no effect found", review="held") == ("good", "")


@pytest.mark.parametrize("status", ["proposed", "declined"])
def test_what_was_never_decided_counts_for_nothing(status):
    assert rollup.of_actions(progress(status=status, state=status)) == []


def test_the_organisation_is_as_good_as_its_weakest_department():
    north, south = rollup.up([part("good")]), rollup.up([part("concern")])
    found = rollup.up(rollup.of_departments({"north": north, "south": south}))
    assert (found.level, [one.id for one in found.because]) == ("concern", ["south"])


def test_a_goal_stands_as_its_weakest_kpi_whoever_owns_it_and_what_drives_it_does_not_count():
    goals = [
        Goal(id="grow", statement="Sell more", kpis=("conversion", "revenue"), driven_by=("leads",)),
        Goal(id="keep", statement="Lose fewer customers", kpis=("churn",)),
    ]
    ranked = pd.DataFrame(
        {"kpi": ["conversion", "revenue", "revenue", "leads"], "state": ["steady", "by_chance", "failing", "worse"]}
    )
    found = rollup.of_goals(goals, ranked)
    assert (found["grow"].level, [one.id for one in found["grow"].because]) == ("watch", ["revenue"])
    assert found["keep"].level == "unknown"  # nobody measures it


def test_parts_without_a_judgement_are_counted_as_unknown():
    found = rollup.up(rollup.of_levels({"north": "good", "south": "unknown"}))
    assert (found.level, found.unknown) == ("good", 1)
