from pathlib import Path

import pytest

from saypro_nb.agree.decisions import HypothesisVerdict
from saypro_nb.agree.errors import InputError, WorkbenchError
from saypro_nb.agree.plans import Action
from saypro_nb.keep import decisions
from saypro_nb.keep.decisions import Standing
from saypro_nb.keep.register import Register
from tests.plans import OWNED, action


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register.open("sqlite:///register.sqlite", tmp_path)


def settle(register: Register, decision: str, after: Action | None = None, before: Action | None = None) -> Action:
    standing = decisions.standing(register).get("north-1") or Standing(before or action(status="proposed"), 0)
    decided, changes = decisions.settle(standing, decision, after or standing.action, OWNED, "north-1")  # type: ignore[arg-type]
    register.record_all(changes, who="Head of North", why="in the meeting")
    return decided


def states(register: Register) -> list[str]:
    return [entry.content["status"] for entry in register.history("action", "north-1")]


def test_an_approved_proposal_is_kept_as_asked_and_as_answered_and_signed_off(register: Register) -> None:
    settle(register, "approve")
    assert states(register) == ["proposed", "not started"]
    (signed,) = register.current("sign_off")
    assert (signed.content["action"], signed.content["version"], signed.content["verdict"]) == (
        "north-1",
        2,
        "approved",
    )
    assert (signed.who, signed.why) == ("Head of North", "in the meeting")


def test_an_adjusted_proposal_is_approved_as_changed(register: Register) -> None:
    decided = settle(register, "adjust", action(status="proposed", owner="Team lead", budget=50))
    assert (decided.status, decided.owner, decided.budget) == ("not started", "Team lead", 50)
    assert register.current("sign_off")[0].content["verdict"] == "adjusted"


def test_a_running_action_that_is_adjusted_goes_on_running(register: Register) -> None:
    running = action(status="in progress")
    register.record("action", "north-1", running.model_dump(mode="json"), who="x", why="y", seen=0)
    assert settle(register, "adjust", running.model_copy(update={"budget": 999.0})).status == "in progress"
    assert states(register) == ["in progress", "in progress"]


def test_a_declined_action_can_be_approved_later(register: Register) -> None:
    settle(register, "decline")
    settle(register, "approve")
    assert states(register) == ["proposed", "declined", "not started"]
    assert [entry.content["verdict"] for entry in register.history("sign_off", "north-1")] == ["declined", "approved"]


@pytest.mark.parametrize(
    ("status", "decision", "found"),
    [
        ("in progress", "approve", "north-1 is in progress already"),
        ("completed", "decline", "north-1 is completed already"),
        ("proposed", "adjust", "north-1 is adjusted without a change"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused_with_a_remedy(
    register: Register, status: str, decision: str, found: str
) -> None:
    with pytest.raises(InputError, match=found):
        settle(register, decision, before=action(status=status))
    assert register.everything() == []


def test_approving_with_changes_is_called_adjusting(register: Register) -> None:
    with pytest.raises(InputError, match="Decide 'adjust'"):
        settle(register, "approve", action(status="proposed", budget=1))


def test_what_nobody_could_measure_is_not_approved_and_can_be_declined(register: Register) -> None:
    vague = action(status="proposed", criterion={"kpi": "conversion", "amount": 430, "by": "2026-06-29"})
    with pytest.raises(InputError, match="Write the level that the KPI is to reach"):
        settle(register, "approve", before=vague)
    assert settle(register, "decline", before=vague).status == "declined"


def test_undoing_a_decision_returns_the_proposal_and_withdraws_the_sign_off(register: Register) -> None:
    settle(register, "approve")
    decisions.undo(register, "north-1", who="Head of South", why="wrong line")
    assert states(register) == ["proposed", "not started", "proposed"]
    assert register.current("sign_off")[0].content["verdict"] == "withdrawn"


def test_undoing_later_progress_leaves_the_sign_off(register: Register) -> None:
    decided = settle(register, "approve")
    later = decided.model_copy(update={"progress": "half"}).model_dump(mode="json")
    register.record("action", "north-1", later, who="x", why="y", seen=2)
    decisions.undo(register, "north-1", who="x", why="y")
    assert register.current("action")[0].content["progress"] == ""
    assert register.current("sign_off")[0].content["verdict"] == "approved"


def test_an_action_that_is_not_there_can_not_be_undone(register: Register) -> None:
    with pytest.raises(WorkbenchError, match="no entry at all"):
        decisions.undo(register, "north-9", who="x", why="y")


def test_the_last_verdict_on_a_cause_counts_and_the_earlier_ones_are_kept(register: Register) -> None:
    for department, verdict in (("north", "confirmed"), ("south", "confirmed"), ("north", "rejected")):
        said = {"department": department, "kpi": "conversion", "family": "training", "verdict": verdict}
        decisions.judge(register, HypothesisVerdict.model_validate(said), who="x", why="y")
    (decided,) = decisions.decided(register, "north")
    assert (decided.kpi, decided.family, decided.verdict) == ("conversion", "training", "rejected")
    assert len(register.history("hypothesis", "north/conversion/training")) == 2


def test_a_change_that_makes_no_action_is_told_by_field() -> None:
    with pytest.raises(InputError) as told:
        decisions.changed(action(), {"budget": -5, "owner": None, "amount": None}, "plan.xlsx, row 3")
    assert [fault.where for fault in told.value.faults] == [
        "plan.xlsx, row 3, owner",
        "plan.xlsx, row 3, budget",
        "plan.xlsx, row 3, amount",
    ]
    with pytest.raises(InputError, match=r"end \(2026-01-01\) lies before start"):
        decisions.changed(action(), {"end": "2026-01-01"}, "x")


def test_verdicts_on_different_causes_never_share_a_subject(register: Register) -> None:
    for department, kpi in (("a", "b-c"), ("a-b", "c")):
        said = {"department": department, "kpi": kpi, "family": "training", "verdict": "confirmed"}
        decisions.judge(register, HypothesisVerdict.model_validate(said), who="x", why="y")
    assert len(register.current("hypothesis")) == 2
