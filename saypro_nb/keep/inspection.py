"""One look at everything that a batch will read, so that all faults can be mended in one go."""

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.schema import Action, Decision, Kpi
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import checks, records, sources
from saypro_nb.keep.register import Register

TABLES = ("kpi_values", "drivers", "feedback", "interviews")


def faults(workspace: Workspace) -> list[Fault]:
    """Return every fault of the tables, the records and the register."""
    found = []
    for name in TABLES:
        source = getattr(workspace.review.sources, name)
        found += checks.table(name, source, workspace)[1] if source is not None else []
    for kpi, facts in workspace.kpis.items():
        found += _records_faults(kpi, facts, workspace)
    return sorted(set(found + _register_faults(workspace)))


def _records_faults(kpi: str, facts: Kpi, workspace: Workspace) -> list[Fault]:
    if facts.computed is None or facts.computed.records not in workspace.review.sources.records:
        return []
    if not facts.departments:  # nobody measures it: a pattern for the day somebody does
        return []
    found = records.faults(kpi, facts.computed, workspace)
    try:
        if not found:  # only adding them up reads every row, and so finds the one that is damaged
            records.totals(facts.computed, facts.every, workspace)
    except InputError as error:
        return list(error.faults)
    return found


def _register_faults(workspace: Workspace) -> list[Fault]:
    url = workspace.review.register_url
    try:
        register = Register.open(url, workspace.root)
        for entry in register.current("action"):
            Action.model_validate(entry.content)
        for entry in register.current("hypothesis"):
            Decision.model_validate(entry.content)
    except InputError as error:
        return list(error.faults)
    except Exception as error:  # a damaged file, a missing driver and a refused login all differ by database
        found = f"the register can't be read ({type(error).__name__})"
        where = f"params/review.yaml, register: {sources.shown(url)}"
        return [Fault(where, found, "Check the URL, or restore the file from a backup")]
    return []
