"""No state passes from one notebook of a batch to the next: the first leaves traces everywhere, the second looks."""

import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import papermill  # before the engine, which it imports
import pytest

from saypro_nb.run.nursery import FORKS, Nursery
from tests.run.awkward import book

pytestmark = pytest.mark.skipif(not FORKS, reason="the nursery needs a fork server")

TRACES = {
    # what is left: how it is left, and how the next notebook would notice
    "a global": ("left = 1", "'left' in globals()"),
    "a builtin": ("import builtins\nbuiltins.left = 1", "__import__('builtins').__dict__.get('left')"),
    "a module": (
        "import sys, types\nsys.modules['left'] = types.ModuleType('left')",
        "'left' in __import__('sys').modules",
    ),
    "a monkeypatch": ("import json\njson.dumps.left = 1", "hasattr(__import__('json').dumps, 'left')"),
    "a patched method": (
        "import pandas as pd\npd.DataFrame.head = lambda self: 'left'",
        "__import__('pandas').DataFrame({'a': [1]}).head() is 'left'",
    ),
    "an import path": ("import sys\nsys.path.append('/left')", "'/left' in __import__('sys').path"),
    "a setting of matplotlib": (
        "import matplotlib as mpl\nmpl.rcParams['lines.linewidth'] = 77",
        "__import__('matplotlib').rcParams['lines.linewidth'] == 77",
    ),
    "a backend": ("import matplotlib\nmatplotlib.use('svg')", "__import__('matplotlib').get_backend() == 'svg'"),
    "an open figure": (
        "import matplotlib.pyplot as plt\nplt.figure()",
        "__import__('matplotlib.pyplot').pyplot.get_fignums() != []",
    ),
    "an option of pandas": (
        "import pandas as pd\npd.set_option('display.max_rows', 7)",
        "__import__('pandas').get_option('display.max_rows') == 7",
    ),
    "an environment variable": ("import os\nos.environ['LEFT'] = '1'", "'LEFT' in __import__('os').environ"),
    "a working directory": ("import os\nos.chdir('/')", "__import__('os').getcwd() == '/'"),
    "a warnings filter": (
        "import warnings\nwarnings.filterwarnings('error', message='left')",
        "any(rule[1] and rule[1].pattern == 'left' for rule in __import__('warnings').filters)",
    ),
    "a configuration of logging": (
        "import logging\nlogging.basicConfig(level=1)\nlogging.getLogger('left').setLevel(1)",
        "__import__('logging').getLogger('left').level == 1 or __import__('logging').getLogger().level == 1",
    ),
    "a locale": ("import decimal\ndecimal.getcontext().prec = 3", "__import__('decimal').getcontext().prec == 3"),
    "a signal's handler": (
        "import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)",
        "__import__('signal').getsignal(__import__('signal').SIGUSR1) == __import__('signal').SIG_IGN",
    ),
    "a limit": (
        "import sys\nsys.setrecursionlimit(12345)",
        "__import__('sys').getrecursionlimit() == 12345",
    ),
    "a thread": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(30,), name='left', daemon=True).start()",
        "'left' in [thread.name for thread in __import__('threading').enumerate()]",
    ),
    "a counter of cells": ("1", "__import__('IPython').get_ipython().execution_count > 90"),
    "a magic": (
        "from IPython.core.magic import register_line_magic\n@register_line_magic\ndef left(line): pass",
        "'left' in __import__('IPython').get_ipython().magics_manager.magics['line']",
    ),
    "a hook": (
        "get_ipython().events.register('pre_run_cell', print)",
        "print in __import__('IPython').get_ipython().events.callbacks['pre_run_cell']",
    ),
}
RANDOM = "import random, numpy\n[random.random(), numpy.random.random()]"


def run_notebook(source: Path, target: Path) -> None:
    """Run a notebook as a page of the batch does; in a process of the nursery."""
    papermill.execute_notebook(source, target, {"x": 5}, "saypro", progress_bar=False)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def answers(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a notebook finds of each trace that the one before it left."""
    folder = tmp_path_factory.mktemp("isolation")
    leaving = book(
        seed="import random, numpy\nrandom.seed(1); numpy.random.seed(1)", **{k: v for k, (v, _) in TRACES.items()}
    )
    looking = book(**{name: look for name, (_, look) in TRACES.items()})
    for name, made in {"leaving": leaving, "looking": looking}.items():
        nbformat.write(made, folder / f"{name}.ipynb")
        nursery.call(run_notebook, folder / f"{name}.ipynb", folder / f"{name}_run.ipynb")
    cells = nbformat.read(folder / "looking_run.ipynb", as_version=4).cells[2:]
    return {name: shown(cell) for name, cell in zip(TRACES, cells, strict=True)}


def shown(cell: nbformat.NotebookNode) -> str:
    """Return the value that a cell shows."""
    results = [output.data["text/plain"] for output in cell.outputs if output.output_type == "execute_result"]
    return results[0] if results else "None"


@pytest.mark.parametrize("trace", TRACES)
def test_nothing_is_left_of(trace: str, answers: dict[str, str]) -> None:
    assert answers[trace] in ("False", "None")


def test_every_look_would_find_its_trace(nursery: Nursery, tmp_path: Path) -> None:
    """Make sure that each look can fail: in one and the same notebook the traces are there."""
    traces = {name: pair for name, pair in TRACES.items() if name != "a counter of cells"}
    leaves = {f"leave {name}": leave for name, (leave, _) in traces.items()}
    nbformat.write(book(**leaves, **{name: look for name, (_, look) in traces.items()}), tmp_path / "in.ipynb")
    nursery.call(run_notebook, tmp_path / "in.ipynb", tmp_path / "out.ipynb")
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[2 + len(leaves) :]
    assert [name for name, cell in zip(traces, cells, strict=True) if shown(cell) not in ("True", "1")] == []


def test_each_notebook_has_random_numbers_of_its_own(nursery: Nursery, tmp_path: Path) -> None:
    drawn = set()
    for number in range(3):
        nbformat.write(book(seed="import numpy, random" if number else RANDOM, draw=RANDOM), tmp_path / "in.ipynb")
        nursery.call(run_notebook, tmp_path / "in.ipynb", tmp_path / "out.ipynb")
        text = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[3].outputs[0].data["text/plain"]
        drawn |= set(json.loads(text))
    assert len(drawn) == 6
