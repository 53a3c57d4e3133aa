import datetime
import subprocess
import sys
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest

from saypro_nb.agree.plans import Action
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.register import Register
from saypro_nb.meet import room
from saypro_nb.meet.plan_decisions import Card, PlanDecisions
from saypro_nb.show import plan_findings
from tests import workspaces
from tests.meet.looking import controls
from tests.plans import action, agenda

DRAFT = action(
    id="north-conversion-coach",
    status="proposed",
    start="2026-04-06",
    end="2026-06-29",
    budget=5000,
    criterion={"kpi": "conversion", "amount": 20, "by": "2026-09-28"},
    milestones=[{"due": "2026-05-04", "what": "Half-way"}],
)
SINCE = datetime.date(2026, 2, 23)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register.open("sqlite:///register.sqlite", tmp_path)


def opened(register: Register, **facts: Any) -> PlanDecisions:
    return PlanDecisions(agenda(**({"kept": [], "drafts": [DRAFT]} | facts)), register, "north", SINCE)


def the_card(table: PlanDecisions, *, who: str = "Head of North", why: str = "agreed") -> Card:
    table.speaker.control.value = who
    (card,) = table.cards.values()
    card.why.control.value = why
    return card


def now(register: Register) -> Action:
    return Action.model_validate(register.history("action", DRAFT.id)[-1].content)


def states(register: Register) -> list[str]:
    return [entry.content["status"] for entry in register.history("action", DRAFT.id)]


def signed(register: Register) -> list[tuple[str, str, str]]:
    return [(entry.content["verdict"], entry.who, entry.why) for entry in register.history("sign_off", DRAFT.id)]


def test_an_approved_proposal_is_kept_and_signed_by_whom_and_why(register: Register) -> None:
    card = the_card(opened(register))
    card.buttons["approve"].click()
    assert states(register) == ["proposed", "not started"]
    assert signed(register) == [("approved", "Head of North", "agreed")]
    assert card.line.text.startswith("Approved by Head of North on ")
    assert card.line.text.endswith(" UTC: agreed")


def test_after_a_decision_only_what_still_fits_can_be_pressed(register: Register) -> None:
    card = the_card(opened(register))
    card.buttons["approve"].click()
    assert {name: button.disabled for name, button in card.buttons.items()} == {
        "approve": True,
        "adjust": False,
        "decline": False,
    }
    assert card.line.undo.layout.display != "none"


