"""A run notebook as a page: one HTML file that can be e-mailed, with no script in it and nothing to fetch.

nbconvert walks the cells; the template under page/ decides what a reader sees. What only the analyst
needs (code, warnings, widgets) stays in the notebook.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from saypro_nb.agree.errors import WorkbenchError
from saypro_nb.run.policy import POLICY, refuse_active_content
from saypro_nb.show.blocks import ANSWER
from saypro_nb.show.html import live_style, page_style

if TYPE_CHECKING:
    from nbconvert.exporters import HTMLExporter
    from nbformat import NotebookNode

LEFT_OUT = "notebook-only"
"""The tag of cells that the page leaves out, such as how to use a widget: they speak to the meeting."""

_WIDGET = "application/vnd.jupyter.widget-view+json"
_SHOWN_FIRST = ["text/html", "image/png", "text/markdown", "text/plain"]


@dataclass(frozen=True)
class Heading:
    """What stands around a report: whose it is, for which period, and in the footer the `facts` it rests on.

    `facts` are labels with their values: data date, parameters, versions, fingerprint.
    """

    organisation: str
    period: str
    department: str = ""
    prepared_by: str = ""
    data_date: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def to_html(notebook: "NotebookNode", heading: Heading, *, show_code: bool = False) -> str:
    """Return the page of a run `notebook`; with `show_code`, each code cell can be unfolded.

    Raises WorkbenchError when a cell failed, a picture has no alt text, a table no caption, the notebook hasn't got
    exactly one title (``# …``), or the page would hold something that runs or loads.
    """
    readable = _for_readers(notebook)
    page: str = _exporter(show_code=show_code).from_notebook_node(readable, resources={"heading": heading})[0]
    _check_title(outline(page))
    refuse_active_content(page)
    return page.rstrip() + "\n"


def answer_of(notebook: "NotebookNode") -> dict[str, Any]:
    """Return the answer that a run `notebook` opens with, as data (see `blocks.answer`); empty where it has none."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    return next((dict(output.data[ANSWER]) for output in outputs if ANSWER in output.get("data", ())), {})


@dataclass(frozen=True)
class Outline:
    """The titles of a page (``<h1>``), and its sections (``<h2>``) as pairs of anchor and title."""

    titles: tuple[str, ...]
    sections: tuple[tuple[str, str], ...]


def outline(page: str) -> Outline:
    """Return the headings of a page or a part of one; sections without an anchor are left out."""
    reader = _HeadingReader()
    reader.feed(page)
    found = [(tag, anchor, " ".join("".join(words).split())) for tag, anchor, words in reader.found]
    sections = tuple((anchor, title) for tag, anchor, title in found if tag == "h2" and anchor)
    return Outline(tuple(title for tag, _, title in found if tag == "h1"), sections)


class _HeadingReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, list[str]]] = []
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"h1", "h2"}:
            self._open = tag
            self.found.append((tag, dict(attrs).get("id") or "", []))

    def handle_endtag(self, tag: str) -> None:
        self._open = "" if tag == self._open else self._open

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found[-1][2].append(data)


@cache
def _exporter(*, show_code: bool) -> "HTMLExporter":
    # Kept for the life of the process: finding and compiling the templates takes longer than a page.
    from nbconvert.exporters import HTMLExporter
    from traitlets.config import Config

    exporter = HTMLExporter(
        config=Config(
            NbConvertBase={"display_data_priority": _SHOWN_FIRST},
            TagRemovePreprocessor={"enabled": True, "remove_cell_tags": {LEFT_OUT}},
        ),
        template_name="page",
        extra_template_basedirs=[str(Path(__file__).parent)],
        exclude_input=not show_code,
        exclude_raw=True,
        anchor_link_text="",  # sections need the anchor, not the pilcrow that links to it
    )
    exporter.environment.autoescape = True
    exporter.environment.globals.update(outline=outline, policy=POLICY, page_style=page_style)
    return exporter


def _for_readers(notebook: "NotebookNode") -> "NotebookNode":
    """Return a copy with only what a reader can see; raise for a failed cell or a picture without words."""
    readable = deepcopy(notebook)
    readable.metadata.pop("widgets", None)
    for number, cell in enumerate(readable.cells, start=1):
        if cell.cell_type == "code" and LEFT_OUT not in cell.metadata.get("tags", ()):
            cell.outputs = [_for_reader(output, number) for output in cell.outputs if not _is_for_analyst(output)]
    return readable


def _is_for_analyst(output: Any) -> bool:
    if output.output_type == "stream":
        return bool(output.name == "stderr")
    # A widget without a picture or a table beside it has nothing to say on paper.
    return _WIDGET in output.get("data", ()) and not {"text/html", "image/png"} & set(output.data)


def _for_reader(output: Any, cell_number: int) -> Any:
    if output.output_type == "error":
        raise WorkbenchError(
            f"Cell {cell_number} of the notebook failed with {output.ename}: {output.evalue}. "
            "A failed notebook never becomes a page: mend the cell and run the notebook again."
        )
    data = output.get("data", {})
    if "text/html" in data:
        data["text/html"] = data["text/html"].removeprefix(live_style())  # the page has its own
        _refuse_bare_tables(data["text/html"], cell_number)
    elif "image/png" in data and not output.metadata.get("image/png", {}).get("alt", "").strip():
        raise WorkbenchError(
            f"Cell {cell_number} of the notebook has a picture without alt text for those who can't see it. "
            "Show it as Picture(figure, alt='what the chart says')."
        )
    return output


def _refuse_bare_tables(html: str, cell_number: int) -> None:
    if html.count("<table") > html.count("<caption"):
        raise WorkbenchError(
            f"Cell {cell_number} of the notebook has a table without a caption, which nobody who listens to the page "
            "can place. Show it as tables.table(frame, columns, caption='what it lists', file_name='…')."
        )


def _check_title(found: Outline) -> None:
    if len(found.titles) != 1:
        titles = ", ".join(f"'{title}'" for title in found.titles) or "none"
        raise WorkbenchError(
            f"A report has exactly one title, a line '# …' in its first text cell. Found: {titles}. "
            "Start every other heading with '## '."
        )
