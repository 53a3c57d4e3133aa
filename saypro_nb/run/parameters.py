"""What a notebook may be given: the literals of its parameters cell.

papermill warns about a parameter that a notebook doesn't know and runs with the default, which would be the wrong
department's report. Here it is refused before anything starts.
"""

import ast
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.agree.settings import Parameters, Workspace

TAG = "parameters"
GIVEN_BY_THE_RUN = ("period", "workspace")
FOR_A_MEETING = ("meeting",)  # shows controls, which a page can't have


@cache
def declared(notebook: Path) -> Parameters:
    """Return the parameters of `notebook` with their defaults, from the assignments of its cell tagged so.

    Raises InputError where that is no notebook, or its parameters are not literals.
    """
    try:
        # Not with nbformat: importing it takes longer than everything else that a run without changes does.
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        tagged = [cell["source"] for cell in cells if TAG in cell["metadata"].get("tags", ())]
    except (ValueError, LookupError, TypeError, AttributeError):
        raise InputError([Fault(notebook.name, "not readable as a notebook", "Restore it")]) from None
    try:
        source = "\n".join("".join(lines) for lines in tagged)
        return {name: ast.literal_eval(value) for name, value in _assignments(source)}
    except (SyntaxError, ValueError) as error:
        found = f"the parameters cell holds more than literals ({error})"
        raise InputError([Fault(notebook.name, found, "Write 'name: type = literal', one a line")]) from None


def of_task(notebook: Path, given: Parameters) -> Parameters:
    """Return those of the `given` parameters that the notebook declares."""
    return {name: value for name, value in given.items() if name in declared(notebook)}


def faults(workspace: Workspace, notebooks: Iterable[Path]) -> list[Fault]:
    """Return the parameters of every department that no notebook declares, or whose type is another."""
    known: Parameters = {}
    for notebook in notebooks:
        known |= declared(notebook)
    return [
        fault
        for department, given in workspace.parameters.items()
        for name, value in given.items()
        if (fault := _fault(department, name, value, known))
    ]


def _fault(department: str, name: str, value: object, known: Parameters) -> Fault | None:
    where = f"params/departments/{department}.yaml, {name}"
    if name in GIVEN_BY_THE_RUN:
        return Fault(where, "the run itself gives this parameter", f"Take it out, and use --{name}")
    if name in FOR_A_MEETING:
        return Fault(where, "only somebody who sits at the notebook can use this parameter", "Set it in the notebook")
    if name not in known:
        return Fault(where, "no notebook has this parameter", did_you_mean(name, known))
    default = known[name]
    fits = isinstance(value, int | float) if type(default) is float else type(value) is type(default)
    if fits and not (isinstance(value, bool) and type(default) is float):
        return None
    return Fault(where, f"found {value!r}", f"Give a {type(default).__name__}, such as {default!r}")


def _assignments(source: str) -> list[tuple[str, ast.expr]]:
    found = []
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            found.append((statement.target.id, statement.value))
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            found.append((statement.targets[0].id, statement.value))
    return found
