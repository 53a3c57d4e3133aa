"""The desk: the copies of notebooks that a meeting opens, under outputs/meeting.

A meeting never opens a notebook itself, for what it runs would be saved into the file that every batch runs. A copy
has the code of its cells folded away, and the parameters of the meeting. What it shows can be made again at any time;
what was decided is in the register.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.form_questions import FORMS
from saypro_nb.agree.settings import Parameters, Workspace
from saypro_nb.keep import whole
from saypro_nb.run import contents, parameters

FOLDER = "meeting"  # under outputs; no period has that name
START = "start_here"
FORM = "feedback_form"
INJECTED = "injected-parameters"  # the tag by which papermill knows such a cell
HOW_TO_RUN = (
    "> To see this page, choose **Run → Run All Cells** in the menu, or ⏩ above. "
    "Its code is folded away: **View → Expand All Code** shows it."
)


def clear(workspace: Workspace) -> None:
    """Take away the copies of earlier meetings, whose kernels are gone."""
    shutil.rmtree(_folder(workspace), ignore_errors=True)


def start(workspace: Workspace) -> Path:
    """Lay out the notebook in which a meeting begins, and return its file."""
    notebook = workspace.notebooks / f"{START}.ipynb"
    if not notebook.is_file():
        remedy = "Copy it from the sample: saypro new DIR makes one"
        raise InputError([Fault(str(notebook), "the file is missing", remedy)])
    return _lay(notebook, _folder(workspace) / notebook.name, {"meeting": True})


def doors(workspace: Workspace, department: str, period: str) -> list[tuple[str, str, Path]]:
    """Lay out a department's phases and feedback forms for its meeting about the period that begins on that day.

    Returns the name and title of each page or form, and the copy of its notebook. A workspace needs no forms.
    """
    folder = _folder(workspace) / period / department
    found = []
    for page in contents.PHASES:
        given = contents.given(page, workspace.parameters[department], period) | {"meeting": True}
        found.append((page.name, page.title, _lay(page.file(workspace), folder / f"{page.name}.ipynb", given)))
    notebook = workspace.notebooks / f"{FORM}.ipynb"
    for name, sheet in FORMS.items() if notebook.is_file() else ():
        asked = {"department": department, "form": name, "meeting": True}
        found.append((name, sheet.title, _lay(notebook, folder / f"{FORM}_{name}.ipynb", asked)))
    return found


def _folder(workspace: Workspace) -> Path:
    return workspace.root / "outputs" / FOLDER


def _lay(notebook: Path, copy: Path, given: Mapping[str, Any]) -> Path:
    """Write the copy, unless it is there already: it may be open, with what the meeting has run so far."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    declared = parameters.of_task(notebook, dict(given))
    source = hashlib.sha256(json.dumps([content, declared], sort_keys=True).encode()).hexdigest()[:16]
    if _is_of(copy, source):
        return copy
    content["cells"] = [_hint(), *_folded(content["cells"], declared)]
    content["metadata"] = {**content["metadata"], "saypro": {"copied_from": source}}
    whole.write(copy, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    return copy


def _is_of(copy: Path, source: str) -> bool:
    """Tell whether the copy is there and was made of that source."""
    try:
        known = json.loads(copy.read_text(encoding="utf-8"))["metadata"]["saypro"]["copied_from"]
    except (OSError, ValueError, LookupError, TypeError):  # not there, or not what a copy is
        return False
    return bool(known == source)


def _hint() -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "how-to-run", "metadata": {}, "source": [HOW_TO_RUN]}


def _folded(cells: list[dict[str, Any]], given: Parameters) -> list[dict[str, Any]]:
    """Return the cells with their code folded away, and after the parameters those that are given."""
    found = []
    for cell in cells:
        found.append(cell)
        if cell["cell_type"] == "code":
            cell["metadata"] = {**cell["metadata"], "jupyter": {"source_hidden": True}}
        if parameters.TAG in cell["metadata"].get("tags", ()):
            found.append(_injected(given))
    return found


def _injected(given: Parameters) -> dict[str, Any]:
    lines = "\n".join(f"{name} = {value!r}" for name, value in given.items())
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": INJECTED,
        "metadata": {"tags": [INJECTED], "jupyter": {"source_hidden": True}},
        "outputs": [],
        "source": lines.splitlines(keepends=True),
    }
