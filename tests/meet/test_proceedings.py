import datetime
from pathlib import Path

import pytest

from saypro_nb.agree.decisions import FilledForm, Ranking
from saypro_nb.keep import decisions, filled_forms, ranking
from saypro_nb.keep.decisions import Standing
from saypro_nb.keep.register import Register
from saypro_nb.meet.proceedings import Proceedings
from tests.plans import OWNED, action

DRAFT = action(status="proposed")
WHO = {"who": "Head of North", "why": "agreed"}


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register.open("sqlite:///register.sqlite", tmp_path)


def lines(register: Register, department: str = "north") -> list[str]:
    """What is listed, without the times of day, which are now."""
    shown = Proceedings(register, department, {kpi: facts.name for kpi, facts in OWNED.items()})
    title, *told = shown.text.replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert title == "Changed in this meeting"
    return [line.split(" (")[0] for line in told]


def approve(register: Register) -> None:
    _, changes = decisions.settle(Standing(DRAFT, 0), "approve", DRAFT, OWNED, DRAFT.id)
    register.record_all(changes, **WHO)


def form(**answers: str) -> FilledForm:
    content = {"department": "north", "date": "2026-06-29", "form": "employee", "answers": answers}
    return filled_forms.checked(content, "the form")


def test_at_first_nothing_is_listed(register: Register) -> None:
    assert lines(register) == ["Nothing yet."]


def test_an_approval_is_one_line_that_says_what_it_changed(register: Register) -> None:
    approve(register)
    assert lines(register) == ["Approved: action north-1: status proposed → not started"]


def test_what_was_taken_back_is_listed_above_what_it_takes_back(register: Register) -> None:
    approve(register)
    decisions.undo(register, DRAFT.id, who="Deputy", why="too early")
    assert lines(register) == [
        "Taken back: action north-1: status not started → proposed",
        "Approved: action north-1: status proposed → not started",
    ]


def test_each_line_says_who_when_and_why(register: Register) -> None:
    at = datetime.datetime.now(datetime.UTC)
    register.record("action", "north-1", DRAFT.model_dump(mode="json"), who="A\nB", why="heard", seen=0, at=at)
    assert f"Action north-1: new (A B, {at:%H:%M} UTC: heard)" in Proceedings(register, "north", {}).text


def test_what_is_longer_ago_than_a_meeting_and_what_another_department_did_is_left_out(register: Register) -> None:
    now = datetime.datetime.now(datetime.UTC)
    content = DRAFT.model_dump(mode="json")
    register.record("action", "old", content, who="x", why="y", seen=0, at=now - datetime.timedelta(hours=13))
    register.record("action", "new", content, who="x", why="y", seen=0, at=now - datetime.timedelta(hours=11))
    register.record("action", "theirs", content | {"department": "south"}, who="x", why="y", seen=0)
    assert lines(register) == ["Action new: new"]


def test_what_was_before_is_told_even_if_it_is_from_another_meeting(register: Register) -> None:
    content = DRAFT.model_dump(mode="json")
    long_ago = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
    register.record("action", "north-1", content, who="x", why="y", seen=0, at=long_ago)
    register.record("action", "north-1", content | {"owner": "Deputy"}, **WHO, seen=1)
    assert lines(register) == ["Action north-1: owner Head of North → Deputy"]


def test_the_first_ranking_is_one_line(register: Register) -> None:
    ranking.choose(register, Ranking(department="north", weights={"delay": 2}), **WHO, seen=0)
    assert lines(register) == ["Ranking of the gaps: weight of Delay as params say → 2.0"]


def test_a_form_without_a_name_is_not_listed_for_its_place_would_tell_when_it_was_filled_in(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("saypro_nb.meet.proceedings.LENGTH", datetime.timedelta(days=3650))
    filled_forms.keep(register, form(details="Too loud"))
    assert lines(register) == ["Nothing yet."]


def test_of_a_form_with_a_name_neither_the_name_nor_an_answer_is_shown(register: Register) -> None:
    filled_forms.keep(register, form(respondent="Clerk", details="Too loud"))
    assert lines(register) == ["Feedback form of 29 June 2026 filled in"]
    told = Proceedings(register, "north", {}).text
    assert "with a name" in told
    assert "Clerk" not in told
    assert "Too loud" not in told


def test_what_people_wrote_is_shown_as_words(register: Register) -> None:
    register.record("action", "north-1", DRAFT.model_dump(mode="json"), who="<b>x</b>", why="<i>y</i>", seen=0)
    (paper, _) = Proceedings(register, "north", {}).widget.children
    assert "<b>" not in paper.value
    assert "&lt;b&gt;x" in paper.value


@pytest.mark.expects_an_error
def test_a_register_that_can_not_be_read_is_told_and_the_last_list_stays(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(register)
    shown = Proceedings(register, "north", {})
    before = shown.text

    def fails(*_: object) -> None:
        raise OSError("disk on fire")

    monkeypatch.setattr(Register, "since", fails)
    shown.look()
    assert "Not listed anew: an error that nobody foresaw (OSError)" in shown.line.text
    assert shown.text == before
