import datetime
import shutil
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.keep import filled_forms, hearing
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.register import Register
from saypro_nb.meet import room
from saypro_nb.meet.feedback_form import FeedbackForm
from tests import workspaces
from tests.meet.looking import controls, shown

IN_TIME = datetime.date(2026, 7, 30)  # the last week of the data ends on 2 August


def register(folder: Path) -> Register:
    return Register.open("sqlite:///register.sqlite", folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspaces.make(tmp_path / "work")


def dossier(folder: Path, department: str = "south") -> Dossier:
    return Dossier.open(str(folder), department=department, period="latest")


def opened(folder: Path, form: str = "employee", department: str = "south") -> FeedbackForm:
    made = room.feedback(dossier(folder, department), form, meeting=True)
    assert isinstance(made, FeedbackForm)
    made.fields["date"].control.value = IN_TIME
    return made


def filled_in(folder: Path, form: str = "employee", **answers: Any) -> FeedbackForm:
    made = opened(folder, form)
    for name, answer in answers.items():
        made.fields[name].control.value = answer
    return made


def kept(folder: Path) -> list[dict[str, Any]]:
    return [entry.content for entry in register(folder).current("feedback")]


def test_a_form_is_kept_and_read_by_the_next_review_with_its_ticks_and_answers(folder: Path) -> None:
    form = filled_in(
        folder, challenges=("workload",), tools_hinder="yes", tools_which="The CRM", self_assessment="good"
    )
    form.button.click()
    (row,) = dossier(folder).feedback.to_dict("records")
    assert (row["form"], row["challenges"], row["tools_hinder"], row["tools_which"], row["self_assessment"]) == (
        "employee", "workload", True, "The CRM", "good",
    )  # fmt: skip
    assert row["date"].date() == IN_TIME
    assert "Kept: the form of 30" in form.line.text


def test_a_team_leader_s_form_asks_for_the_team_and_its_gaps(folder: Path) -> None:
    answers = {
        "gaps_seen": "Late offers",
        "training_needed": "no",
        "collaboration": "fair",
        "collaboration_why": "Far off",
    }
    filled_in(folder, "team_leader", team="Night shift", challenges=("morale", "other"), **answers).button.click()
    (form,) = kept(folder)
    assert form["answers"] == {"team": "Night shift", "challenges": "morale;other", **answers}


def test_forms_of_the_source_and_of_the_register_are_read_together(folder: Path) -> None:
    source = "date,form,department,challenges\n2026-07-01,employee,south,workload\n"
    (folder / "data" / "feedback.csv").write_text(source, encoding="utf-8")
    sources = workspaces.REVIEW["sources"] | {"feedback": "data/feedback.csv"}
    workspaces.write(folder, "review", workspaces.REVIEW | {"sources": sources})
    filled_in(folder, challenges=("technical_issues",)).button.click()
    assert list(dossier(folder).feedback["challenges"]) == ["workload", "technical_issues"]
    assert (folder / "data" / "feedback.csv").read_text(encoding="utf-8") == source, "a source is never written to"
    assert dossier(folder, "north").feedback.empty


def test_without_a_name_neither_name_nor_time_of_day_is_kept(folder: Path) -> None:
    form = filled_in(folder, details="Too much at once")
    form.fields["respondent"].control.value = "Respondent 7"  # typed before the box was ticked again
    form.button.click()
    (entry,) = register(folder).everything()
    assert entry.who == "Anonymous"
    assert entry.at == datetime.datetime(2026, 7, 30, tzinfo=datetime.UTC)
    assert "Respondent" not in str(entry)


def test_a_name_is_kept_only_where_somebody_wants_it_and_never_reaches_what_is_quoted(folder: Path) -> None:
    form = filled_in(folder, details="Ask Respondent Seven about the planning")
    form.anonymous.value = False
    form.button.click()
    assert "No name is given" in form.fields["respondent"].remark
    form.fields["respondent"].control.value = "Respondent Seven"
    form.button.click()
    assert kept(folder)[0]["answers"]["respondent"] == "Respondent Seven"
    assert "respondent" not in dossier(folder).feedback
    assert dossier(folder, "north").respondents == ["Respondent Seven"], "it is taken out of every department's quotes"


def test_once_sent_the_fields_are_empty_for_the_next_one(folder: Path) -> None:
    form = filled_in(folder, challenges=("workload",), details="x", tools_hinder="yes", self_assessment="good")
    form.button.click()
    values = {name: field.control.value for name, field in form.fields.items() if name != "date"}
    assert not any(values.values())
    assert all(field.remark == "" for field in form.fields.values())


def test_a_form_can_be_taken_back_and_is_read_no_more_but_not_lost(folder: Path) -> None:
    form = filled_in(folder, details="first")
    form.button.click()
    form.fields["details"].control.value = "second"
    form.fields["date"].control.value = IN_TIME
    form.button.click()
    form.line.undo.click()
    assert list(dossier(folder).feedback["details"]) == ["first"]
    assert "Taken back" in form.line.text
    form.line.undo.click()
    assert dossier(folder).feedback.empty
    assert form.line.undo.layout.display == "none"
    assert len(register(folder).history("feedback")) == 4


def test_what_was_not_answered_before_is_not_said_and_another_day_is_in_words(folder: Path) -> None:
    form = filled_in(folder, challenges=("workload",))
    assert form.fields["challenges"].remark == ""
    form.fields["date"].settle(datetime.date(2026, 7, 6))
    form.fields["date"].control.value = IN_TIME
    assert form.fields["date"].remark == "Was 6 Jul 2026"


def test_a_form_that_could_not_be_taken_back_still_can(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form = filled_in(folder, details="first")
    form.button.click()
    with monkeypatch.context() as locked:
        locked.setattr(filled_forms, "withdraw", refuse)
        form.line.undo.click()
    assert "It is locked" in form.line.text
    form.line.undo.click()
    assert dossier(folder).feedback.empty


def refuse(*_: object) -> None:
    raise InputError([Fault("the register", "it is locked", "Try again")])


def test_a_form_without_an_answer_or_a_day_is_refused_and_what_is_there_stays(folder: Path) -> None:
    form = filled_in(folder, job_title="Clerk")
    form.button.click()
    assert "Nothing is answered. Answer a question." in form.line.text
    form.fields["details"].control.value = "x"
    form.fields["date"].control.value = None
    form.button.click()
    assert "Nothing is written. Fill it in." in form.fields["date"].remark
    assert form.fields["job_title"].control.value == "Clerk"
    assert kept(folder) == []


def test_a_form_of_a_later_day_says_that_it_counts_later(folder: Path) -> None:
    form = opened(folder)
    assert "counts in later reviews" not in form.text
    form.fields["date"].control.value = datetime.date(2026, 8, 3)
    assert "this form counts in later reviews" in form.text
    form.fields["details"].control.value = "x"
    form.button.click()
    assert dossier(folder).feedback.empty


def test_a_department_asks_in_its_own_words_and_further_questions(folder: Path) -> None:
    own = {
        "leave_out": ["challenges.personal_or_external", "tools_hinder", "tools_which"],
        "labels": {"challenges.workload": "Too many night shifts"},
        "questions": [
            {"id": "shift_plan", "label": "Shift plan", "ask": "Does the plan reach you in time?", "kind": "yes_no"}
        ],
    }
    workspaces.write(folder, "feedback", {"departments": {"south": {"employee": own}}})
    form = filled_in(folder, shift_plan="no", challenges=("workload",))
    assert "Does the plan reach you in time?" in shown(form.widget)
    assert form.fields["challenges"].control.boxes["workload"].description == "Too many night shifts"
    assert "personal_or_external" not in form.fields["challenges"].control.boxes
    assert "tools_hinder" not in form.fields
    form.button.click()
    assert (kept(folder)[0]["answers"], kept(folder)[0]["further"]) == (
        {"challenges": "workload"},
        {"shift_plan": "no"},
    )
    assert "tools_hinder" in opened(folder, department="north").fields


def test_every_control_says_what_it_is_and_the_question_in_whole(folder: Path) -> None:
    form = opened(folder)
    for control in controls(form.widget):
        if not isinstance(control, widgets.HTML | widgets.Label):
            assert control.description
    assert "Do your team and managers support you enough?" in shown(form.widget)


def test_what_people_wrote_is_shown_as_words(folder: Path) -> None:
    form = filled_in(folder, details="<b>x</b>")
    form.anonymous.value = False
    form.fields["respondent"].control.value = "<script>alert(1)</script>"
    form.button.click()
    html = "".join(one.value for one in controls(form.widget) if isinstance(one, widgets.HTML))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_form_that_there_is_not_is_refused_with_those_that_there_are(folder: Path) -> None:
    with pytest.raises(InputError, match=r"there is no form 'employe'\. Did you mean 'employee'"):
        room.feedback(dossier(folder), "employe", meeting=True)


def test_outside_of_a_meeting_it_is_a_blank_form(folder: Path) -> None:
    blank = room.feedback(dossier(folder), "employee", meeting=False)
    assert "What makes it hard to reach your goals?" in blank.text


def test_of_fewer_than_five_forms_nothing_is_shown_and_of_more_no_name(folder: Path) -> None:
    shutil.copy(workspaces.REPOSITORY / "params" / "statements.yaml", folder / "params")
    form = opened(folder)
    form.anonymous.value = False
    for number in range(5):
        form.fields["date"].control.value = IN_TIME
        form.fields["respondent"].control.value = f"Respondent Seven{number}"
        form.fields["details"].control.value = "Respondent Seven0 and we have too few people for the work"
        form.fields["challenges"].control.value = ("workload",)
        heard = hearing.hear(dossier(folder))
        assert heard.themes["mentioned"].isna().all()
        assert heard.quotes.empty
        form.button.click()
    heard = hearing.hear(dossier(folder))
    assert heard.themes["mentioned"].max() == 5
    assert len(heard.quotes) > 0
    assert "Seven" not in " ".join(heard.quotes["quote"])
