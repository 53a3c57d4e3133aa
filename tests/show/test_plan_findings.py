import datetime

import pandas as pd
import pytest

from saypro_nb.agree.plans import Action
from saypro_nb.review import recommendations
from saypro_nb.review.agenda import Agenda
from saypro_nb.show import plan_findings
from tests.plans import OWNED, action, agenda
from tests.review.test_actions import recommendation

AFTER = {
    "start": "2026-04-06",
    "end": "2026-06-29",
    "criterion": {"kpi": "conversion", "amount": 20, "by": "2026-09-28"},
}


def asked(**facts: object) -> Action:
    return action(**({"id": "draft", "status": "proposed", "budget": 5000} | AFTER | facts))


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def told(found: Agenda) -> list[str]:
    return [plain(sentence) for sentence in plan_findings.answer(found).sentences]


def decide(found: Agenda) -> list[str]:
    return [plain(sentence) for sentence in plan_findings.answer(found).decide]


def test_a_proposal_that_people_and_money_bear_is_watched() -> None:
    found = agenda(drafts=[asked()], kept=[])
    answer = plan_findings.answer(found)
    assert (answer.headline, answer.tone) == ("One action to decide on", "watch")
    assert told(found) == [
        "One gap on the shortlist: 1 with a proposal.",
        "The proposal asks for $5,000, and would run from 6 Apr 2026 to 29 Jun 2026.",
        "The budget bears it: Q2 2026, the dearest quarter, takes $5,000 of $10,000.",
        "Nobody would lead more than 3 actions at once.",
    ]
    assert decide(found) == ["Approve, adjust or decline before 6 April 2026 ($5,000): train newcomers."]


def test_a_correction_of_the_plan_is_told_as_one_and_comes_last() -> None:
    correction = asked(id="north-alignment-no_target-convert", family="alignment", description="Set a target.")
    found = agenda(drafts=[correction, asked()], kept=[])
    last = plan_findings.requests(found)[-1]
    assert last.id == correction.id
    facts = dict(last.facts)
    assert plain(facts["Against"]).startswith("A gap between the plan and the goals; by this KPI its end will show")
    assert facts["If nobody decides"].startswith("The plan stays as it is")


def test_a_correction_of_the_plan_answers_no_gap_of_a_kpi() -> None:
    correction = asked(id="north-alignment-no_target-convert", family="alignment")
    assert agenda(drafts=[correction], kept=[]).standing_of_gaps() == {"conversion": "neither"}
    assert plan_findings.grounds(agenda(drafts=[correction], kept=[])) == []


def test_what_the_budget_does_not_bear_is_a_concern_with_a_way_out() -> None:
    found = agenda(drafts=[asked(budget=12500)], kept=[])
    answer = plan_findings.answer(found)
    assert (answer.headline, answer.tone) == ("One action to decide on, and not enough money for all of it", "concern")
    assert "With everything approved the plan exceeds the budget of $10,000 a quarter: Q2 2026 by $2,500." in told(
        found
    )
    assert decide(found)[-1] == "Ask for $2,500 more in Q2 2026, or postpone, shrink or decline something."


def test_an_owner_with_too_much_at_once_is_a_concern_with_a_way_out() -> None:
    busy = [action(id=f"north-{number}", end="2026-06-29", budget=0) for number in range(4)]
    found = agenda(drafts=[asked(budget=0)], kept=busy)
    answer = plan_findings.answer(found)
    assert answer.headline == "One action to decide on, and not enough people for all of it"
    assert (
        "Head of North would lead 5 actions at once from 6 Apr 2026 to 29 Jun 2026; more than 3 beside daily work is "
        "too much."
    ) in told(found)
    assert decide(found)[-1] == "Give 2 actions of Head of North to somebody else, or start later."


def test_a_gap_that_nobody_works_on_is_told_even_without_a_proposal() -> None:
    found = plan_findings.answer(agenda(kept=[]))
    assert (found.headline, found.tone) == ("Nothing to decide on, but one gap has no action", "watch")
    assert found.sentences == ("One gap on the shortlist: 1 without any action.",)


def test_nothing_to_decide_is_good_news_where_every_gap_is_worked_on() -> None:
    found = plan_findings.answer(agenda(kept=[action(end="2026-03-30")]))
    assert (found.headline, found.tone) == ("Nothing to decide on", "good")


