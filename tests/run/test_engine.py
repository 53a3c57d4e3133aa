"""The engine against papermill's own, on everything that a kernel of our own could get wrong."""

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from saypro_nb.run.nursery import FORKS
from tests.run.awkward import CELLS, awkward, book

pytestmark = pytest.mark.skipif(not FORKS, reason="the engine leaves other systems to papermill")


def run(made: NotebookNode, folder: Path, engine: str = "saypro", **options: Any) -> NotebookNode:
    """Run a notebook in a process of its own, as the batch and papermill's command line do, and return what it left."""
    nbformat.write(made, folder / "in.ipynb")
    given = f"'in.ipynb', '{engine}.ipynb', {{'x': 5}}, '{engine}', progress_bar=False, **{options}"
    command = [sys.executable, "-c", f"import papermill; papermill.execute_notebook({given})"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    left = nbformat.read(folder / f"{engine}.ipynb", as_version=4)
    left.metadata["complained"] = done.stderr
    left.cells = [cell for cell in left.cells if cell.cell_type == "code"]  # papermill points at errors in text cells
    return left


def told(cell: NotebookNode) -> list[Any]:
    """Return the outputs of a cell without what differs from run to run: addresses, ids, pixels, durations."""
    return [_without_chance(output) for output in _joined(cell.outputs)]


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return the outputs with the text of each stream in one: papermill's kernel cuts it where time has passed."""
    kept: list[NotebookNode] = []
    for output in outputs:
        if kept and output.output_type == "stream" == kept[-1].output_type and output.name == kept[-1].name:
            kept[-1].text += output.text
        else:
            kept.append(output.copy())
    return kept


def _without_chance(output: NotebookNode) -> Any:
    text = repr(dict(sorted(output.items())))
    text = re.sub(r"iVBOR[\w+/=\\]+", "PNG", text)
    text = re.sub(r"\b[0-9a-f]{32}\b", "ID", text)
    return re.sub(r"0x[0-9a-f]+|ipykernel_\d+/\d+", "ADDRESS", text)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[NotebookNode, NotebookNode]:
    """The awkward notebook, run by papermill's own engine and by ours."""
    folder = tmp_path_factory.mktemp("awkward")
    return run(awkward(), folder, "nbclient"), run(awkward(), folder)


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_leaves_what_an_ordinary_kernel_leaves(name: str, both: tuple[NotebookNode, NotebookNode]) -> None:
    place = 2 + list(CELLS).index(name)  # after the parameters and what papermill injects
    plain, ours = (book.cells[place] for book in both)
    assert plain.source == CELLS[name]
    assert told(ours) == told(plain)
    assert ours.execution_count == plain.execution_count


def test_widgets_keep_their_state_in_the_notebook(both: tuple[NotebookNode, NotebookNode]) -> None:
    states = [book.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values() for book in both]
    plain, ours = (sorted(state["model_name"] for state in book) for book in states)
    assert ours == plain
    (inside,) = [state["state"] for state in states[1] if state["model_name"] == "OutputModel"]
    assert [output["output_type"] for output in inside["outputs"]] == ["stream", "display_data"]


def test_text_of_both_streams_keeps_the_order_in_which_it_was_printed(tmp_path: Path) -> None:
    cell = "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')"
    outputs = run(book(cell=cell), tmp_path).cells[2].outputs
    assert [(output.name, output.text) for output in outputs] == [
        ("stdout", "a\n"),
        ("stderr", "b\n"),
        ("stdout", "c\n"),
    ]


def test_what_programs_and_c_code_print_is_in_the_cell(tmp_path: Path) -> None:
    # Not compared with an ordinary kernel: a thread of it reads this, and the cell may have ended by then.
    cells = {
        "raw": "import os\nprint('before')\nos.write(1, b'raw\\n')\nprint('after'); None",
        "program": "import subprocess\nsubprocess.run(['sh', '-c', 'echo out; echo err >&2'], check=True); None",
    }
    left = run(book(**cells), tmp_path)
    assert left.cells[2].outputs[0].text == "before\nraw\nafter\n"
    assert [(output.name, output.text) for output in left.cells[3].outputs] == [
        ("stdout", "out\n"),
        ("stderr", "err\n"),
    ]


def test_an_error_stops_the_notebook_and_keeps_traceback_and_earlier_cells(tmp_path: Path) -> None:
    left = run(book(first="print('kept')", second="def f(): raise KeyError('depot')\nf()", third="1"), tmp_path)
    cells = left.cells
    assert cells[2].outputs[0].text == "kept\n"
    assert (cells[3].outputs[0].ename, cells[3].outputs[0].evalue) == ("KeyError", "'depot'")
    assert "raise" in "".join(cells[3].outputs[0].traceback)
    assert cells[4].execution_count is None
    assert "PapermillExecutionError" in left.metadata["complained"]


@pytest.mark.parametrize(
    ("dying", "said"),
    [
        ("import os\nos._exit(3)", "ended with code 3"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "was killed; out of memory?"),
        ("import ctypes\nctypes.string_at(0)", "ended with code -11"),
    ],
    ids=["exits", "killed", "crashes"],
)
def test_a_process_that_dies_is_noticed_at_once_and_leaves_its_notebook(tmp_path: Path, dying: str, said: str) -> None:
    left = run(book(first="print('kept')", second=f"print('last words')\n{dying}"), tmp_path)
    assert left.cells[2].outputs[0].text == "kept\n"
    last = left.cells[3].outputs
    assert last[0].text == "last words\n"
    assert said in last[-1].evalue
    assert "DeadKernelError" in left.metadata["complained"]


def test_memory_that_runs_out_is_an_error_of_the_cell(tmp_path: Path) -> None:
    cell = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\nb = bytearray(2**33)"
    left = run(book(cell=cell), tmp_path)
    (error,) = [output for cell in left.cells for output in cell.outputs]
    assert error.ename == "MemoryError"


def test_a_cell_that_takes_too_long_is_given_up_with_what_it_printed(tmp_path: Path) -> None:
    cell = "import time\nprint('begun')\nwhile True: time.sleep(1)"
    began = time.monotonic()
    left = run(book(cell=cell), tmp_path, execution_timeout=2)
    assert [output.get("text", output.get("ename")) for output in left.cells[2].outputs] == [
        "begun\n",
        "CellTimeoutError",
    ]
    assert time.monotonic() - began < 60
    assert CellTimeoutError.__name__ in left.metadata["complained"]


def test_leaving_by_sys_exit_is_no_failure(tmp_path: Path) -> None:
    left = run(book(cell="import sys\nsys.exit(0)"), tmp_path)
    assert left.cells[2].outputs[0].ename == "SystemExit"
    assert "PapermillExecutionError" not in left.metadata["complained"]


def test_plain_papermill_knows_the_engine(tmp_path: Path) -> None:
    nbformat.write(book(cell="print(x)"), tmp_path / "in.ipynb")
    command = [sys.executable, "-m", "papermill", "--engine", "saypro", "in.ipynb", "out.ipynb", "-p", "x", "9"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=True)
    assert nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[2].outputs[0].text == "9\n"


def test_a_kernel_of_another_name_is_left_to_papermill(tmp_path: Path) -> None:
    made = book(cell="1")
    made.metadata.kernelspec = {"name": "no_such_kernel", "language": "python", "display_name": "?"}
    nbformat.write(made, tmp_path / "in.ipynb")
    command = [sys.executable, "-m", "papermill", "--engine", "saypro", "in.ipynb", "out.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert "NoSuchKernel" in done.stderr
    assert DeadKernelError.__name__ not in done.stderr
