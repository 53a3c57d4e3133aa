"""What every page needs, imported once: the fork server imports this module, and each page's process begins with it.

Unlike everywhere else, things happen at import here: that is what the module is for. Nothing in it may start a thread
or open a connection, because neither survives a fork.
"""

import atexit
import gc
import os
from importlib import import_module

MODULES = (
    "papermill",  # first: it imports the engine while it is itself imported
    *(
        "ibis",
        "numpy",
        "scipy.optimize.elementwise",
        "scipy.stats",
        "matplotlib.figure",
        "matplotlib.backends.backend_agg",
    ),
    *("ipykernel.ipkernel", "nbconvert", "saypro_nb.run.front", "saypro_nb.run.report", "saypro_nb.keep.inspection"),
    *(
        "saypro_nb.keep.evidence",
        "saypro_nb.show.charts",
        "saypro_nb.show.findings",
        "saypro_nb.keep.alerts",
        "saypro_nb.keep.alignment_review",
        "saypro_nb.show.alignment_listings",
        "saypro_nb.keep.organisation",
        "saypro_nb.show.alert_listings",
        "saypro_nb.show.effect_charts",
        "saypro_nb.show.feedback",
        "saypro_nb.show.monitor_listings",
        "saypro_nb.show.gap_listings",
        "saypro_nb.keep.proposals",
        "saypro_nb.show.plan_charts",
        "saypro_nb.show.plan_listings",
    ),
)


def _warm_up() -> None:
    """Do once what the first page would do: find the backend, compile the templates, look up the fonts."""
    import ibis
    from matplotlib.figure import Figure
    from nbformat import v4

    from saypro_nb.run.report import Heading, to_html

    _ = ibis.duckdb  # a module that ibis looks up; it connects to nothing yet
    to_html(v4.new_notebook(cells=[v4.new_markdown_cell("# Title")]), Heading("", ""))
    figure = Figure()
    figure.subplots().set_title("Title", fontweight="bold")
    figure.draw_without_rendering()


def _reseed() -> None:
    """Give each fork random numbers of its own, as a process has that began alone; `random` does so by itself."""
    import numpy as np

    np.random.seed()


def _leave(server: int = os.getpid()) -> None:
    """End the fork server at once; DuckDB's bindings would complain of what is still in use."""
    if os.getpid() == server:
        os._exit(0)


for _module in MODULES:
    import_module(_module)
_warm_up()
os.register_at_fork(after_in_child=_reseed)
atexit.register(_leave)
gc.freeze()  # collecting garbage in a fork would otherwise copy the memory that it shares
