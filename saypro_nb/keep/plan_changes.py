"""Plan changes: what a handed-back plan says otherwise than the register, row by row, before anything is applied.

Each row is compared with the version that it shows. So what the person filled in is told from what others decided in
the meantime, and a row that both changed is a conflict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from saypro_nb.agree.decisions import Decision, as_kept
from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.agree.plans import Action
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import decisions, plan_sheet
from saypro_nb.keep.decisions import Standing
from saypro_nb.keep.plan_sheet import Cell, Row
from saypro_nb.keep.register import Change, Register, conflict
from saypro_nb.review import plan_rules


@dataclass(frozen=True)
class Difference:
    """What one row asks for: its decision, if any, and each changed cell as it was and as it is to be."""

    action: Action
    new: bool
    decision: Decision | None
    cells: Mapping[str, tuple[Cell, Cell]]
    changes: Sequence[Change] = field(repr=False)


def compare(
    rows: Sequence[Row], file: str, register: Register, drafts: Mapping[str, Action], workspace: Workspace
) -> list[Difference]:
    """Return what the rows of `file` ask for; rows that ask for nothing are left out.

    `drafts` are the actions that the library proposes now, by id. Raises InputError with every fault of every row,
    where a conflict with a newer version of the register is one too.
    """
    known = decisions.standing(register)
    found: list[Difference] = []
    faults = _repeated(rows, file)
    for row in rows:
        try:
            difference = _of_row(_Row(row, f"{file}, row {row.number}", register, known, drafts, workspace))
        except InputError as error:
            faults += error.faults
        else:
            found += [difference] if difference else []
    if faults:
        raise InputError(faults)
    return found


def _repeated(rows: Sequence[Row], file: str) -> list[Fault]:
    ids = [row.cells["id"] for row in rows]
    return [
        Fault(f"{file}, row {row.number}, id", f"'{row.cells['id']}' stands in an earlier row", "Keep one of the rows")
        for place, row in enumerate(rows)
        if row.cells["id"] in ids[:place]
    ]


@dataclass(frozen=True)
class _Row:
    row: Row
    where: str
    register: Register
    known: Mapping[str, Standing]
    drafts: Mapping[str, Action]
    workspace: Workspace

    @property
    def id(self) -> str:
        return str(self.row.cells["id"] or "")

    @property
    def decision(self) -> Decision | None:
        said = self.row.cells["decision"]
        if said is not None and str(said).lower() not in plan_sheet.DECISIONS:
            remedy = did_you_mean(said, plan_sheet.DECISIONS)
            raise InputError([Fault(f"{self.where}, decision", f"'{said}' is no decision", remedy)])
        return cast("Decision", str(said).lower()) if said else None

    @property
    def filled(self) -> dict[str, Cell]:
        return {name: cell for name, cell in self.row.cells.items() if name not in ("decision", "version")}

    def before(self) -> Action | None:
        """Return the action as the row was exported; None where the row is new."""
        version = int(cast("float", self.row.cells["version"] or 0))
        if version == 0:
            return self.drafts.get(self.id) if self.id not in self.known else None
        history = self.register.history("action", self.id)
        if version > len(history):
            found = f"the register has no version {version} of '{self.id}'"
            raise InputError([Fault(f"{self.where}, version", found, "Leave id and version as they were exported")])
        return Action.model_validate(history[version - 1].content)


def _of_row(line: _Row) -> Difference | None:
    before = line.before()
    was = plan_sheet.cells(before) if before else {}
    cells = {name: (was.get(name), cell) for name, cell in line.filled.items() if was.get(name) != cell}
    untouched = not line.decision and (not cells or (before is None and line.filled["status"] == "proposed"))
    if untouched:
        return None
    _refuse_if_behind(line)
    after = _after(line, before, cells)
    standing = line.known.get(after.id, Standing(before or after, 0))
    changes = _decided(line, standing, after) if line.decision else _entered(line, standing, after)
    decided = Action.model_validate(next(change.content for change in reversed(changes) if change.kind == "action"))
    return Difference(decided, standing.version == 0, line.decision, cells if before else {}, changes)


def _refuse_if_behind(line: _Row) -> None:
    standing = line.known.get(line.id)
    if standing is None or standing.version == int(cast("float", line.row.cells["version"] or 0)):
        return
    newest = line.register.history("action", line.id)[-1]
    found = conflict("action", line.id, newest).removesuffix(". Reload it, look, and decide again.")
    raise InputError([Fault(f"{line.where}, version", found, "Export the plan again, and fill in that row anew")])


def _after(line: _Row, before: Action | None, cells: Mapping[str, tuple[Cell, Cell]]) -> Action:
    departments = line.workspace.review.departments
    if line.filled["department"] not in departments:
        found = f"there is no department '{line.filled['department'] or ''}'"
        remedy = did_you_mean(line.filled["department"], departments)
        raise InputError([Fault(f"{line.where}, department", found, remedy)])
    try:
        filled = plan_sheet.fields({name: new for name, (_, new) in cells.items()} if before else line.filled)
    except ValueError as error:
        raise InputError([Fault(f"{line.where}, milestones", "not readable", str(error).capitalize())]) from None
    if before is not None:
        return decisions.changed(before, filled, line.where)
    criterion = {"kpi": filled.pop("criterion"), **{name: filled.pop(name) for name in ("baseline", "amount", "by")}}
    return decisions.checked({**filled, "criterion": criterion}, line.where)


def _decided(line: _Row, standing: Standing, after: Action) -> list[Change]:
    decision = decisions.meant(cast("Decision", line.decision), standing.action, after)
    owned = line.workspace.owned_by(after.department)
    return decisions.settle(standing, decision, after, owned, line.where)[1]


def _entered(line: _Row, standing: Standing, after: Action) -> list[Change]:
    """Return the change of an action that was filled in without a decision: its progress, its dates, a new line."""
    faults = plan_rules.faults(after, line.workspace.owned_by(after.department), line.where)
    if faults:
        raise InputError(faults)
    return [Change("action", after.id, as_kept(after), standing.version)]
