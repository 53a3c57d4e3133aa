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
    record_a_check_in(meeting, register)
    fill_in_a_form(meeting, register)
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
    assert meeting.cut_off() == [], "a label beside its slider is cut off"
    expect(now).not_to_have_text(re.compile(re.escape(shown)))
    meeting.say("Who decides", WHO)
    meeting.say("Why", "lead quality decides on sales")
    meeting.press("Save for this department")
    meeting.reads(f"Weighed by {WHO}")
    meeting.lists("weight of Lead qualification quality as params say → ")
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
    meeting.lists(f"not decided → confirmed ({WHO}, ")
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
    meeting.lists("Approved: action ")
    assert [entry.content["verdict"] for entry in register.current("sign_off") if entry.who == WHO] == ["approved"]


def record_a_check_in(meeting: Meeting, register: Register) -> None:
    """Say how the first action goes and what is decided, and keep the record."""
    meeting.open("Monitoring", "4_monitoring.ipynb")
    meeting.run_all()
    meeting.choose("Status", "In progress")
    meeting.say("Impact on its KPI", "none yet")
    meeting.say("Challenges", "no trainer")
    meeting.say("Next steps", "ask the agency")
    meeting.say("Summary", "has begun")
    meeting.say("Decisions", "go on")
    meeting.say("Who decides", WHO)
    meeting.press("Keep this check-in")
    meeting.reads(f"Kept by {WHO}")
    meeting.reads("UTC: Check-in held")
    meeting.lists("kept (Head of Marketing, ")
    (kept,) = (entry.content for entry in register.current("check_in") if entry.who == WHO)
    first = kept["actions"][0]
    assert (kept["summary"], kept["decisions"]) == ("has begun", ["go on"])
    assert [first[name] for name in ("status", "impact", "challenges", "next_steps")] == [
        "in progress",
        "none yet",
        "no trainer",
        "ask the agency",
    ]


def fill_in_a_form(meeting: Meeting, register: Register) -> None:
    """Fill in an employee's form and send it without a name; then it is empty for the next person."""
    meeting.open("Employee feedback", "feedback_form_employee.ipynb")
    meeting.run_all()
    box = meeting.controls.get_by_label("Unclear expectations or goals", exact=True)
    expect(meeting.controls.get_by_label("Without my name", exact=True)).to_be_checked()
    meeting.say("Job title", "Analyst")
    box.check()
    meeting.controls.get_by_role("radio", name="Good", exact=True).check()
    meeting.say("Reason", "goals change every week")
    meeting.press("Send this form")
    meeting.reads("without a name.")
    expect(meeting.controls.get_by_role("button", name="Undo")).to_be_visible()
    expect(box).not_to_be_checked()
    (kept,) = register.current("feedback")
    assert (kept.who, kept.content["answers"]) == (
        "Anonymous",
        {
            "job_title": "Analyst",
            "challenges": "unclear_expectations",
            "self_assessment": "good",
            "self_reason": "goals change every week",
        },
    )


def see_it_still_there(meeting: Meeting) -> None:
    """Reload the page: the open notebooks come back; run again, they show what was decided."""
    meeting.reload()
    meeting.show("2_root_cause_analysis.ipynb")
    meeting.run_all()
    meeting.reads(f"Confirmed by {WHO}")
    meeting.show("1_gap_identification.ipynb")
    meeting.run_all()
    expect(meeting.sheet.get_by_text(f"Ranked as the meeting chose, by {WHO}")).to_be_visible()
