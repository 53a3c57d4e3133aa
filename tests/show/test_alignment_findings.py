import datetime
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from saypro_nb.agree.schema import Department
from saypro_nb.review import alignment_history, corrections
from saypro_nb.review.alignment_scores import Assessed
from saypro_nb.review.corrections import Corrected
from saypro_nb.show import alignment_findings, alignment_listings, blocks
from saypro_nb.show.findings import Answer
from tests.departments_plans import GOALS, GOOD, objective, plans
from tests.show.test_charts import plain

NAMES = {"sales": "Sales", "marketing": "Marketing", "support": "Support", "it": "Computing"}
LEADS = {
    name: Department(name=full, lead=f"Head of {full}", check_in="weekly", action_budget=1)
    for name, full in NAMES.items()
}
VISITS = objective("visits", "marketing", statement="Bring visitors", kpi="traffic", target=50000)
VAGUE = objective("vague", "it", statement="Improve it all", goals=[], kpi=None, target=None)
CONFLICT = {
    "id": "haste",
    "type": "conflicting_goals",
    "when": {"kpis": ["conversion"]},
    "against": {"kpis": ["churn"]},
    "reason": "they leave again",
}
HOLD = objective("hold", "support", statement="Hold them", goals=["keep"], kpi="churn", target=2)
HOSTILE = "<script>alert(1)</script>=cmd|'/c calc'!A0"


def assessed(*objectives: dict[str, Any], departments: tuple[str, ...] = tuple(NAMES), **agreed: Any) -> Assessed:
    return Assessed(plans(*objectives, **agreed), departments)


def corrected(found: Assessed) -> list[Corrected]:
    starts = datetime.date(2026, 7, 8)
    return corrections.of_each(found.findings, found.plans, LEADS, (), {}, starts)


def answer(*objectives: dict[str, Any], **agreed: Any) -> Answer:
    found = assessed(*objectives, **agreed)
    said = alignment_findings.answer(found, corrected(found), NAMES)
    return replace(said, headline=plain(said.headline), sentences=tuple(map(plain, said.sentences)))


class TestAnswer:
    def test_the_headline_counts_plans_against_the_target(self) -> None:
        said = answer(GOOD, VISITS, HOLD)
        assert said.headline == "2 of 3 plans are fully aligned; the target is 90 %"
        assert said.tone == "watch"

    def test_it_says_what_was_found_and_who_is_weakest(self) -> None:
        gaps, scores, distance = answer(GOOD, VISITS, VAGUE).sentences
        assert gaps == "2 gaps are found: one misaligned KPI and one unclear objective."
        assert scores == (  # 100, 60 and 100 − 3 × 20: 66.7 on average
            "The organisation scores 67 of 100, least Computing with 40; of 3 objectives 1 is without a finding "
            "(33 %). Support has no plan, and no part in this."
        )
        assert distance == "90 % of 3 plans means 3, which takes every correction below."

    def test_a_missing_objective_is_counted_and_said_to_be(self) -> None:
        goals = [*GOALS[:2], GOALS[2] | {"together": ["it"]}]
        _, scores, _ = answer(GOOD, goals=goals).sentences
        assert "of 2 objectives, counting 1 that is missing, 1 is without a finding (50 %)" in scores

    def test_fewer_corrections_than_gaps_may_do(self) -> None:
        said = answer(GOOD, VISITS, VAGUE, aligned_share=50)
        assert said.sentences[2] == "50 % of 3 plans means 2; the fewest corrections that reach it are 1 of 2."
        assert said.tone == "concern"  # one of three is fewer than half

    def test_a_target_that_is_reached_asks_for_nothing(self) -> None:
        said = answer(GOOD)
        assert said == Answer(
            "1 of 1 plan is fully aligned; the target is 90 %",
            "good",
            (
                "No gap is found between the plans and the goals.",
                "The organisation scores 100 of 100; of 1 objective 1 is without a finding (100 %). "
                "Marketing, Support and Computing have no plan, and no part in this.",
                "The target of 90 % is reached.",
            ),
        )

    def test_without_plans_nothing_is_judged(self) -> None:
        said = answer()
        assert (said.headline, said.tone, said.decide) == ("No plan to hold against the goals", "unknown", ())

    def test_what_brings_most_is_to_be_decided_first(self) -> None:
        first, second = answer(GOOD, VISITS | {"owner": None}, VAGUE).decide[:2]
        assert first.startswith("Approve, adjust or decline: make it measurable: write the goal")  # one step, not two
        assert second.startswith("Approve, adjust or decline: make it measurable: write an owner")

    def test_a_correction_that_did_not_help_comes_before_every_proposal(self) -> None:
        found = assessed(GOOD, VISITS, VAGUE)
        first, second = corrected(found)
        said = alignment_findings.answer(found, [first, Corrected(second.finding, second.action, "still found")], NAMES)
        assert said.decide[0].startswith("Corrected, and still found: make it measurable")


