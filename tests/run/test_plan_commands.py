"""A plan's way through the command line: proposed, exported, filled in, imported, decided, undone, archived."""

from pathlib import Path

import click
import openpyxl
import pytest
from click.testing import CliRunner, Result

from saypro_nb.keep.register import Register
from saypro_nb.run.cli import main
from tests import workspaces

DRAFT = "south-revenue-train_across_departments"
WHO = ("--who", "Head of South", "--why", "in the meeting")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace in whose south revenue has fallen, and the meeting has confirmed a lack of training as the cause."""
    made = workspaces.make(tmp_path / "work")
    monkeypatch.chdir(made)
    done("judge", "south", "revenue", "training", "confirm", *WHO)
    return made


def saypro(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def done(*arguments: str) -> str:
    result = saypro(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments: str, code: int = 2) -> str:
    result = saypro(*arguments)
    assert result.exit_code == code
    assert "Traceback" not in result.output
    return result.output


def register(folder: Path) -> Register:
    return Register.open("sqlite:///register.sqlite", folder)


def filled_in(plan: Path, row: int, **cells: object) -> str:
    book = openpyxl.load_workbook(plan)
    page = book["Plan to fill in"]
    titles = [cell.value for cell in page[1]]
    for name, cell in cells.items():
        page.cell(row, titles.index(name) + 1).value = cell
    book.save(plan)
    return str(plan)


def test_a_confirmed_cause_brings_a_proposal_into_the_plan(folder: Path) -> None:
    done("export", "--department", "south")
    plan = openpyxl.load_workbook(folder / "export" / "south" / "action_plan.xlsx")
    assert plan.sheetnames[:5] == ["General", "With resources", "With milestones", "By performance gap", "Tracking"]
    assert plan["General"]["A2"].value == f"{DRAFT}: Revenue"
    assert plan["General"]["G2"].value == "Proposed"
    assert plan["Plan to fill in"]["B2"].value == DRAFT


def test_every_department_and_the_register_are_exported_as_excel_or_csv(folder: Path) -> None:
    assert "7 files" in done("export")
    assert {file.name for file in (folder / "export").rglob("*.xlsx")} == {
        "action_plan.xlsx", "corrective_actions.xlsx", "kpis.xlsx", "register.xlsx",
    }  # fmt: skip
    done("export", "--format", "csv", "--out", "tables", "--department", "south")
    names = {file.name for file in (folder / "tables" / "south").iterdir()}
    assert {
        "action_plan_general.csv",
        "action_plan_plan_to_fill_in.csv",
        "corrective_actions_performance_gap.csv",
    } < names
    assert "Action item,Description" in (folder / "tables" / "south" / "action_plan_general.csv").read_text("utf-8-sig")


@pytest.mark.usefixtures("folder")
def test_a_plan_that_may_be_filled_in_is_not_overwritten_unasked() -> None:
    done("export", "--department", "south")
    said = refused("export", "--department", "south")
    assert "export/south/action_plan.xlsx: the file is there already" in said
    done("export", "--department", "south", "--overwrite")


def test_a_filled_in_plan_is_shown_before_it_is_applied(folder: Path) -> None:
    done("export")
    plan = filled_in(folder / "export" / "south" / "action_plan.xlsx", 2, decision="approve", owner="Team lead")
    said = done("import", plan)
    assert f"approve {DRAFT} (new in the register)\n  owner: Head of South → Team lead\n" in said
    assert "Nothing is applied yet" in said
    assert register(folder).current("action") == []
    assert "--who: nothing is said" in refused("import", plan, "--yes")
    assert "Applied: 1 row." in done("import", plan, "--yes", *WHO)
    (entry,) = register(folder).current("action")
    assert (entry.content["owner"], entry.content["status"], entry.who) == ("Team lead", "not started", "Head of South")
    assert "changed by somebody else" in refused("import", plan, "--yes", *WHO)


def test_faults_of_a_plan_are_told_by_row_and_nothing_is_applied(folder: Path) -> None:
    done("export")
    plan = filled_in(folder / "export" / "south" / "action_plan.xlsx", 2, decision="approve", budget="plenty")
    assert "action_plan.xlsx, row 2, budget: 'plenty' is no number" in refused("import", plan, "--yes", *WHO)
    assert register(folder).current("action") == []


@pytest.mark.usefixtures("folder")
def test_an_action_is_adjusted_and_the_decision_undone() -> None:
    adjusted = done("decide", DRAFT, "adjust", *WHO, "--owner", "Team lead", "--budget", "900")
    assert adjusted.startswith(f"{DRAFT}: not started, Team lead")
    assert "version 3 is as version 1 was" in done("undo", DRAFT, *WHO)
    story = done("history", DRAFT)
    assert "2  20" in story
    assert "     owner: Head of South → Team lead" in story
    assert "     owner: Team lead → Head of South" in story
    assert "Head of South: in the meeting" in story


def test_a_declined_proposal_does_not_come_back(folder: Path) -> None:
    done("decide", DRAFT, "decline", *WHO)
    done("export", "--department", "south")
    plan = openpyxl.load_workbook(folder / "export" / "south" / "action_plan.xlsx")
    assert plan["General"].max_row == 1
    offered = {row[4]: row[15] for row in plan["Recommendations"].iter_rows(min_row=2, values_only=True)}
    assert offered["train_across_departments"] == f"declined before ({DRAFT})"


@pytest.mark.usefixtures("folder")
def test_a_rejected_cause_brings_no_proposal() -> None:
    done("judge", "south", "revenue", "training", "reject", *WHO)
    assert f"no action '{DRAFT}' is in the register or proposed" in refused("decide", DRAFT, "approve", *WHO)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("decide", "south-revenue-trian", "approve", *WHO), "no action 'south-revenue-trian'"),
        (("judge", "suoth", "revenue", "training", "confirm", *WHO), "there is no 'suoth'. Did you mean 'south'?"),
        (("judge", "south", "revenues", "training", "confirm", *WHO), "Did you mean 'revenue'?"),
        (("history", "south-1"), "the register has no action 'south-1'"),
        (("export", "--department", "soth"), "there is no 'soth'. Did you mean 'south'?"),
        (("import", "nowhere.xlsx"), "there is no such file"),
        (("restore", "nowhere.json"), "there is no such file"),
        (("decide", DRAFT, "approve", "--who", " ", "--why", "x"), "who: nothing is said"),
        (("decide", DRAFT, "adjust", *WHO, "--amount", "10"), "10 would be no gain"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    before = register(folder).everything()
    assert said in refused(*arguments)
    assert register(folder).everything() == before


def test_a_damaged_action_is_told_by_its_name(folder: Path) -> None:
    register(folder).record("action", "south-1", {"id": "south-1"}, who="x", why="y", seen=0)
    assert "the register, action 'south-1', owner: nothing is written" in refused("export")


def test_the_register_moves_to_another_workspace(folder: Path, tmp_path: Path) -> None:
    done("decide", DRAFT, "approve", *WHO)
    done("archive", str(tmp_path / "all.json"))
    other = workspaces.make(tmp_path / "other")
    assert "4 entries added" in done("restore", str(tmp_path / "all.json"), "--workspace", str(other))
    assert register(other).everything() == register(folder).everything()


def test_every_command_says_what_it_does_and_takes_a_workspace() -> None:
    for name, command in main.commands.items():
        assert command.help, name
        options = [parameter.name for parameter in command.params if isinstance(parameter, click.Option)]
        assert "folder" in options or name == "new", name
