"""What the batch is measured against: ``python benchmarks/batch_variants.py serial|pool|warm WORKSPACE``.

The first two are what anybody writes who knows papermill; the third is the same work without any notebook machinery
but the page, in processes that have imported everything before the clock starts.
"""

import ast
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from saypro_nb.agree.schema import ORGANISATION
from saypro_nb.agree.settings import Workspace
from saypro_nb.run import contents

Chain = list[tuple[Path, dict[str, object]]]


def chains(folder: Path) -> list[Chain]:
    """Return the notebooks of each department in their order, then each of the organisation's, with parameters."""
    from saypro_nb.keep import values
    from saypro_nb.run import parameters

    workspace = Workspace.load(folder)
    period = values.resolve("latest", workspace).isoformat()

    def step(page: contents.Page, department: str) -> tuple[Path, dict[str, object]]:
        given = contents.given(page, workspace.parameters.get(department, {}), period)
        return page.file(workspace), dict(parameters.of_task(page.file(workspace), given | {"workspace": str(folder)}))

    departments = [[step(page, name) for page in contents.of_department(workspace)] for name in workspace.names]
    return departments + [[step(page, ORGANISATION)] for page in contents.of_organisation(workspace)]


def with_papermill(chain: Chain) -> None:
    """Run a department's notebooks with papermill and convert them, as its documentation shows."""
    import papermill
    from nbconvert import HTMLExporter

    with tempfile.TemporaryDirectory() as scratch:
        for file, given in chain:
            out = str(Path(scratch) / file.name)
            papermill.execute_notebook(str(file), out, parameters=given, progress_bar=False)
            page, _ = HTMLExporter(exclude_input=True).from_filename(out)
            Path(out).with_suffix(".html").write_text(page, encoding="utf-8")


def in_warm_process(chain: Chain) -> None:
    """Call a department's code, format what it shows, and make the pages."""
    for file, given in chain:
        _call(file, given)


def _call(file: Path, given: dict[str, object]) -> None:
    import nbformat
    from IPython.core.formatters import DisplayFormatter

    from saypro_nb.run.report import Heading, to_html

    book, shown = nbformat.read(file, as_version=4), DisplayFormatter()
    names: dict[str, object] = {}
    for cell in book.cells:
        if cell.cell_type == "code":
            body = ast.parse(cell.source).body
            last = body.pop() if isinstance(body[-1], ast.Expr) else None
            exec(compile(ast.Module(body, []), file.name, "exec"), names)
            if "parameters" in cell.metadata.get("tags", ()):
                names.update(given)
            value = eval(compile(ast.Expression(last.value), file.name, "eval"), names) if last else None
            if value is not None:
                data, metadata = shown.format(value)  # type: ignore[no-untyped-call]
                cell.outputs = [nbformat.v4.new_output("display_data", data=data, metadata=metadata)]
    to_html(book, Heading("", ""))


def _warm_workers(work: list[Chain]) -> None:
    """Share the work between two forks of this process, and print what they took after their imports."""
    import saypro_nb.run.preload  # noqa: F401

    began, processes = time.monotonic(), multiprocessing.get_context("fork")
    pids = [processes.Process(target=_all, args=(in_warm_process, work[part::2])) for part in (0, 1)]
    for process in pids:
        process.start()
    for process in pids:
        process.join()
        assert process.exitcode == 0
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"measured {time.monotonic() - began} {used.ru_utime + used.ru_stime}")


def _all(function: Callable[[Chain], None], work: list[Chain]) -> None:
    for chain in work:
        function(chain)


def main(variant: str, folder: Path) -> None:
    """Run a variant in the workspace `folder`."""
    os.chdir(folder)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
        work = apart.submit(chains, folder).result()  # apart, because what reads the data can't be forked any more
    if variant == "serial":
        _all(with_papermill, work)
    elif variant == "pool":
        with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            list(pool.map(with_papermill, work))
    else:
        _warm_workers(work)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
