import datetime
from collections.abc import Sequence
from pathlib import Path

import pytest

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import waiting
from saypro_nb.keep.waiting import Waiting
from saypro_nb.meet import room
from saypro_nb.meet.reception import Door, Reception
from tests import workspaces

PHASES = ("1_gaps", "2_causes", "3_actions", "4_monitoring")
MISSED = datetime.date(2026, 7, 28)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.load(workspaces.make(tmp_path))


def doors(workspace: Workspace, department: str, period: str) -> Sequence[Door]:
    folder = workspace.root / "outputs" / "my desk" / period / department
    phases = [(name, f"Phase {name[0]}", folder / f"{name}.ipynb") for name in PHASES]
    return [*phases, ("employee", "Employee feedback", folder / "form.ipynb")]


def opened(workspace: Workspace) -> Reception:
    return Reception(workspace, workspace.root / "outputs" / "my desk", doors)


def html(reception: Reception) -> str:
    return str(reception._links.widget.outputs[0]["data"]["text/html"])


def told(reception: Reception) -> list[str]:
    """What waits behind each door, without the title and the shape before it."""
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in reception.text.splitlines()]


def test_the_latest_period_comes_first_of_a_quarter_of_a_year(workspace: Workspace) -> None:
    days = [day for _, day in opened(workspace).period.options]
    assert (len(days), days[:2], days[-1]) == (13, ["2026-07-27", "2026-07-20"], "2026-05-04")


def test_before_the_phases_have_run_it_says_so_and_whether_a_check_in_is_overdue(workspace: Workspace) -> None:
    lines = "\n".join(told(opened(workspace)))
    assert lines.count("Not reviewed yet for this period: open the phases in their order.") == 3
    assert "A check-in is overdue: none was recorded since that of 28 July 2026." in lines


def test_each_phase_says_how_much_waits_there(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "of", lambda _: Waiting(gaps=1, hypotheses=3, actions=0, missed=None))
    lines = "\n".join(told(opened(workspace)))
    for words in (
        "One gap is on the shortlist.",
        "3 hypotheses wait for a verdict.",
        "No actions wait for a decision.",
        "No check-in is overdue.",
    ):
        assert words in lines


def test_each_door_opens_the_notebook_of_the_chosen_department_and_period(workspace: Workspace) -> None:
    reception = opened(workspace)
    reception.department.value, reception.period.value = "south", "2026-07-20"
    for name in (*PHASES, "form"):
        assert f'href="2026-07-20/south/{name}.ipynb"' in html(reception)


def test_a_blank_in_an_address_does_not_break_the_link(workspace: Workspace) -> None:
    reception = Reception(workspace, workspace.root, doors)
    assert 'href="outputs/my%20desk/2026-07-27/north/1_gaps.ipynb"' in html(reception)


def test_what_can_not_be_opened_is_said_and_what_was_shown_stays(workspace: Workspace) -> None:
    reception = opened(workspace)
    before = reception.text

    def fails(*_: object) -> Sequence[Door]:
        raise InputError([Fault("notebooks", "the file is missing", "Copy it from the sample")])

    reception._doors = fails
    reception.department.value = "south"
    assert "The file is missing. Copy it from the sample." in reception.line.text
    assert reception.text == before


def test_outside_of_a_meeting_there_is_nothing(workspace: Workspace) -> None:
    assert room.reception(workspace, doors, meeting=False) is None
