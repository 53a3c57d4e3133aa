"""A plan goes out, is filled in, comes back, and what was filled in is told apart from everything else."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.plans import Action
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import plan_changes, plan_sheet
from saypro_nb.keep.decisions import Standing
from saypro_nb.keep.plan_changes import Difference
from saypro_nb.keep.register import Register
from saypro_nb.run.workbook import Sheet, write_csv, write_excel
from tests import workspaces
from tests.plans import action

FACTS = {"kpi": "revenue", "criterion": {"kpi": "revenue", "amount": 120, "baseline": 100, "by": "2026-06-29"}}
RUNNING = action(
    **FACTS,
    description="=SUM(A1) is no formula here",
    progress="- first step",
    milestones=[{"due": "2026-02-02", "what": "Trainer; chosen", "done": True}, {"due": "2026-03-02", "what": "Half"}],
)
DRAFT = action(id="north-revenue-train", recommendation="train", status="proposed", **FACTS)


class Plan:
    """An exported plan of one running and one proposed action, as Excel or CSV, that can be filled in."""

    def __init__(self, folder: Path, form: str) -> None:
        self.workspace = Workspace.load(workspaces.make(folder / "work"))
        self.register = Register.open("sqlite:///register.sqlite", self.workspace.root)
        self.register.record("action", RUNNING.id, RUNNING.model_dump(mode="json"), who="x", why="y", seen=0)
        sheet = Sheet(plan_sheet.SHEET, plan_sheet.table([Standing(RUNNING, 1), Standing(DRAFT, 0)]), ("budget",))
        self.file = folder / f"plan.{form}"
        if form == "xlsx":
            write_excel(self.file, [sheet], "$")
        else:
            write_csv(self.file, sheet)

    def fill_in(self, row: int, **cells: Any) -> None:
        """Write the cells into a row of the file; 2 is the running action, 3 the draft, and 4 is free."""
        if self.file.suffix == ".xlsx":
            book = openpyxl.load_workbook(self.file)
            for name, cell in cells.items():
                book[plan_sheet.SHEET].cell(row, plan_sheet.COLUMNS.index(name) + 1).value = cell
            book.save(self.file)
            return
        with self.file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines))
        rows += [[""] * len(rows[0]) for _ in range(row - len(rows))]
        for name, cell in cells.items():
            rows[row - 1][rows[0].index(name)] = "" if cell is None else str(cell)
        with self.file.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows(rows)

    def compare(self) -> list[Difference]:
        rows = plan_sheet.read(self.file)
        return plan_changes.compare(rows, "plan", self.register, {DRAFT.id: DRAFT}, self.workspace)

    def apply(self) -> None:
        changes = [change for difference in self.compare() for change in difference.changes]
        self.register.record_all(changes, who="Head of North", why="meeting")

    def faults(self) -> list[str]:
        with pytest.raises(InputError) as told:
            self.compare()
        return [str(fault) for fault in told.value.faults]

    def now(self, name: str = RUNNING.id) -> Action:
        kept = {entry.subject: entry.content for entry in self.register.current("action")}
        return Action.model_validate(kept[name])


@pytest.fixture(params=["xlsx", "csv"])
def plan(request: pytest.FixtureRequest, tmp_path: Path) -> Plan:
    return Plan(tmp_path, request.param)


def test_a_plan_that_nobody_touched_asks_for_nothing(plan: Plan) -> None:
    assert plan.compare() == []


def test_what_was_filled_in_is_shown_as_it_was_and_as_it_is_to_be(plan: Plan) -> None:
    plan.fill_in(2, owner="Team lead", budget=250.5, progress=None)
    (difference,) = plan.compare()
    assert (difference.new, difference.decision) == (False, None)
    assert difference.cells == {
        "owner": ("Head of North", "Team lead"),
        "budget": (100.0, 250.5),
        "progress": ("- first step", None),
    }
    plan.apply()
    assert plan.now() == RUNNING.model_copy(update={"owner": "Team lead", "budget": 250.5, "progress": ""})


def test_milestones_are_lines_with_a_mark_for_those_that_are_done(plan: Plan) -> None:
    plan.fill_in(2, milestones="[x] 2026-02-02: Trainer; chosen\n[x] 2026-03-02: Half\n2026-03-30: All trained")
    plan.apply()
    assert [(step.what, step.done) for step in plan.now().milestones] == [
        ("Trainer; chosen", True), ("Half", True), ("All trained", False),
    ]  # fmt: skip


def test_a_proposal_is_approved_and_signed_off(plan: Plan) -> None:
    plan.fill_in(3, decision="approve")
    plan.apply()
    assert plan.now(DRAFT.id).status == "not started"
    assert plan.register.current("sign_off")[0].content["verdict"] == "approved"


def test_a_proposal_that_is_approved_with_changes_is_adjusted(plan: Plan) -> None:
    plan.fill_in(3, decision="Approve", owner="Team lead")
    plan.apply()
    assert (plan.now(DRAFT.id).owner, plan.now(DRAFT.id).status) == ("Team lead", "not started")
    assert plan.register.current("sign_off")[0].content["verdict"] == "adjusted"
    assert plan.register.history("action", DRAFT.id)[0].content["owner"] == "Head of North"


def test_a_declined_proposal_is_kept_so_that_it_is_not_proposed_again(plan: Plan) -> None:
    plan.fill_in(3, decision="decline")
    plan.apply()
    assert (plan.now(DRAFT.id).status, plan.now(DRAFT.id).recommendation) == ("declined", "train")


def test_a_new_line_is_a_new_action(plan: Plan) -> None:
    cells = plan_sheet.cells(action(id="north-9", **FACTS))
    plan.fill_in(4, **cells)
    (difference,) = plan.compare()
    assert (difference.new, difference.action.id) == (True, "north-9")
    plan.apply()
    assert plan.now("north-9") == action(id="north-9", **FACTS)


def test_a_row_that_somebody_else_changed_in_the_meantime_is_a_conflict_and_the_others_are_not(plan: Plan) -> None:
    others = RUNNING.model_copy(update={"owner": "Somebody"}).model_dump(mode="json")
    plan.register.record("action", RUNNING.id, others, who="Head of South", why="on leave", seen=1)
    assert plan.compare() == [], "the row was not touched, so it overwrites nothing"
    plan.fill_in(2, budget=1)
    (fault,) = plan.faults()
    assert fault.startswith("plan, row 2, version: The action 'north-1' was changed by somebody else")
    assert "version 2 is by Head of South" in fault
    assert "(on leave). Export the plan again, and fill in that row anew." in fault


def test_a_proposal_that_was_decided_in_the_meantime_is_a_conflict(plan: Plan) -> None:
    plan.fill_in(3, decision="approve")
    plan.apply()
    plan.fill_in(3, decision="decline")
    (fault,) = plan.faults()
    assert "row 3, version: The action 'north-revenue-train' was changed by somebody else" in fault


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"budget": "a lot"}, "row 2, budget: 'a lot' is no number. Write a plain number such as 1234.5."),
        ({"end": "soon"}, "row 2, end: 'soon' is no date. Write it as YYYY-MM-DD."),
        ({"owner": None}, "row 2, owner: nothing is written. Fill it in."),
        ({"status": "done"}, "row 2, status: 'done': input should be"),
        ({"decision": "aprove"}, "row 2, decision: 'aprove' is no decision. Did you mean 'approve'?"),
        ({"criterion": "revenu"}, "row 2, criterion: 'revenu' is no KPI of the department north. Did you mean"),
        ({"amount": 90}, "row 2, amount: Revenue starts from 100, and 90 would be no gain (higher is better)"),
        ({"milestones": "in May: half"}, "row 2, milestones: not readable. Milestones are lines such as"),
        ({"version": 9}, "row 2, version: the register has no version 9 of 'north-1'"),
        ({"department": "nrth"}, "row 2, department: there is no department 'nrth'. Did you mean 'north'?"),
    ],
)
def test_a_fault_is_told_with_row_column_and_remedy(plan: Plan, cells: dict[str, Any], said: str) -> None:
    plan.fill_in(2, **cells)
    (fault,) = plan.faults()
    assert said in fault


def test_the_faults_of_all_rows_are_told_together(plan: Plan) -> None:
    plan.fill_in(2, owner=None)
    plan.fill_in(3, decision="approve", amount=-1, start="2026-05-01")
    plan.fill_in(4, id="north-1", department="north")
    told = plan.faults()
    assert [fault.split(":")[0] for fault in told] == [
        "plan, row 4, id", "plan, row 2, owner", "plan, row 3, dates", "plan, row 4, version",
    ]  # fmt: skip


def test_a_formula_in_a_filled_in_cell_is_refused(tmp_path: Path) -> None:
    plan = Plan(tmp_path, "xlsx")
    plan.fill_in(2, budget="=N2*2")
    (fault,) = plan.faults()
    assert "row 2, budget: the cell holds a formula. Paste its value instead." in fault


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda file: file.unlink(), "there is no such file"),
        (lambda file: file.write_bytes(b"no workbook"), "not readable"),
        (lambda file: openpyxl.Workbook().save(file), "there is no sheet 'Plan to fill in'"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_in_words(
    tmp_path: Path, break_it: Callable[[Path], object], said: str
) -> None:
    plan = Plan(tmp_path, "xlsx")
    break_it(plan.file)
    with pytest.raises(InputError, match=said):
        plan_sheet.read(plan.file)


def test_a_misspelt_or_missing_column_is_told(plan: Plan) -> None:
    plan.fill_in(1, owner="ownr")
    with pytest.raises(InputError) as told:
        plan_sheet.read(plan.file)
    assert "column ownr: there is no such column. Did you mean 'owner'?" in str(told.value)
    assert "the column 'owner' is missing" in str(told.value)
