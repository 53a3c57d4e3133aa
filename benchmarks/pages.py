"""What a page costs: ``python benchmarks/pages.py OUTPUTS`` on the folder of a period that was run.

For each kind of notebook: the size of its pages, and the time of a conversion in a process that has made one
before, as a ratio to that of nbconvert's own template on the same notebook in the same run.
"""

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import nbformat
from nbconvert.exporters import HTMLExporter

from saypro_nb.run.report import Heading, to_html


def seconds(convert: Callable[[], object]) -> float:
    """Return the median time of three conversions, after one that warms up."""
    convert()
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        convert()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main(folder: str) -> None:
    """Print a line for each kind of notebook."""
    plain, heading = HTMLExporter(), Heading("Organisation", "period")
    print(f"{'notebook':<28}{'pages':>6}{'KiB, median':>13}{'largest':>9}{'s':>7}{'of plain':>10}")
    files = sorted(Path(folder).glob("*/*.ipynb"))
    for name in sorted({file.stem for file in files}):
        found = [file for file in files if file.stem == name and file.with_suffix(".html").is_file()]
        sizes = [file.with_suffix(".html").stat().st_size / 1024 for file in found]
        notebook = nbformat.read(found[0], as_version=4)
        ours = seconds(partial(to_html, notebook, heading))
        theirs = seconds(partial(plain.from_notebook_node, notebook))
        size = f"{statistics.median(sizes):>13.0f}{max(sizes):>9.0f}"
        print(f"{name:<28}{len(found):>6}{size}{ours:>7.2f}{ours / theirs:>10.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
