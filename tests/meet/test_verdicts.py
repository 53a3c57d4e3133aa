from pathlib import Path

import pandas as pd
import pytest

from saypro_nb.agree.decisions import HypothesisVerdict
from saypro_nb.keep import decisions
from saypro_nb.keep.register import Register
from saypro_nb.meet.verdicts import HypothesisControls, Row
from tests.plans import OWNED


def cause(kpi: str, family: str, **facts: object) -> dict[str, object]:
    usual = {"department": "north", "kpi": kpi, "family": family, "hypothesis": None, "statement": None}
    return usual | {"verdict": "agree", "score": 1.25} | facts


WEIGHED = pd.DataFrame(
    [
        cause("conversion", "training", hypothesis="north-skills", statement="Newcomers lack practice."),
        cause("conversion", "resources"),
        cause("delay", "processes"),
        cause("delay", "training"),
    ]
)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register.open("sqlite:///register.sqlite", tmp_path)


class Opened:
    """The controls, as notebook 2 opens them."""

    def __init__(self, register: Register, *, who: str = "Head of North", why: str = "seen in the calls") -> None:
        self.handed_on: list[int] = []
        self.controls = HypothesisControls(WEIGHED, OWNED, register, "north", lambda: self.handed_on.append(1))
        self.controls.speaker.control.value = who
        self.controls.why.control.value = why

    @property
    def first(self) -> Row:
        return self.controls.rows[0]


def kept(register: Register) -> list[tuple[str, str, str]]:
    history = register.history("hypothesis", "north/conversion/training")
    return [(entry.content["verdict"], entry.who, entry.why) for entry in history]


def test_a_confirmed_cause_is_kept_with_its_hypothesis_who_and_why(register: Register) -> None:
    opened = Opened(register)
    opened.first.buttons["confirmed"].click()
    assert kept(register) == [("confirmed", "Head of North", "seen in the calls")]
    assert register.current("hypothesis")[0].content["hypothesis"] == "north-skills"
    assert "Confirmed" in opened.first.text
    assert opened.first.line.text.startswith("Confirmed by Head of North on ")
    cause = "Lack of training as a cause of the gap in Lead conversion"
    assert f"{cause}: not decided → confirmed (Head of North, " in opened.controls.proceedings.text
    assert opened.handed_on == [1]


def test_the_reason_is_asked_for_anew_with_each_verdict(register: Register) -> None:
    opened = Opened(register)
    opened.first.buttons["rejected"].click()
    opened.controls.rows[1].buttons["rejected"].click()
    assert len(register.everything()) == 1
    assert "Nothing is said" in opened.controls.why.remark
    assert "Not kept yet" in opened.controls.rows[1].line.text


def test_a_verdict_that_was_given_can_not_be_given_again(register: Register) -> None:
    opened = Opened(register)
    opened.first.buttons["open"].click()
    assert [button.disabled for button in opened.first.buttons.values()] == [False, False, True]


def test_the_first_verdict_that_is_taken_back_leaves_the_cause_open(register: Register) -> None:
    opened = Opened(register)
    opened.first.buttons["confirmed"].click()
    opened.first.line.undo.click()
    assert [verdict for verdict, _, _ in kept(register)] == ["confirmed", "open"]
    assert "Taken back in the meeting" in opened.first.line.text
    assert opened.first.line.undo.layout.display == "none"
    assert opened.handed_on == [1, 1]


def test_a_later_verdict_that_is_taken_back_gives_way_to_the_one_before(register: Register) -> None:
    opened = Opened(register)
    for verdict in ("rejected", "confirmed"):
        opened.controls.why.control.value = "heard"
        opened.first.buttons[verdict].click()
    opened.first.line.undo.click()
    assert [verdict for verdict, _, _ in kept(register)] == ["rejected", "confirmed", "rejected"]
    assert opened.first.line.undo.layout.display == "none"


def others_judge(register: Register, verdict: str) -> None:
    said = {"department": "north", "kpi": "conversion", "family": "training", "verdict": verdict}
    decisions.judge(register, HypothesisVerdict.model_validate(said), who="Head of South", why="by phone")


def test_what_somebody_else_decided_meanwhile_is_a_conflict_until_it_is_loaded(register: Register) -> None:
    opened = Opened(register)
    others_judge(register, "rejected")
    opened.first.buttons["confirmed"].click()
    assert "was changed by somebody else since you opened it" in opened.first.line.text
    assert kept(register) == [("rejected", "Head of South", "by phone")]
    assert opened.controls.why.control.value == "seen in the calls"
    opened.first.line.reload.click()
    assert opened.first.line.text.startswith("Rejected by Head of South")
    opened.first.buttons["confirmed"].click()
    assert [verdict for verdict, _, _ in kept(register)] == ["rejected", "confirmed"]


def test_opened_again_it_shows_what_was_decided(register: Register) -> None:
    others_judge(register, "rejected")
    assert Opened(register).first.line.text.startswith("Rejected by Head of South")


def test_the_causes_of_another_gap_take_the_place_of_these(register: Register) -> None:
    opened = Opened(register)
    opened.controls.gap.value = "delay"
    assert opened.first.text.startswith("Inefficient processes")
    assert opened.first.buttons["confirmed"].tooltip == "Confirm: inefficient processes as a cause of the gap in Delay"
    opened.first.buttons["confirmed"].click()
    assert [entry.subject for entry in register.everything()] == ["north/delay/processes"]


def test_without_a_gap_there_is_nothing_to_decide(register: Register) -> None:
    nothing = HypothesisControls(WEIGHED[:0], OWNED, register, "north", lambda: None)
    assert nothing.rows == []
