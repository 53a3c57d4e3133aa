import datetime
from pathlib import Path

import pandas as pd
import pytest

from saypro_nb.agree.decisions import CheckIn, as_kept, kind_of, subject_of
from saypro_nb.keep import monitoring
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.organisation import Organisation
from saypro_nb.keep.register import Register
from tests import workspaces
from tests.review.test_actions import action

LAST_WEEK = workspaces.WEEKS[-1].date()  # 27 July 2026


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace in which the north completed an action in March, and nobody has looked at it since."""
    folder = workspaces.make(tmp_path / "work")
    done = action(kpi="revenue", criterion={"kpi": "revenue", "amount": 105, "by": "2026-06-30"}, status="completed")
    keep(folder, "action", done.id, as_kept(done))
    return folder


def keep(folder: Path, kind: str, subject: str, content: dict[str, object]) -> None:
    register = Register.open("sqlite:///register.sqlite", folder)
    register.record(kind, subject, content, who="Head of North", why="as agreed", seen=0)


def check_in(held_on: str, *, department: str = "north") -> CheckIn:
    return CheckIn.model_validate(
        {
            "department": department,
            "held_on": held_on,
            "participants": ["Head of North"],
            "actions": [{"action": "north-1", "status": "completed"}],
        }
    )


def north(folder: Path) -> Dossier:
    return Dossier.open(str(folder), department="north", period="latest")


def review_after(folder: Path, *held: CheckIn) -> str:
    for one in held:
        keep(folder, kind_of(one), subject_of(one), as_kept(one))
    return str(monitoring.follow(north(folder)).loc[0, "review"])


def test_a_review_that_nobody_held_is_due(folder: Path) -> None:
    assert review_after(folder) == "due"


def test_a_check_in_that_speaks_of_a_completed_action_is_its_review(folder: Path) -> None:
    assert review_after(folder, check_in("2026-05-04"), check_in("2026-07-06")) == "held"
    assert monitoring.spoken_of(north(folder)) == {"north-1": datetime.date(2026, 7, 6)}


def test_neither_an_earlier_check_in_nor_one_after_the_period_is_the_review(folder: Path) -> None:
    assert review_after(folder, check_in("2026-05-04"), check_in("2026-09-07")) == "due"


def test_another_departments_check_in_is_not_the_review(folder: Path) -> None:
    assert review_after(folder, check_in("2026-07-06", department="south")) == "due"


def test_the_progress_that_phase_4_leaves_is_read_again_as_it_was(folder: Path) -> None:
    dossier = north(folder)
    made = monitoring.find(dossier)
    dossier.leave("progress", made.progress)
    pd.testing.assert_frame_equal(monitoring.followed(dossier), made.progress, check_dtype=False)


def test_a_department_without_actions_has_a_dashboard(folder: Path) -> None:
    board = monitoring.find(Dossier.open(str(folder), department="south", period="latest"))
    assert board.progress.empty
    assert board.state.level == "concern"  # revenue fell from 100 to 60


def test_the_organisation_has_every_departments_dossier_and_its_weakest_ones_state(folder: Path) -> None:
    organisation = Organisation.open(str(folder), period="latest")
    assert (organisation.period, list(organisation.dossiers)) == (LAST_WEEK, ["north", "south"])
    assert [part.id for part in organisation.state.because] == ["south"]
    assert organisation.progress["department"].tolist() == ["north"]


def test_the_organisation_takes_what_phase_4_left_for_a_department(folder: Path) -> None:
    dossier = north(folder)
    dossier.leave("progress", monitoring.follow(dossier).assign(status="needs adjustment"))
    organisation = Organisation.open(str(folder), period="latest")
    assert organisation.progress["status"].tolist() == ["needs adjustment"]
    assert organisation.states["north"].level == "watch"


def test_feedback_is_heard_for_actions_that_have_begun_and_tells_whether_people_had_asked_for_it(folder: Path) -> None:
    says = {"department": "north", "form": "employee", "challenges": "training_or_resources"}
    forms = pd.DataFrame([says | {"date": day} for day in ["2025-12-01"] * 8 + ["2026-04-20"] * 3])
    forms.assign(challenges=["training_or_resources"] * 8 + ["other"] * 3).to_csv(
        folder / "data" / "feedback.csv", index=False
    )
    sources = {"kpi_values": "data/kpi_values.csv", "feedback": "data/feedback.csv"}
    workspaces.write(folder, "review", workspaces.REVIEW | {"sources": sources})
    heard = monitoring.feedback(north(folder)).iloc[0]
    assert (heard["forms_before"], heard["forms_after"], heard["says"]) == (8, 3, "too few")
    assert heard["driven"]  # 8 of 8, a half each: 50 % point at training, and more than a fifth at 80 %