class TestGaps:
    def test_each_says_whose_it_is_why_and_what_to_do(self) -> None:
        found = assessed(GOOD, HOLD, rules=[CONFLICT])
        (gap,) = alignment_findings.gaps(corrected(found), NAMES)
        assert gap.title == "Conflicting goals: Sales and Support"
        assert gap.word == "Correction proposed"
        assert tuple(map(plain, gap.sentences)) == (
            "Sales: “Win one lead in five”",
            "Support: “Hold them”",
            "They leave again.",
            "Takes 40 points from each of the two scores (rule haste); Head of Support, due on 19 August 2026.",
        )
        assert gap.correction == "Plan the two together, with one aim for both."

    def test_what_people_wrote_stays_text(self) -> None:
        rule = CONFLICT | {"reason": HOSTILE, "correction": HOSTILE}
        found = assessed(
            GOOD | {"statement": HOSTILE}, HOLD, rules=[rule], goals=[GOALS[0] | {"name": HOSTILE}, GOALS[1]]
        )
        each = corrected(found)
        shown = [
            blocks.answer(alignment_findings.answer(found, each, NAMES)),
            blocks.plan_gaps(alignment_findings.gaps(each, NAMES), empty="Nothing."),
            alignment_listings.matrix(found, NAMES),
            alignment_listings.goals(found, NAMES),
            alignment_listings.scores(found, NAMES),
            alignment_listings.distance(found, NAMES),
            alignment_listings.corrections(each, NAMES),
            alignment_listings.steps(each),
        ]
        for block in shown:
            assert "<script" not in block.html
        assert "&lt;script&gt;alert(1)" in shown[1].html

    def test_where_there_is_none_it_says_so(self) -> None:
        assert "Nothing." in blocks.plan_gaps([], empty="Nothing.").text


class TestHistory:
    EARLIER, LATER = (
        GOOD | {"owner": None, "until": "2026-03-31", "since": "2026-01-01"},
        GOOD | {"since": "2026-04-01"},
    )

    def test_closed_and_new_gaps_are_named(self) -> None:
        made = plans(self.EARLIER, self.LATER, objective("n", "it", statement="Do it", owner=None, since="2026-06-01"))
        said = alignment_findings.changes(alignment_history.moved(made), NAMES)
        assert said is not None
        assert said.since == "quarter 1 of 2026"
        assert said.sentences == (
            "Closed: unclear objective (Sales), “Win one lead in five”.",
            "New: unclear objective (Computing), “Do it”.",
        )

    def test_nothing_is_said_of_quarters_that_are_not_known(self) -> None:
        made = plans(GOOD)
        assert alignment_findings.changes(alignment_history.moved(made), NAMES) is None
        (said,) = alignment_findings.progress(alignment_history.quarters(made, ["sales"]), [])
        assert said.startswith("The plans of earlier quarters are not known")

    def test_the_way_since_the_first_quarter_is_told(self) -> None:
        known = alignment_history.quarters(plans(self.EARLIER, self.LATER), ["sales"])
        assert alignment_findings.progress(known, []) == [
            "Since quarter 1 of 2026: from 0 of 1 fully aligned plans to 1 of 1, the score from 80 to 100, "
            "and the gaps from 1 to 0."
        ]
        assert (
            alignment_listings.quarters(known).text.splitlines()[-1] == "Quarter 2 of 2026 | 100 | 1 of 1 | 1 of 1 | 0"
        )

    def test_an_action_that_closed_a_gap_is_named(self) -> None:
        (one,) = corrected(assessed(VISITS))
        assert one.action is not None
        _, said = alignment_findings.progress(pd.DataFrame(), [one.action])
        assert said.startswith("Closed by a decided action: replace the KPI by one that tells")


