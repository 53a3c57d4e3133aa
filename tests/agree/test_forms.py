from pathlib import Path
from typing import Any

import pytest

from saypro_nb.agree.contract import CHALLENGES, TABLES, vocabulary
from saypro_nb.agree.decisions import FilledForm
from saypro_nb.agree.errors import InputError
from saypro_nb.agree.form_questions import FORMS
from saypro_nb.agree.forms import FeedbackParams, tailored
from saypro_nb.agree.settings import Workspace
from tests import workspaces

OF_BOTH = {
    "respondent",
    "date",
    "challenges",
    "challenges_other",
    "details",
    "suggestions",
    "self_assessment",
    "self_reason",
}


def test_each_form_asks_what_the_sources_ask() -> None:
    employee = {"job_title", "tools_hinder", "tools_which", "support_adequate", "support_more"}
    leader = {
        "team", "gaps_seen", "training_needed", "training_what", "resources_adequate", "resources_what",
        "collaboration", "collaboration_why", "leadership_support", "leadership_what",
    }  # fmt: skip
    assert set(FORMS["employee"].questions) == OF_BOTH | employee
    assert set(FORMS["team_leader"].questions) == OF_BOTH | leader


@pytest.mark.parametrize("form", FORMS)
def test_a_form_offers_the_answers_that_the_data_contract_takes_and_no_others(form: Any) -> None:
    questions = FORMS[form].questions
    assert tuple(questions["challenges"].choices) == CHALLENGES[form]
    assert {name for name in questions if name != "date"} <= set(TABLES["feedback"].columns)
    for name, question in questions.items():
        assert name == "date" or set(question.choices) == vocabulary(name, form)


@pytest.mark.parametrize("form", FORMS)
def test_no_two_questions_or_tick_boxes_are_called_the_same(form: Any) -> None:
    words = [word.casefold() for word in FORMS[form].words.values()]
    assert len(words) == len(set(words))


def test_what_holds_everywhere_and_what_a_department_asks_come_together() -> None:
    further = {"id": "commute", "label": "Commute", "ask": "How do you get here?"}
    params = FeedbackParams.model_validate(
        {
            "forms": {"employee": {"leave_out": ["job_title"], "questions": [further]}},
            "departments": {"north": {"employee": {"leave_out": ["details"]}}},
        }
    )
    north, south = (tailored(FORMS["employee"], params, name).questions for name in ("north", "south"))
    assert {"job_title", "details"}.isdisjoint(north)
    assert "details" in south
    assert list(north)[-1] == list(south)[-1] == "commute"


def test_a_section_without_questions_is_left_out() -> None:
    params = FeedbackParams.model_validate({"forms": {"employee": {"leave_out": ["support_adequate", "support_more"]}}})
    assert "Support" not in [section.title for section in tailored(FORMS["employee"], params, "north").sections]


def of_employees(**tailoring: Any) -> dict[str, Any]:
    return {"forms": {"employee": tailoring}}


def asking(**question: Any) -> dict[str, Any]:
    return of_employees(questions=[{"id": "a", "label": "x", "ask": "y"} | question])


UNKNOWN = "there is no question of the employee form"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            of_employees(leave_out=["detials"]),
            f"forms.employee.leave_out: {UNKNOWN} 'detials'. Did you mean 'details'?",
        ),
        (of_employees(leave_out=["date"]), f"{UNKNOWN} 'date'"),
        (of_employees(labels={"challenges.work": "x"}), f"{UNKNOWN} 'challenges.work'"),
        (of_employees(labels={"details": "Reason"}), "'reason' would stand twice in the form"),
        (asking(id="details"), "'details' would stand twice in the form"),
        (asking(kind="choice", choices=["z"]), "two or more different 'choices'"),
        (asking(choices=["z", "w"]), "make its kind 'choice'"),
        (of_employees(leaveout=[]), "there is no such setting. Did you mean 'leave_out'?"),
        ({"forms": {"employe": {}}}, "forms.employe"),
        ({"departments": {"norht": {}}}, "departments: there is no department 'norht'. Did you mean 'north'?"),
        (
            {"exports": {"pulse": {"form": "employee", "columns": {"Q1": "detials"}}}},
            "exports.pulse.columns: there is no question 'detials'. Did you mean 'details'?",
        ),
        (
            {"exports": {"pulse": {"department": "nort", "columns": {}}}},
            "exports.pulse.department: there is no department 'nort'",
        ),
    ],
)
def test_what_can_not_be_asked_is_refused_with_its_place_and_remedy(
    tmp_path: Path, content: dict[str, Any], said: str
) -> None:
    folder = workspaces.make(tmp_path)
    workspaces.write(folder, "feedback", content)
    with pytest.raises(InputError) as error:
        Workspace.load(folder)
    assert said in str(error.value)
    assert "params/feedback.yaml" in str(error.value)


@pytest.mark.parametrize(
    "answers",
    [{"challenges": "morale"}, {"tools_hinder": "perhaps"}, {"department": "x"}, {"details": ""}, {"feeling": "good"}],
)
def test_the_register_takes_no_answer_that_a_review_could_not_read(answers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="1 validation error"):
        FilledForm(id="f-1", department="north", date="2026-07-01", form="employee", answers=answers)
