"""A meeting from beginning to end, in a real JupyterLab on the sample."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from saypro_nb.agree.settings import Workspace
from saypro_nb.keep.register import Register
from tests.browser import open_browser
from tests.conftest import copy_of, saypro
from tests.jupyterlab import PROJECTOR, Meeting, serving
from tests.workspaces import REPOSITORY

WHO = "Head of Marketing"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample after the review of marketing, with a README and a register of its own."""
    folder = copy_of(REPOSITORY, tmp_path_factory.mktemp("meeting"))
    (folder / "README.md").write_text("# The review of an invented organisation\n", encoding="utf-8")
    assert saypro("run", "--department", "marketing", folder=folder).code == 0
    return folder


@pytest.fixture
def page(workspace: Path, tmp_path: Path) -> Iterator[tuple[Page, str]]:
    """An empty page of the browser, and the address of JupyterLab on the workspace."""
    with serving(workspace, tmp_path) as address, open_browser() as browser:
        yield browser.new_page(viewport=PROJECTOR), address


def test_a_meeting_goes_through_the_phases_and_what_it_decides_is_kept(page: tuple[Page, str], workspace: Path) -> None:
    register = Register.of(Workspace.load(workspace))
    before = len(register.everything())
    notebooks = {file: file.read_bytes() for file in (workspace / "notebooks").glob("*.ipynb")}
    meeting = Meeting(*page)
    begin(meeting)
    weigh_the_gaps(meeting, register)
    decide_on_a_cause(meeting, register)
    approve_an_action(meeting, register)
    assert len(register.everything()) > before
    see_it_still_there(meeting)
    assert {file: file.read_bytes() for file in notebooks} == notebooks


def begin(meeting: Meeting) -> None:
    """Open start_here; it is in front, the README is rendered behind it, and nobody asks about news."""
    expect(meeting.page.get_by_role("tab", name="start_here.ipynb")).to_have_attribute("aria-selected", "true")
    expect(meeting.page.get_by_role("tab", name="README.md")).to_be_visible()
    expect(meeting.page.get_by_text("Would you like to get notified")).to_have_count(0)
    meeting.run_all()
    meeting.choose("Department", "Marketing")
    expect(meeting.sheet.get_by_text("gaps are on the shortlist")).to_be_visible()


def weigh_the_gaps(meeting: Meeting, register: Register) -> None:
    """Move a slider by the keyboard, see the ranking change, and save it."""
    meeting.open("Gap identification", "1_gap_identification.ipynb")
    meeting.run_all()
    now = meeting.sheet.locator(".rankings .side").nth(1)
    shown = now.inner_text()
    slider = meeting.slider("Lead qualification quality")
    slider.focus()
    for _ in range(3):
        slider.press("PageUp")
    expect(meeting.sheet.get_by_text("Lead qualification quality counts")).to_be_visible()
    expect(now).not_to_have_text(re.compile(re.escape(shown)))
    meeting.say("Who decides", WHO)
    meeting.say("Why", "lead quality decides on sales")
    meeting.press("Save for this department")
    meeting.reads(f"Weighed by {WHO}")
    (kept,) = register.current("ranking")
    assert (kept.who, kept.why, list(kept.content["weights"])) == (
        WHO,
        "lead quality decides on sales",
        ["lead_quality"],
    )


def decide_on_a_cause(meeting: Meeting, register: Register) -> None:
    """Confirm the likeliest cause, and look into a segment."""
    meeting.open("Root-cause analysis", "2_root_cause_analysis.ipynb")
    meeting.run_all()
    meeting.say("Who decides", WHO)
    meeting.say("Why", "both teams said so")
    meeting.press("Confirm")
    meeting.reads(f"Confirmed by {WHO}")
    assert [entry.why for entry in register.current("hypothesis") if entry.who == WHO] == ["both teams said so"]
    picture = meeting.controls.locator("img")
    source = picture.get_attribute("src")
    meeting.choose_place("Look at", 1)
    expect(picture).not_to_have_attribute("src", source or "")


def approve_an_action(meeting: Meeting, register: Register) -> None:
    """Approve the first proposal as it stands."""
    meeting.open("Action planning", "3_action_planning.ipynb")
    meeting.run_all()
    meeting.say("Who decides", WHO)
    meeting.say("Why", "worth its money")
    meeting.press("Approve")
    meeting.reads(f"Approved by {WHO}")
    assert [entry.content["verdict"] for entry in register.current("sign_off") if entry.who == WHO] == ["approved"]


def see_it_still_there(meeting: Meeting) -> None:
    """Reload the page: the open notebooks come back; run again, they show what was decided."""
    meeting.page.reload()
    meeting.idle()
    meeting.show("2_root_cause_analysis.ipynb")
    meeting.run_all()
    meeting.reads(f"Confirmed by {WHO}")
    meeting.show("1_gap_identification.ipynb")
    meeting.run_all()
    expect(meeting.sheet.get_by_text(f"Ranked as the meeting chose, by {WHO}")).to_be_visible()
