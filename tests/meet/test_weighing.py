from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd
import pytest

from saypro_nb.agree.decisions import Ranking
from saypro_nb.agree.schema import Priority
from saypro_nb.keep import ranking
from saypro_nb.keep.register import Register
from saypro_nb.meet.weighing import RankingControls
from saypro_nb.review import gaps
from tests.plans import OWNED

PRIORITY = Priority.model_validate(
    {
        "signal": {"concern": 2, "watch": 1.5, "common_cause": 1, "improvement": 0.5},
        "trend": {"worsening": 1.5, "flat": 1, "improving": 0.75},
    }
)
# Shares of the target: 3 of 20 and 1 of 10; both are alarms without a trend, so priorities are 0.30 and 0.20.
MEASURED = pd.DataFrame(
    {
        "department": "north",
        "kpi": ["conversion", "delay"],
        "gap": [3.0, 1.0],
        "gap_to_usual": 0.0,
        "target": [20.0, 10.0],
        "usual": [20.0, 10.0],
        "lower": 0.0,
        "upper": 0.0,
        "state": "worse",
        "strength": "concern",
        "trend": "flat",
    }
)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register.open("sqlite:///register.sqlite", tmp_path)


class Opened:
    """The controls, as notebook 1 opens them, and the rankings that they hand on."""

    def __init__(self, register: Register, *, who: str = "Head of North", why: str = "delays cost most") -> None:
        self.left: list[pd.DataFrame] = []
        ranked = gaps.rank(MEASURED, OWNED, PRIORITY)
        self.controls = RankingControls(ranked, (OWNED, PRIORITY), register, "north", self.left.append)
        self.controls.speaker.control.value = who
        self.controls.why.control.value = why

    def move(self, what: str, of: str, value: float) -> None:
        self.controls.fields[what, of].control.value = value

    @property
    def orders(self) -> list[list[str]]:
        """The KPIs of both rankings in their order."""
        named = [
            name for line in self.controls.text.splitlines() for name in ("Lead conversion", "Delay") if name in line
        ]
        return [named[:2], named[2:]]


def kept(register: Register) -> list[dict[str, Any]]:
    return [entry.content for entry in register.history("ranking", "north")]


def test_a_weight_that_is_moved_ranks_the_gaps_anew_beside_the_ranking_that_holds(register: Register) -> None:
    opened = Opened(register)
    assert opened.orders == [["Lead conversion", "Delay"], ["Lead conversion", "Delay"]]
    opened.move("weight", "delay", 2)
    assert opened.orders == [["Lead conversion", "Delay"], ["Delay", "Lead conversion"]]
    assert "one place up" in opened.controls.text
    assert "Delay counts 2 instead of 1." in opened.controls.differences
    assert register.everything() == [], "nothing is kept before it is saved"


def test_a_gap_below_the_smallest_that_counts_leaves_the_shortlist(register: Register) -> None:
    opened = Opened(register)
    opened.move("least", "", 0.12)
    assert "Too small to count: changed for the worse" in opened.controls.text
    assert "from 12 % of its target on" in opened.controls.differences.replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_saved_is_kept_with_who_and_why_and_handed_on_to_the_next_phase(register: Register) -> None:
    opened = Opened(register)
    opened.move("weight", "delay", 2)
    opened.controls.save.click()
    assert kept(register) == [
        {"department": "north", "weights": {}, "priority": None},
        {"department": "north", "weights": {"delay": 2.0}, "priority": None},
    ]
    assert opened.controls.line.text.startswith("Weighed by Head of North on ")
    assert opened.controls.line.text.endswith(" UTC: delays cost most")
    assert [list(table["kpi"]) for table in opened.left] == [["delay", "conversion"]]
    told = "Ranking of the gaps: weight of Delay as params say → 2.0 (Head of North, "
    assert told in opened.controls.proceedings.text


def test_the_factors_are_saved_only_where_they_differ_from_params(register: Register) -> None:
    opened = Opened(register)
    opened.move("signal", "concern", 3)
    opened.controls.save.click()
    assert kept(register)[-1]["weights"] == {}
    assert kept(register)[-1]["priority"]["signal"]["concern"] == 3
    chosen = ranking.chosen(register, "north")
    assert chosen is not None
    assert chosen.ranking.priority is not None
    assert chosen.ranking.priority.trend == PRIORITY.trend


