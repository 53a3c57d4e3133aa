import datetime
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest

from saypro_nb.keep import check_ins, monitoring, sittings
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.register import Register
from saypro_nb.meet import room
from saypro_nb.meet.check_in import CheckInRecord
from tests import workspaces
from tests.meet.looking import controls, shown
from tests.plans import revenue_action

DAY = datetime.date(2026, 8, 4)  # the first Tuesday after the last week of the data, which ends on 2 August
LONG_AGO = datetime.datetime(2026, 7, 6, tzinfo=datetime.UTC)  # not in this meeting
TRAINING = revenue_action(
    id="S-1",
    department="south",
    start="2026-07-06",
    end="2026-09-30",
    next_steps="Ask three trainers",
    criterion={"kpi": "revenue", "amount": 100, "by": "2026-12-31"},
)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    made = Register.open("sqlite:///register.sqlite", workspaces.make(tmp_path / "work"))
    made.record("action", "S-1", TRAINING.model_dump(mode="json"), who="x", why="y", seen=0, at=LONG_AGO)
    return made


def dossier(tmp_path: Path) -> Dossier:
    return Dossier.open(str(tmp_path / "work"), department="south", period="latest")


def opened(tmp_path: Path, who: str = "Head of South") -> CheckInRecord:
    record = room.check_in(dossier(tmp_path), meeting=True)
    assert record is not None
    record.speaker.control.value = who
    return record


def filled_in(tmp_path: Path, **line: str) -> CheckInRecord:
    record = opened(tmp_path)
    for name, value in line.items():
        record.parts["S-1"].fields[name].control.value = value
    return record


def action_now(register: Register) -> dict[str, Any]:
    return register.history("action", "S-1")[-1].content


def others_change(register: Register, kind: str = "action", subject: str = "S-1", **facts: object) -> None:
    history = register.history(kind, subject)
    register.record(kind, subject, history[-1].content | facts, who="Head of North", why="by phone", seen=len(history))


@pytest.mark.usefixtures("register")
def test_the_record_is_laid_out_with_who_attends_and_where_each_action_stands(tmp_path: Path) -> None:
    record = opened(tmp_path)
    assert record.fields["held_on"].control.value == DAY
    assert record.fields["participants"].control.value.splitlines()[0] == "Head of South"
    part = record.parts["S-1"]
    assert (part.fields["status"].control.value, part.fields["responsible"].control.value) == ("in progress", "Clerk")
    assert "Revenue $61.00" in shown(record.widget)
    assert record.line.text.endswith("Nothing of this check-in is kept yet.")


def test_what_is_filled_in_is_kept_with_its_action_by_whom_and_when(register: Register, tmp_path: Path) -> None:
    record = filled_in(tmp_path, status="needs adjustment", impact="None yet", challenges="No trainer", next_steps="HR")
    record.fields["decisions"].control.value = "Postpone\n\n  Ask HR "
    record.fields["watch"].control.boxes["revenue"].value = True
    record.button.click()
    (entry,) = register.history("check_in")
    (line,) = entry.content["actions"]
    assert (entry.subject, entry.content["decisions"], entry.content["watch"]) == (
        "south/2026-08-04", ["Postpone", "Ask HR"], ["revenue"],
    )  # fmt: skip
    assert (line["impact"], line["challenges"], line["next_steps"]) == ("None yet", "No trainer", "HR")
    assert (action_now(register)["status"], action_now(register)["next_steps"]) == ("needs adjustment", "HR")
    assert "Kept by Head of South on " in record.line.text
    assert record.line.text.endswith(" UTC: Check-in held")


