"""What waits for a meeting, in a workspace whose data end on Sunday, 2 August 2026; check-ins are on Tuesdays."""

import datetime
from pathlib import Path

import pytest

from saypro_nb.agree.decisions import HypothesisVerdict, Verdict
from saypro_nb.keep import decisions, evidence, proposals, waiting
from saypro_nb.keep.decisions import Standing
from saypro_nb.keep.dossier import Dossier
from tests import workspaces

LAST_WEEKLY, LAST_MONTHLY = datetime.date(2026, 7, 28), datetime.date(2026, 7, 7)
# Of the five families two have evidence.
SCORES = [1.25, 0.5, 0.0, 0.0, 0.0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspaces.make(tmp_path)


def opened(folder: Path, department: str = "south") -> Dossier:
    return Dossier.open(str(folder), department=department, period="latest")


def reviewed(folder: Path) -> Dossier:
    """The south after its phases have found a gap in its revenue and two causes with evidence."""
    dossier = opened(folder)
    dossier.leave("gaps", evidence.gaps(dossier))
    dossier.leave("causes", evidence.causes(dossier).assign(score=SCORES))
    return opened(folder)


def held(folder: Path, department: str, day: str, **facts: object) -> None:
    register = opened(folder, department).register
    subject = f"{department}/{day}"
    content = {"department": department, "held_on": day, "participants": ["x"]} | facts
    register.record("check_in", subject, content, who="x", why="y", seen=len(register.history("check_in", subject)))


def judge(dossier: Dossier, verdict: Verdict) -> None:
    family = dossier.left("causes").iloc[0]["family"]  # type: ignore[union-attr] # the phases have left it
    said = HypothesisVerdict(department="south", kpi="revenue", family=family, verdict=verdict)
    decisions.judge(dossier.register, said, who="x", why="y")


def test_before_the_phases_have_run_nobody_knows_what_waits(folder: Path) -> None:
    found = waiting.of(opened(folder))
    assert (found.gaps, found.hypotheses, found.actions) == (None, None, None)


def test_gaps_causes_with_evidence_and_proposals_wait(folder: Path) -> None:
    found = waiting.of(reviewed(folder))
    assert (found.gaps, found.hypotheses, found.actions) == (1, 2, 1)


@pytest.mark.parametrize(("verdict", "left"), [("confirmed", 1), ("rejected", 1), ("open", 2)])
def test_a_cause_waits_until_it_is_confirmed_or_rejected(folder: Path, verdict: Verdict, left: int) -> None:
    judge(reviewed(folder), verdict)
    assert waiting.of(opened(folder)).hypotheses == left


def test_an_action_waits_until_it_is_decided(folder: Path) -> None:
    dossier = reviewed(folder)
    (draft,) = proposals.agenda(dossier).waiting
    _, changes = decisions.settle(Standing(draft, 0), "approve", draft, dossier.kpis, draft.id)
    dossier.register.record_all(changes, who="x", why="y")
    assert waiting.of(opened(folder)).actions == 0


@pytest.mark.parametrize(("department", "day"), [("north", LAST_WEEKLY), ("south", LAST_MONTHLY)])
def test_a_check_in_is_missed_where_no_record_was_kept_since_its_day(
    folder: Path, department: str, day: datetime.date
) -> None:
    assert waiting.missed_check_in(opened(folder, department)) == day
    held(folder, department, str(day - datetime.timedelta(days=1)))
    assert waiting.missed_check_in(opened(folder, department)) == day, "that was the one before"


@pytest.mark.parametrize("day", ["2026-07-28", "2026-07-30"])
def test_a_record_of_its_day_or_of_a_later_one_is_enough(folder: Path, day: str) -> None:
    held(folder, "north", day)
    assert waiting.missed_check_in(opened(folder, "north")) is None


def test_a_record_that_was_taken_back_is_none(folder: Path) -> None:
    held(folder, "north", "2026-07-28")
    held(folder, "north", "2026-07-28", withdrawn=True)
    assert waiting.missed_check_in(opened(folder, "north")) == LAST_WEEKLY


def test_before_the_reviews_began_no_check_in_was_missed(folder: Path) -> None:
    workspaces.write(folder, "meetings", {"first_week": "2026-08-03"})
    assert waiting.missed_check_in(opened(folder, "north")) is None