class TestTables:
    def test_the_matrix_has_a_row_per_department_and_a_column_per_goal(self) -> None:
        text = alignment_listings.matrix(assessed(GOOD, VISITS, HOLD, rules=[CONFLICT]), NAMES).text.splitlines()
        assert text[1] == "Department | Grow | Keep | Serve"
        assert text[2:5] == [
            "Sales | supports | conflicts | silent",
            "Marketing | in name only | silent | silent",
            "Support | silent | supports | silent",
        ]

    def test_a_department_without_a_plan_is_neither_aligned_nor_not(self) -> None:
        text = alignment_listings.ratings(assessed(GOOD, VISITS), NAMES).text
        assert "Marketing | 60 | Not aligned | 1 | 0" in text
        assert "Sales | 100 | Fully aligned | 1 | 1" in text
        assert "Computing | – | No plan | 0 | 0" in text

    def test_each_step_says_how_many_plans_are_aligned_after_it(self) -> None:
        text = alignment_listings.distance(assessed(GOOD, VISITS, VAGUE), NAMES).text.splitlines()
        assert [line.split(" | ")[-1] for line in text[2:4]] == ["2", "3"]

    def test_a_gap_without_a_measure_has_no_date(self) -> None:
        alone = objective("happy", "it", goals=[], kpi="uptime")
        found = assessed(alone, goals=GOALS[:2])
        text = alignment_listings.corrections(corrected(found), NAMES).text
        assert text.splitlines()[2].endswith("| – | – | No KPI to measure a correction by")

    def test_objectives_are_shown_with_value_and_promise(self) -> None:
        standing = pd.DataFrame(
            [{"objective": "convert", "department": "sales", "kpi": "conversion", "baseline": 16.0, "now": 18.0,
              "goal": 20.0, "attained_then": 80.0, "attained": 90.0}]
        )  # fmt: skip
        text = alignment_listings.on_their_way(standing, plans(GOOD), NAMES, "$").text
        assert (
            "Win one lead in five | Sales | Conversion | 16.0 % | 18.0 % | 20.0 % | 31 Dec 2026 | 90"
            in text.replace("\N{NO-BREAK SPACE}", " ")
        )

    @pytest.mark.parametrize(
        ("listing", "told"),
        [
            ("matrix", "No goal is agreed on."),
            ("goals", "No goal is agreed on."),
            ("scores", "No department has a plan."),
            ("distance", "No department has a plan."),
        ],
    )
    def test_without_plans_no_table_says_that_all_is_well(self, listing: str, told: str) -> None:
        nothing = Assessed(plans(goals=[]), ("sales",))
        assert getattr(alignment_listings, listing)(nothing, NAMES).text.splitlines()[-1] == told
        assert alignment_findings.gaps_sentence(nothing) == "No plan to look at."


def test_kpis_are_known_by_their_names() -> None:
    text = alignment_listings.goals(assessed(GOOD), NAMES).text
    assert "Grow | Sell more | Conversion | Lead quality | –" in text