def test_what_has_fallen_behind_is_told_and_to_be_decided() -> None:
    late = action(end="2026-02-27", milestones=[{"due": "2026-02-02", "what": "half"}])
    found = agenda(kept=[late])
    assert "One running action is late and one milestone is overdue." in told(found)
    assert decide(found) == ["Finish, extend or stop, due on 27 February 2026 (Head of North): train newcomers."]
    assert plan_findings.answer(found).tone == "concern"


def test_three_proposals_are_named_and_the_rest_counted() -> None:
    drafts = [asked(id=f"draft-{number}", owner=f"Lead {number}", budget=0) for number in range(5)]
    assert decide(agenda(drafts=drafts, kept=[]))[-1] == "And 2 more proposals."


def test_a_request_names_money_people_and_what_happens_if_nobody_decides() -> None:
    (request,) = plan_findings.requests(agenda(drafts=[asked()], kept=[]))
    facts = {label: plain(text) for label, text in request.facts}
    assert facts == {
        "Against": "Lead conversion 17.0 %, 3.0 points below its target of 20.0 %; cause: lack of training "
        "(not decided)",
        "Money": "$5,000",
        "People": "Head of North leads. a trainer",
        "When": "6 Apr 2026 – 29 Jun 2026, short term",
        "Success is": "Lead conversion at 20.0 % by 28 September 2026",
        "If nobody decides": "Lead conversion has missed its target in 9 of the last 13 weeks, and the past goes on. "
        "Nothing else works on this gap.",
    }


def test_a_shortfall_that_adds_up_is_counted_on_for_as_long_again() -> None:
    revenue = OWNED["conversion"].model_copy(update={"name": "Revenue", "unit": "money"})
    missed = pd.DataFrame([{"kpi": "conversion", "missed": 9, "periods": 13, "total": 24000.0, "since": pd.NaT}])
    found = agenda(kpis={"conversion": revenue}, missed=missed, kept=[action()])
    assert plan_findings.if_nothing(asked(), found) == (
        "Revenue has missed its target in 9 of the last 13 weeks; the next 13 weeks would add $24,000 to the "
        "shortfall, if they are like these. Only north-1 works on this gap."
    )


def test_a_target_that_was_never_missed_threatens_nothing() -> None:
    missed = pd.DataFrame([{"kpi": "conversion", "missed": 0, "periods": 13, "total": 0.0, "since": pd.NaT}])
    assert plan_findings.if_nothing(asked(), agenda(missed=missed, kept=[])) == "Nothing else works on this gap."


@pytest.mark.parametrize(
    ("confirmed", "words"),
    [
        ((), "No proposal answers a cause that the meeting has confirmed: evidence alone speaks for them."),
        (("training",), "One proposal answers a cause that the meeting has confirmed; evidence alone speaks"),
        (("training", "processes"), "Every proposal answers a cause that the meeting has confirmed."),
    ],
)
def test_proposals_say_whether_their_causes_are_confirmed(confirmed: tuple[str, ...], words: str) -> None:
    drafts = [asked(), asked(id="other", family="processes")]
    verdicts = {("conversion", family): "confirmed" for family in confirmed}
    (sentence,) = plan_findings.grounds(agenda(drafts=drafts, verdicts=verdicts))
    assert sentence.startswith(words)


def test_the_expected_effect_is_a_part_of_the_gap_in_words_and_in_its_unit() -> None:
    weighed = pd.DataFrame([{"department": "north", "kpi": "conversion", "family": "training", "score": 1.0}])
    measured = pd.DataFrame({"kpi": ["conversion"], "gap": [3.0]})
    ranked = recommendations.rank(weighed, [recommendation("a")], [], measured=measured)
    found = agenda(recommended=ranked, drafts=[asked(recommendation="a")])
    facts = dict(plan_findings.requests(found)[0].facts)
    assert plain(facts["Brings"]) == "About half of the gap, 1.5 points, with low effort"


def test_milestones_are_counted_by_their_state() -> None:
    steps = [
        {"due": "2026-01-20", "what": "a", "done": True},
        {"due": "2026-02-02", "what": "b"},
        {"due": "2026-03-02", "what": "c"},
    ]
    found = agenda(kept=[action(milestones=steps)], today=datetime.date(2026, 3, 1))
    assert plan_findings.milestones_words(found.steps) == "3 milestones (1 done, 1 due and 1 overdue)"
    assert plan_findings.milestones_words(agenda().steps) == "no milestones"
