"""One look at everything that a batch will read, so that all faults can be mended in one go."""

from pydantic import ValidationError

from saypro_nb.agree.decisions import SHAPES
from saypro_nb.agree.errors import Fault, InputError, WorkbenchError
from saypro_nb.agree.schema import Kpi
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import checks, record_checks, records
from saypro_nb.keep.addresses import shown
from saypro_nb.keep.register import Entry, Register


def faults(workspace: Workspace) -> list[Fault]:
    """Return every fault of the tables, the records and the register."""
    found = []
    for name, source in workspace.review.sources.tables().items():
        found += checks.table(name, source, workspace)[1]
    for kpi, facts in workspace.kpis.items():
        found += _records_faults(kpi, facts, workspace)
    return sorted(set(found + _register_faults(workspace)))


def _records_faults(kpi: str, facts: Kpi, workspace: Workspace) -> list[Fault]:
    if facts.computed is None or facts.computed.records not in workspace.review.sources.records:
        return []
    if not facts.departments:  # nobody measures it: a pattern for the day somebody does
        return []
    found = record_checks.faults(kpi, facts.computed, workspace)
    try:
        if not found:  # only adding them up reads every row, and so finds the one that is damaged
            records.totals(facts.computed, facts.every, workspace)
    except InputError as error:
        return list(error.faults)
    return found


def _register_faults(workspace: Workspace) -> list[Fault]:
    url = workspace.review.register_url
    where = f"params/review.yaml, register: {shown(url)}"
    remedy = "Check the URL, or restore the file from a backup"
    try:
        register = Register.open(url, workspace.root)
        entries = [entry for kind in SHAPES for entry in register.current(kind)]
    except InputError as error:
        return [Fault(where, fault.found, fault.remedy) for fault in error.faults]
    except WorkbenchError as error:
        return [Fault(where, str(error).rstrip("."), remedy)]
    except Exception as error:  # what a damaged row does to its reader differs by database
        return [Fault(where, f"the register can't be read ({type(error).__name__})", remedy)]
    return [fault for entry in entries for fault in _entry_faults(where, entry)]


def _entry_faults(where: str, entry: Entry) -> list[Fault]:
    try:
        SHAPES[entry.kind].model_validate(entry.content)  # type: ignore[index] # read by these very kinds
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        found = f"the {entry.kind} '{entry.subject}' is damaged ({place}: {first['msg']})"
        return [Fault(where, found, "Undo its last change: saypro undo")]
    return []