def test_without_who_and_why_nothing_is_kept_and_both_are_asked_for_beside_their_fields(
    register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    table = opened(register)
    card = the_card(table, who=" ", why="")
    card.buttons["decline"].click()
    assert register.everything() == []
    assert "Nothing is said. Every change is kept with who and why." in table.speaker.remark
    assert "Nothing is said" in card.why.remark
    assert "north-conversion-coach: not kept" in caplog.text


def test_what_the_meeting_changes_is_approved_as_adjusted(register: Register) -> None:
    card = the_card(opened(register))
    card.fields["owner"].control.value = "Team lead"
    card.fields["budget"].control.value = 2500
    card.fields["by"].control.value = datetime.date(2026, 10, 12)
    assert card.fields["owner"].remark.endswith("Was Head of North")
    assert card.fields["budget"].remark.endswith("Was $5,000")
    card.buttons["adjust"].click()
    kept = now(register)
    assert (kept.owner, kept.budget, str(kept.criterion.by), kept.status) == (
        "Team lead", 2500, "2026-10-12", "not started",
    )  # fmt: skip
    assert signed(register)[-1][0] == "adjusted"
    assert card.fields["owner"].remark == "", "it is no change any more"


def test_who_approves_what_was_changed_adjusts_it(register: Register) -> None:
    card = the_card(opened(register))
    card.fields["amount"].control.value = 19
    card.buttons["approve"].click()
    assert (now(register).criterion.amount, signed(register)[-1][0]) == (19, "adjusted")


def test_what_can_not_be_is_said_beside_its_field_and_what_was_entered_stays(register: Register) -> None:
    card = the_card(opened(register))
    card.fields["owner"].control.value = ""
    card.fields["budget"].control.value = -5
    card.fields["start"].control.value = None
    card.buttons["adjust"].click()
    assert register.everything() == []
    assert "Nothing is written. Fill it in." in card.fields["owner"].remark
    assert "greater than or equal to 0" in card.fields["budget"].remark
    assert "Nothing is written" in card.fields["start"].remark
    assert (card.fields["budget"].control.value, card.why.control.value) == (-5, "agreed")


@pytest.mark.parametrize(
    ("name", "value", "place", "words"),
    [
        ("end", datetime.date(2026, 4, 1), "end", "lies before start"),
        ("amount", 150.0, "amount", "can't reach 150"),
        ("by", datetime.date(2026, 6, 1), "by", "before the action ends"),
        ("start", datetime.date(2026, 5, 11), "milestones", "lies outside"),
        ("milestones", "in May", "milestones", "Milestones are lines such as"),
    ],
)
def test_an_action_that_could_not_be_followed_up_is_refused_beside_what_is_wrong(
    register: Register, name: str, value: object, place: str, words: str
) -> None:
    card = the_card(opened(register))
    card.fields[name].control.value = value
    card.buttons["adjust"].click()
    assert words in card.fields[place].remark
    assert register.everything() == []


def test_milestones_are_set_as_lines(register: Register) -> None:
    card = the_card(opened(register))
    assert card.fields["milestones"].control.value == "2026-05-04: Half-way"
    card.fields["milestones"].control.value = "2026-05-11: Trainer chosen\n2026-06-01: First group done"
    card.buttons["adjust"].click()
    assert [(str(step.due), step.what) for step in now(register).milestones] == [
        ("2026-05-11", "Trainer chosen"),
        ("2026-06-01", "First group done"),
    ]


def test_a_decision_can_be_taken_back(register: Register) -> None:
    card = the_card(opened(register))
    card.buttons["decline"].click()
    assert states(register) == ["proposed", "declined"]
    card.line.undo.click()
    assert states(register) == ["proposed", "declined", "proposed"]
    assert signed(register)[-1] == ("withdrawn", "Head of North", "Taken back in the meeting")
    assert card.line.text.startswith("Taken back by Head of North")
    assert card.line.undo.layout.display == "none"
    assert not card.buttons["approve"].disabled


def others_change(register: Register, **facts: object) -> None:
    history = register.history("action", DRAFT.id)
    content = (history[-1].content if history else DRAFT.model_dump(mode="json")) | facts
    register.record("action", DRAFT.id, content, who="Head of South", why="by phone", seen=len(history))


def test_what_somebody_else_decided_meanwhile_is_a_conflict_and_the_entry_stays(register: Register) -> None:
    card = the_card(opened(register))
    others_change(register, budget=7000)
    card.fields["owner"].control.value = "Team lead"
    card.buttons["adjust"].click()
    assert "was changed by somebody else since you opened it: version 1 is by Head of South" in card.line.text
    assert card.fields["owner"].control.value == "Team lead"
    assert len(register.everything()) == 1


def test_the_newer_version_is_loaded_beside_what_was_entered_and_then_decided_on(register: Register) -> None:
    card = the_card(opened(register))
    others_change(register, budget=7000, owner="Deputy")
    card.fields["owner"].control.value = "Team lead"
    card.buttons["adjust"].click()
    card.line.reload.click()
    assert card.fields["budget"].control.value == 7000
    assert card.fields["owner"].control.value == "Team lead"
    assert card.fields["owner"].remark.endswith("Was Deputy")
    card.buttons["adjust"].click()
    assert (now(register).owner, now(register).budget, now(register).status) == ("Team lead", 7000, "not started")


def test_undo_never_takes_back_what_somebody_else_did(register: Register) -> None:
    card = the_card(opened(register))
    card.buttons["approve"].click()
    others_change(register, status="in progress")
    card.line.undo.click()
    assert "was changed by somebody else" in card.line.text
    assert now(register).status == "in progress"


def test_opened_again_it_shows_what_was_decided_and_can_still_undo(register: Register) -> None:
    first = the_card(opened(register))
    first.fields["owner"].control.value = "Team lead"
    first.buttons["adjust"].click()
    again = opened(register, kept=[now(register)], drafts=[])
    (card,) = again.cards.values()
    assert card.fields["owner"].control.value == "Team lead"
    assert card.line.text.startswith("Approved as adjusted by Head of North")
    again.speaker.control.value = "Head of North"
    card.line.undo.click()
    assert now(register) == DRAFT


def test_what_was_over_before_this_period_is_not_decided_on_again(register: Register) -> None:
    for name, status in (("north-8", "completed"), ("north-9", "declined"), ("north-7", "in progress")):
        past = action(id=name, status=status).model_dump(mode="json")
        register.record("action", name, past, who="x", why="y", seen=0)
    assert list(opened(register).cards) == [DRAFT.id, "north-7"]


def test_another_department_s_actions_are_not_at_this_table(register: Register) -> None:
    other = action(id="south-1", department="south").model_dump(mode="json")
    register.record("action", "south-1", other, who="x", why="y", seen=0)
    assert list(opened(register).cards) == [DRAFT.id]


def test_people_and_money_are_held_against_what_stands_in_the_fields(register: Register) -> None:
    busy = [action(id=f"north-{number}", end="2026-06-29") for number in range(3)]
    table = opened(register, kept=busy)
    card = the_card(table)
    assert "Head of North would lead 4 actions at once" in table.strain.replace("\N{NO-BREAK SPACE}", " ")
    card.fields["owner"].control.value = "Team lead"
    assert "Nobody would lead more than 3 actions at once" in table.strain
    # All of its days lie in the second quarter, as do 90 of the 176 days of three actions for 100 each: 153.
    card.fields["budget"].control.value = 20000
    assert "exceeds the budget of $10,000 a quarter: Q2 2026 by $10,153" in table.strain


def test_declining_takes_an_action_out_of_the_account(register: Register) -> None:
    table = opened(register)
    card = the_card(table)
    assert "$5,000" in table.strain
    card.buttons["decline"].click()
    assert "$5,000" not in table.strain


@pytest.mark.expects_an_error
def test_an_error_that_nobody_foresaw_is_told_and_logged_and_the_entry_stays(
    register: Register, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    card = the_card(opened(register))

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.setattr(Register, "record_all", fails)
    card.fields["owner"].control.value = "Team lead"
    card.buttons["adjust"].click()
    assert "an error that nobody foresaw (RuntimeError)" in card.line.text
    assert "disk on fire" in caplog.text
    assert card.fields["owner"].control.value == "Team lead"


@pytest.mark.expects_an_error
def test_an_error_of_the_check_of_people_and_money_is_said_under_the_fields_until_it_works_again(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = opened(register)
    card = the_card(table)
    before = table.strain

    def fails(*_: object) -> None:
        raise RuntimeError("no memory")

    with monkeypatch.context() as broken:
        broken.setattr(plan_findings, "money", fails)
        card.fields["budget"].control.value = 20000
        assert "People and money are not weighed anew: an error that nobody foresaw (RuntimeError)" in card.check.text
        assert table.strain == before
        card.buttons["approve"].click()
    assert (card.line.text.split(" on ")[0], card.line.undo.layout.display) == (
        "Approved as adjusted by Head of North", "",
    )  # fmt: skip
    card.fields["budget"].control.value = 3000
    assert card.check.text == ""
    assert "$3,000" in table.strain


def test_what_was_decided_is_listed_at_once_and_still_when_opened_again(register: Register) -> None:
    table = opened(register)
    the_card(table).buttons["decline"].click()
    told = f"Declined: action {DRAFT.id}: status proposed → declined (Head of North, "
    assert told in table.proceedings.text
    assert told in opened(register).proceedings.text


def test_an_error_in_a_callback_reaches_the_test() -> None:
    button = widgets.Button()
    button.on_click(lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        button.click()


def test_every_control_says_what_it_is_and_every_button_of_a_card_of_what(register: Register) -> None:
    table = opened(register)
    for control in controls(table.widget):
        assert isinstance(control, widgets.HTML) or control.description
    for control in controls(the_card(table).widget):
        if isinstance(control, widgets.Button):
            assert DRAFT.description in control.tooltip


def test_nothing_that_stands_as_it_is_is_drawn_anew(register: Register) -> None:
    table = opened(register)
    drawn = []
    table._strain.widget.observe(lambda change: drawn.append(change), "value")
    the_card(table).fields["owner"].control.value = "Team lead"
    assert drawn == [], "neither money nor the number of actions at once has changed"


def test_what_people_wrote_is_shown_as_words(register: Register) -> None:
    hostile = DRAFT.model_copy(update={"description": "<script>alert(1)</script>", "owner": "<b>x</b>"})
    table = opened(register, drafts=[hostile])
    (card,) = table.cards.values()
    card.fields["owner"].control.value = "y"
    shown = "".join(control.value for control in controls(table.widget) if isinstance(control, widgets.HTML))
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "<b>" not in shown


def test_outside_of_a_meeting_there_is_nothing_and_the_widgets_are_not_even_loaded(tmp_path: Path) -> None:
    dossier = Dossier.open(str(workspaces.make(tmp_path)), department="north", period="latest")
    assert room.plan(dossier, agenda(), meeting=False) is None
    code = "import sys, saypro_nb.meet.room; sys.exit('ipywidgets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
