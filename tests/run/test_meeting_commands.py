"""A check-in's way through the command line: agenda, form, record, follow-up."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from saypro_nb.keep.register import Register
from saypro_nb.run.policy import refuse_active_content
from tests import workspaces
from tests.commands import saypro

WHO = ("--who", "Head of South", "--why", "in the meeting")
TRAINING = {
    "id": "S-1", "department": "south", "kpi": "revenue", "family": "training", "recommendation": None,
    "description": "Train <b>all</b>\nof them", "owner": "Clerk", "start": "2026-07-06", "end": "2026-09-30",
    "milestones": [{"due": "2026-08-20", "what": "Trainer chosen", "done": False}],
    "resources": "time", "budget": 0, "term": "short", "status": "in progress", "progress": "",
    "next_steps": "Ask three trainers",
    "criterion": {"kpi": "revenue", "baseline": None, "amount": 100, "by": "2026-12-31"},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = workspaces.make(tmp_path / "work")
    monkeypatch.chdir(made)
    Register.open("sqlite:///register.sqlite", made).record("action", "S-1", TRAINING, who="x", why="y", seen=0)
    return made


def filled_in(folder: Path, **facts: Any) -> str:
    """Write the form, fill it in, and return its name."""
    (folder / "form.yaml").unlink(missing_ok=True)
    saypro("check-in", "south", "--form", "form.yaml")
    content = yaml.safe_load((folder / "form.yaml").read_text("utf-8"))
    content["actions"][0] |= facts.pop("line", {})
    (folder / "form.yaml").write_text(yaml.safe_dump(content | facts, sort_keys=False), "utf-8")
    return "form.yaml"


@pytest.mark.usefixtures("folder")
def test_the_agenda_of_the_next_check_in_is_made_of_what_is_open() -> None:
    """The south meets monthly: after 2 August on the first Tuesday, 4 August, and then on 1 September."""
    said = saypro("check-in", "south").replace("\xa0", " ")
    assert "Agenda of 4 August 2026, 10:00, 60 minutes" in said
    assert "Alert: Revenue" in said
    assert "Due on 2026-08-20: S-1, Trainer chosen | Clerk" in said


def test_a_form_is_filled_in_kept_and_summed_up(folder: Path) -> None:
    form = filled_in(
        folder,
        line={"status": "needs adjustment", "challenges": "No trainer", "next_steps": "Ask HR"},
        decisions=["Postpone the training"],
        watch=["revenue"],
        summary="Slow start",
    )
    said = saypro("check-in", "south", "--file", form, *WHO).replace("\xa0", " ")
    assert "1 action changed" in said
    for part in (
        "Postpone the training",
        "No trainer | Ask HR | Clerk | 20 Aug 2026",
        "Slow start",
        "1 September 2026",
    ):
        assert part in said
    history = Register.open("sqlite:///register.sqlite", folder).history("action", "S-1")
    assert (history[-1].content["status"], history[-1].content["next_steps"]) == ("needs adjustment", "Ask HR")
    assert "Postpone the training" in saypro("check-in", "south", "--summary")
    assert "KPIs to watch: Revenue" in saypro("check-in", "south")


def test_a_record_that_is_corrected_takes_the_place_of_the_first_one(folder: Path) -> None:
    for summary in ("First", "Second"):
        saypro("check-in", "south", "--file", filled_in(folder, summary=summary), *WHO)
    history = Register.open("sqlite:///register.sqlite", folder).history("check_in")
    assert [(entry.version, entry.content["summary"]) for entry in history] == [(1, "First"), (2, "Second")]


def test_every_fault_of_a_record_is_told_and_nothing_is_kept(folder: Path) -> None:
    form = filled_in(folder, line={"action": "S-9"}, watch=["revenu"])
    said = saypro("check-in", "south", "--file", form, *WHO, code=2)
    assert "south has no action 'S-9' in the register. Known: S-1" in said
    assert "south has no KPI 'revenu'. Did you mean 'revenue'?" in said
    assert Register.open("sqlite:///register.sqlite", folder).history("check_in") == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"summry": "x"}, "summry: there is no such setting. Did you mean 'summary'?"),
        ({"held_on": "yesterday"}, "held_on: found 'yesterday'"),
        ({"line": {"status": "done"}}, "actions.0.status: found 'done'"),
        ({"department": "north", "actions": []}, "it is of 'north', and 'south' is asked for"),
    ],
)
def test_a_record_of_another_shape_is_refused(folder: Path, facts: dict[str, Any], said: str) -> None:
    assert said in saypro("check-in", "south", "--file", filled_in(folder, **facts), *WHO, code=2)


@pytest.mark.usefixtures("folder")
def test_a_form_does_not_replace_one_that_may_be_filled_in() -> None:
    saypro("check-in", "south", "--form", "form.yaml")
    assert "the file is there already" in saypro("check-in", "south", "--form", "form.yaml", code=2)


@pytest.mark.usefixtures("folder")
def test_what_can_not_be_asked_is_told_with_a_remedy() -> None:
    assert "no check-in has been recorded yet" in saypro("check-in", "south", "--summary", code=2)
    assert "Give one of them" in saypro("check-in", "south", "--summary", "--form", "form.yaml", code=2)
    assert "no.yaml: the file is missing" in saypro("check-in", "south", "--file", "no.yaml", *WHO, code=2)


def test_the_page_of_a_follow_up_holds_text_and_nothing_that_runs(folder: Path) -> None:
    hostile = "<script>alert(1)</script>\n=HYPERLINK(1)"
    form = filled_in(folder, decisions=[hostile], summary=hostile, participants=[hostile])
    saypro("check-in", "south", "--file", form, "--html", "page.html", *WHO)
    page = (folder / "page.html").read_text("utf-8")
    refuse_active_content(page)
    assert "<script>" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3
    assert "Train &lt;b&gt;all&lt;/b&gt;" in page


def test_an_analyst_s_note_is_kept_for_its_period_and_a_later_one_replaces_it(folder: Path) -> None:
    saypro("note", "south", "revenue", "--text", "A public holiday", *WHO)
    assert "in place of the earlier note" in saypro("note", "south", "revenue", "--text", "Two holidays", *WHO)
    saypro("note", "south", "--text", "A quiet week", *WHO)
    kept = Register.open("sqlite:///register.sqlite", folder).current("note")
    assert [(entry.subject, entry.content["text"]) for entry in kept] == [
        ("south/2026-07-27", "A quiet week"),
        ("south/revenue/2026-07-27", "Two holidays"),
    ]


@pytest.mark.usefixtures("folder")
def test_a_note_says_something_about_something_that_is_there() -> None:
    assert "nothing is said" in saypro("note", "south", "--text", " ", *WHO, code=2)
    assert "Did you mean 'revenue'?" in saypro("note", "south", "revenu", "--text", "x", *WHO, code=2)