def test_what_was_changed_in_this_meeting_is_listed_with_who_and_when(register: Register, tmp_path: Path) -> None:
    record = filled_in(tmp_path, status="completed")
    assert record.proceedings.text == "Changed in this meeting\nNothing yet."
    record.button.click()
    told = record.proceedings.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Action S-1: status in progress → completed (Head of South, " in told
    assert "Check-in of 4 August 2026 kept (Head of South, " in told
    others_change(register, progress="All trained")
    record.line.undo.click()
    assert "progress nothing → All trained (Head of North, " in record.proceedings.text, "also what others changed"
    assert "Action S-1: status in progress → completed (Head of South, " in opened(tmp_path).proceedings.text


def test_reopened_it_shows_what_was_kept_and_can_still_be_taken_back(register: Register, tmp_path: Path) -> None:
    first = filled_in(tmp_path, status="completed", challenges="None")
    first.fields["held_on"].control.value = DAY + datetime.timedelta(days=1)
    first.fields["summary"].control.value = "Went well"
    first.button.click()
    again = opened(tmp_path)
    assert again.fields["held_on"].control.value == DAY + datetime.timedelta(days=1)
    assert again.fields["held_on"].control.disabled, "a kept record has its day"
    assert (again.fields["summary"].control.value, again.parts["S-1"].fields["status"].control.value) == (
        "Went well", "completed",
    )  # fmt: skip
    again.line.undo.click()
    assert action_now(register)["status"] == "in progress"
    assert sittings.last(dossier(tmp_path)) is None
    assert again.line.text.startswith("Taken back by Head of South on ")
    assert again.line.undo.layout.display == "none"
    assert len(register.history("check_in")) == 2, "nothing that was kept is lost"


def test_a_record_that_was_taken_back_can_be_kept_again_on_its_day(register: Register, tmp_path: Path) -> None:
    held_on = DAY + datetime.timedelta(days=1)
    first = filled_in(tmp_path, challenges="None")
    first.fields["held_on"].control.value = held_on
    first.button.click()
    first.line.undo.click()
    again = filled_in(tmp_path, challenges="No trainer")
    again.fields["held_on"].control.value = held_on
    again.button.click()
    assert again.line.text.startswith("Kept by ")
    assert [entry.content["withdrawn"] for entry in register.history("check_in")] == [False, True, False]


def test_a_record_that_was_taken_back_is_none_for_a_review_or_the_next_agenda(
    register: Register, tmp_path: Path
) -> None:
    past = {"department": "south", "held_on": "2026-07-28", "participants": ["x"], "watch": ["revenue"]}
    past |= {"actions": [{"action": "S-1", "status": "in progress"}]}
    register.record("check_in", "south/2026-07-28", past, who="x", why="y", seen=0)
    assert monitoring.spoken_of(dossier(tmp_path)) == {"S-1": datetime.date(2026, 7, 28)}
    others_change(register, "check_in", "south/2026-07-28", withdrawn=True)
    assert monitoring.spoken_of(dossier(tmp_path)) == {}
    assert sittings.last(dossier(tmp_path)) is None


def test_a_correction_takes_the_place_of_the_first_record_and_undo_brings_that_back(
    register: Register, tmp_path: Path
) -> None:
    record = filled_in(tmp_path, status="completed")
    record.button.click()
    record.parts["S-1"].fields["status"].control.value = "ongoing"
    record.fields["summary"].control.value = "Not over yet"
    record.button.click()
    assert [entry.content["summary"] for entry in register.history("check_in")] == ["", "Not over yet"]
    record.line.undo.click()
    assert action_now(register)["status"] == "completed"
    assert record.fields["summary"].control.value == ""


def test_an_action_that_somebody_else_changed_meanwhile_is_a_conflict_and_nothing_is_kept(
    register: Register, tmp_path: Path
) -> None:
    record = filled_in(tmp_path, challenges="No trainer")
    others_change(register, status="completed", owner="Deputy")
    record.button.click()
    assert "The action 'S-1' was changed by somebody else since you opened it" in record.line.text
    assert "Head of North" in record.line.text
    assert register.history("check_in") == []
    record.line.reload.click()
    assert record.parts["S-1"].fields["status"].control.value == "completed"
    assert record.parts["S-1"].fields["challenges"].control.value == "No trainer", "what was entered stays"
    record.button.click()
    assert action_now(register)["status"] == "completed"
    assert register.history("check_in")[-1].content["actions"][0]["challenges"] == "No trainer"


def test_an_entered_status_stays_where_somebody_else_declined_the_action(register: Register, tmp_path: Path) -> None:
    record = filled_in(tmp_path, status="completed")
    others_change(register, status="declined")
    record.button.click()
    record.line.reload.click()
    status = record.parts["S-1"].fields["status"]
    assert (status.control.value, status.remark) == ("completed", "Was declined")


def test_an_undo_without_a_name_can_be_tried_again(register: Register, tmp_path: Path) -> None:
    record = filled_in(tmp_path, challenges="No trainer")
    record.button.click()
    record.speaker.control.value = ""
    record.line.undo.click()
    assert not register.history("check_in")[-1].content["withdrawn"]
    record.speaker.control.value = "Head of South"
    record.line.undo.click()
    assert register.history("check_in")[-1].content["withdrawn"]
    assert record.line.undo.layout.display == "none"


def test_a_record_that_somebody_else_kept_meanwhile_is_a_conflict(register: Register, tmp_path: Path) -> None:
    here, there = opened(tmp_path), opened(tmp_path, who="Head of North")
    there.fields["summary"].control.value = "Kept there"
    there.button.click()
    here.fields["decisions"].control.value = "Go on"
    here.button.click()
    assert "was changed by somebody else since you opened it: version 1 is by Head of North" in here.line.text
    here.line.reload.click()
    assert (here.fields["summary"].control.value, here.fields["decisions"].control.value) == ("Kept there", "Go on")
    here.button.click()
    assert register.history("check_in")[-1].content["decisions"] == ["Go on"]


def test_undo_never_takes_back_what_somebody_else_did(register: Register, tmp_path: Path) -> None:
    record = filled_in(tmp_path, status="completed")
    record.button.click()
    others_change(register, status="ongoing")
    record.line.undo.click()
    assert "was changed by somebody else" in record.line.text
    assert action_now(register)["status"] == "ongoing"


def test_what_is_missing_or_can_not_be_is_said_beside_its_field_and_nothing_is_kept(
    register: Register, tmp_path: Path
) -> None:
    record = filled_in(tmp_path, challenges="No trainer")
    record.speaker.control.value = " "
    record.fields["held_on"].control.value = None
    record.button.click()
    assert "Nothing is said" in record.speaker.remark
    assert "Nothing is written. Fill it in." in record.fields["held_on"].remark
    record.fields["held_on"].control.value = DAY
    record.fields["next_update"].control.value = DAY
    record.button.click()
    assert "2026-08-04 does not lie after the check-in of 2026-08-04" in record.fields["next_update"].remark
    assert register.history("check_in") == []
    assert record.parts["S-1"].fields["challenges"].control.value == "No trainer"


def test_an_action_that_is_approved_in_the_same_meeting_is_followed_up_as_well(
    register: Register, tmp_path: Path
) -> None:
    opened(tmp_path).button.click()
    late = TRAINING.model_copy(update={"id": "S-2", "status": "not started"})
    register.record("action", "S-2", late.model_dump(mode="json"), who="x", why="y", seen=0)
    assert list(opened(tmp_path).parts) == ["S-1", "S-2"]


@pytest.mark.usefixtures("register")
def test_every_control_says_what_it_is(tmp_path: Path) -> None:
    for control in controls(opened(tmp_path).widget):
        if not isinstance(control, widgets.HTML | widgets.Label):
            assert control.description


def test_what_people_wrote_is_shown_as_words(register: Register, tmp_path: Path) -> None:
    others_change(register, description="<script>alert(1)</script>")
    record = filled_in(tmp_path, challenges="<b>x</b>")
    record.speaker.control.value = "<b>x</b>"
    record.button.click()
    html = "".join(one.value for one in controls(record.widget) if isinstance(one, widgets.HTML))
    assert "<script>" not in html
    assert "<b>" not in html


def test_the_form_that_is_filled_in_as_a_file_has_no_field_for_taking_it_back(
    register: Register, tmp_path: Path
) -> None:
    assert register.history("action")
    assert "withdrawn" not in check_ins.form(check_ins.prepare(dossier(tmp_path)))


def test_outside_of_a_meeting_there_is_nothing(tmp_path: Path) -> None:
    workspaces.make(tmp_path / "work")
    assert room.check_in(dossier(tmp_path), meeting=False) is None
    assert room.thresholds(dossier(tmp_path), meeting=False) is None
