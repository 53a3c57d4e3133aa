"""What the meeting finds, opened from a workspace, before and after it has decided."""

from pathlib import Path
from typing import Any

import pytest

from saypro_nb.agree.decisions import Decision
from saypro_nb.agree.plans import Action
from saypro_nb.keep import decisions, proposals
from saypro_nb.keep.decisions import Standing
from saypro_nb.keep.dossier import Dossier
from saypro_nb.review.agenda import Agenda
from tests import workspaces

WHO: dict[str, Any] = {"who": "Head of South", "why": "agreed"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace whose south has lost revenue, for want of people as the library of hypotheses says."""
    made = workspaces.make(tmp_path)
    known = {"id": "few", "department": "south", "family": "resources", "kpis": ["revenue"]}
    library = workspaces.load(made, "causes")
    hypothesis = known | {"statement": "Too few people.", "refuted_if": "Nobody is missing."}
    workspaces.write(made, "causes", library | {"hypotheses": [hypothesis]})
    return made


def opened(folder: Path) -> tuple[Dossier, Agenda]:
    dossier = Dossier.open(str(folder), department="south", period="latest")
    return dossier, proposals.agenda(dossier)


def decide(folder: Path, decision: Decision) -> Action:
    dossier, agenda = opened(folder)
    (draft,) = agenda.drafts
    _, changes = decisions.settle(Standing(draft, 0), decision, draft, dossier.kpis, draft.id)
    dossier.register.record_all(changes, **WHO)
    return draft


def test_what_is_approved_is_running_and_nothing_else_is_proposed_for_its_gap(folder: Path) -> None:
    draft = decide(folder, "approve")
    _, agenda = opened(folder)
    assert [action.id for action in agenda.running] == [draft.id]
    assert agenda.waiting == []
    assert [(one.action, one.verdict, one.who) for one in agenda.signed] == [(draft.id, "approved", "Head of South")]


def test_a_decision_that_was_undone_leaves_a_proposal_and_no_running_action(folder: Path) -> None:
    draft = decide(folder, "approve")
    dossier, _ = opened(folder)
    decisions.undo(dossier.register, draft.id, **WHO)
    _, agenda = opened(folder)
    assert agenda.running == []
    assert agenda.waiting == [draft]
    assert agenda.drafts == [], "the same isn't drafted a second time"


def test_what_was_declined_is_not_proposed_again_for_that_gap(folder: Path) -> None:
    draft = decide(folder, "decline")
    _, agenda = opened(folder)
    (next_best,) = agenda.waiting
    assert next_best.kpi == draft.kpi
    assert next_best.recommendation != draft.recommendation
    declined = agenda.recommended.set_index("recommendation").loc[draft.recommendation, "not_proposed"]
    assert declined == f"declined before ({draft.id})"
