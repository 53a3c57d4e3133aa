"""What every page needs, imported once. The fork server imports this module, and each page's process begins with it.

Unlike everywhere else, things happen at import here: that is what the module is for. Nothing in it may start a thread
or open a connection, because neither survives a fork.
"""

import atexit
import gc
import os
import sys

# Read when these libraries are imported; a thread of theirs would forbid every fork.
os.environ.setdefault("JE_ARROW_MALLOC_CONF", "background_thread:false")
for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_threads] = "1"

import ibis
import ipykernel.ipkernel
import matplotlib.backends.backend_agg
import matplotlib.figure
import nbformat
import numpy as np
import papermill
import scipy.optimize
import scipy.stats  # noqa: F401

import saypro_nb.keep.evidence
import saypro_nb.keep.inspection
import saypro_nb.run.engine
import saypro_nb.run.front
import saypro_nb.show.charts
import saypro_nb.show.findings
import saypro_nb.show.listings
from saypro_nb.run.report import Heading, to_html

_ = ibis.duckdb  # the backend is a module that ibis looks up; it connects to nothing yet


def _warm_up() -> None:
    """Do once what the first page would do: compile the templates, look up the fonts."""
    cells = [nbformat.v4.new_markdown_cell("# Title")]
    to_html(nbformat.v4.new_notebook(cells=cells), Heading("", ""))
    figure = matplotlib.figure.Figure()
    figure.subplots().set_title("Title", fontweight="bold")
    figure.draw_without_rendering()


def _leave(server: int = os.getpid()) -> None:
    """End the fork server at once; DuckDB's bindings would complain of what is still in use."""
    if os.getpid() == server:
        os._exit(0)


def _reseed() -> None:
    """Give each fork random numbers of its own, as a process has that began alone; `random` does so by itself."""
    np.random.seed()


_warm_up()
atexit.register(_leave)
os.register_at_fork(after_in_child=_reseed)
sys.modules.pop("matplotlib_inline", None)
gc.freeze()  # collecting garbage in a fork would otherwise copy the memory that it shares