def test_without_who_and_why_nothing_is_saved(register: Register) -> None:
    opened = Opened(register, who="", why=" ")
    opened.move("weight", "delay", 2)
    opened.controls.save.click()
    assert register.everything() == []
    assert "Nothing is said" in opened.controls.speaker.remark
    assert "Nothing is said" in opened.controls.why.remark
    assert opened.controls.fields["weight", "delay"].control.value == 2


def test_saving_what_is_in_force_already_is_refused_in_words(register: Register) -> None:
    opened = Opened(register)
    opened.controls.save.click()
    assert register.everything() == []
    assert "Move a slider, then save" in opened.controls.line.text


def test_undo_lets_params_hold_again(register: Register) -> None:
    opened = Opened(register)
    opened.move("weight", "delay", 2)
    opened.controls.save.click()
    opened.controls.line.undo.click()
    assert kept(register)[-1] == kept(register)[0]
    assert opened.controls.fields["weight", "delay"].control.value == 1
    assert opened.orders == [["Lead conversion", "Delay"], ["Lead conversion", "Delay"]]
    assert opened.controls.line.undo.layout.display == "none", "what is taken back can't be taken back again"
    assert [list(table["kpi"]) for table in opened.left][-1] == ["conversion", "delay"]


def test_all_sliders_return_to_params_at_once_and_nothing_is_kept_by_it(register: Register) -> None:
    opened = Opened(register)
    opened.move("weight", "delay", 2)
    opened.move("trend", "flat", 2)
    opened.controls.reset.click()
    assert "Nothing is moved." in opened.controls.differences
    assert register.everything() == []


def others_choose(register: Register, **weights: float) -> None:
    choice = Ranking(department="north", weights=weights)
    ranking.choose(register, choice, who="Head of South", why="by phone", seen=len(kept(register)))


def test_what_somebody_else_chose_meanwhile_is_a_conflict_and_what_is_moved_stays(register: Register) -> None:
    opened = Opened(register)
    others_choose(register, conversion=3)
    opened.move("weight", "delay", 2)
    opened.controls.save.click()
    assert (
        "was changed by somebody else since you opened it: version 2 is by Head of South" in opened.controls.line.text
    )
    assert kept(register)[-1]["weights"] == {"conversion": 3.0}
    opened.controls.line.reload.click()
    assert [opened.controls.fields["weight", kpi].control.value for kpi in ("conversion", "delay")] == [3, 2]
    opened.controls.save.click()
    assert kept(register)[-1]["weights"] == {"conversion": 3.0, "delay": 2.0}


def test_opened_again_it_shows_what_was_chosen(register: Register) -> None:
    others_choose(register, delay=2)
    again = Opened(register)
    assert again.controls.fields["weight", "delay"].control.value == 2
    assert again.controls.line.text.startswith("Weighed by Head of South")
    assert again.controls.line.undo.layout.display != "none"


@pytest.mark.expects_an_error
def test_a_ranking_that_can_not_be_handed_on_is_kept_all_the_same_and_says_so(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Opened(register)

    def full(_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(opened.controls, "_leave", full)
    opened.move("weight", "delay", 2)
    opened.controls.save.click()
    assert kept(register)[-1]["weights"] == {"delay": 2.0}
    assert "Kept, but not handed on to the next phase" in opened.controls.line.text


@pytest.mark.expects_an_error
def test_an_error_while_ranking_is_said_logged_and_leaves_the_ranking_that_was_there(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Opened(register)
    before = opened.controls.text

    def fails(*_: object) -> None:
        raise RuntimeError("no such column")

    monkeypatch.setattr(gaps, "rank", fails)
    opened.move("weight", "delay", 2)
    assert "Not ranked anew: an error that nobody foresaw (RuntimeError)" in opened.controls.line.text
    assert opened.controls.text == before


def test_every_control_says_what_it_is(register: Register) -> None:
    def controls(widget: Any) -> list[Any]:
        children = getattr(widget, "children", ())
        return [found for child in children for found in controls(child)] if children else [widget]

    for control in controls(Opened(register).controls.widget):
        if not isinstance(control, widgets.HTML):
            assert control.description
