import datetime

import pandas as pd
import pytest

from saypro_nb.review import recommendations
from saypro_nb.review.agenda import SignedOff
from saypro_nb.show import plan_listings
from tests.plans import action, agenda
from tests.review.test_actions import recommendation
from tests.show.test_plan_views import VALUES

LIBRARY = [recommendation(f"r{number}", budget=number, description=f"Number {number}.") for number in range(9)]
WEIGHED = pd.DataFrame([{"department": "north", "kpi": "conversion", "family": "training", "score": 1.0}])


def test_the_proposal_stands_beside_its_gap_its_cause_and_the_reasons() -> None:
    ranked = recommendations.rank(WEIGHED, LIBRARY, [])
    asked = action(status="proposed", recommendation="r0")
    text = plan_listings.chosen(agenda(kept=[], drafts=[asked], recommended=ranked)).text
    assert "Lead conversion | Lack of training (not decided) | Number 0. | about half of the gap |" in text
    assert "Number 1" not in text


def test_a_proposal_whose_decision_was_undone_keeps_its_reasons() -> None:
    undone = action(status="proposed", recommendation="r2")
    ranked = recommendations.rank(WEIGHED, LIBRARY, [undone])
    assert "Number 2." in plan_listings.chosen(agenda(kept=[undone], recommended=ranked)).text


def test_what_comes_first_and_what_was_tried_is_folded_away_for_each_gap() -> None:
    ranked = recommendations.rank(WEIGHED, LIBRARY, [action(status="declined", recommendation="r8")])
    block = plan_listings.alternatives(agenda(recommended=ranked))
    assert block.html.startswith("<details")
    assert "Recommendations: Lead conversion (7 of 9)" in block.text
    assert "Number 5." in block.text
    assert "Number 6." not in block.text
    assert "Declined before (north-1)" in block.text


def test_an_owner_with_too_much_and_a_quarter_over_its_budget_say_so_in_a_word() -> None:
    plan = agenda(kept=[action(id=f"north-{number}", budget=9000) for number in range(4)])
    assert "Head of North | 4 | 0 | 1 Mar 2026 | 30 Mar 2026 | Too much |" in plan_listings.load(plan).text.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "Q1 2026 | $36,000 | $0 | $10,000 | Over the budget" in plan_listings.costs(plan).text


def test_milestones_stand_in_the_order_of_time_with_their_state() -> None:
    steps = [{"due": "2026-03-02", "what": "Half"}, {"due": "2026-02-02", "what": "Trainer", "done": True}]
    lines = plan_listings.milestones(agenda(kept=[action(milestones=steps)])).text.splitlines()
    assert [line.split(" | ")[-1] for line in lines if "north-1" in line] == ["Done", "Due"]


@pytest.mark.parametrize("name", ["general", "resources", "milestones", "gaps", "tracking"])
def test_each_view_is_a_table_with_its_status_and_plain_numbers_to_download(name: str) -> None:
    block = plan_listings.view(name, agenda(), VALUES)
    assert "In progress" in block.text
    assert ("$100" in block.text) == ("%22Budget%22" in block.html)


def test_the_three_reports_are_folded_away_with_their_numbered_sections() -> None:
    block = plan_listings.reports(agenda())
    assert block.html.count("<details") == 3
    assert [part.count('class="heading"') for part in block.html.split("<details")[1:]] == [9, 10, 8]


def test_a_decision_is_told_with_its_name_day_and_reason_and_that_on_a_finished_action_is_not() -> None:
    said = SignedOff("north-1", "adjusted", "Head of North", datetime.date(2026, 2, 27), "cheaper trainer")
    text = plan_listings.decided(agenda(signed=[said])).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Train newcomers. | Approved as adjusted | Head of North | 27 Feb 2026 | cheaper trainer" in text
    assert "signed off yet" in plan_listings.decided(agenda(signed=[said], kept=[action(status="completed")])).text


def test_a_plan_without_actions_or_recommendations_says_so() -> None:
    empty = agenda(kept=[])
    assert "No owner." in plan_listings.load(empty).text
    assert "Nothing is planned." in plan_listings.costs(empty).text
    assert "No action has milestones." in plan_listings.milestones(empty).text
    assert "The library has nothing" in plan_listings.alternatives(empty).text
    assert "The plan holds no action." in plan_listings.view("general", empty, VALUES).text
