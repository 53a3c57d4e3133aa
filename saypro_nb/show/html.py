"""The one way text becomes HTML: a template under pieces/, with everything that is put into it escaped.

Whatever people or files wrote (a name, a quote, a KPI's title) reaches a page only as a fact given to
`render`. No other module writes a tag.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from saypro_nb.show import theme

_ENDS_A_LINE = {"p", "li", "tr", "caption", "summary", "figure"}  # a figure in a table's cell is a part of its row
_ENDS_A_CELL = {"td", "th"}


@dataclass(frozen=True)
class Block:
    """A piece of a page. Make one with `render`, never from a string: `html` is trusted wherever it goes.

    `beside` are further representations by MIME type that travel with it in a notebook, for programs to read.
    """

    html: Markup
    beside: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The same in plain words, for a terminal or a text-only reader."""
        reader = _PlainText()
        reader.feed(self.html)
        return reader.text()

    def __html__(self) -> str:
        """Let a template place the block as it stands."""
        return self.html

    def _repr_mimebundle_(self, **_selection: object) -> dict[str, object]:
        """Show the block in Jupyter. Its style comes along, since a notebook has no page around it."""
        return {"text/html": str(live_style() + self.html), "text/plain": self.text, **self.beside}


@cache
def environment() -> Environment:
    """Return the escaping environment; another floor adds its templates with ``overlay``."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "pieces"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template_name: str, **facts: object) -> Block:
    """Return the template's block, with every one of the `facts` escaped unless it is a block itself.

    A fact that the template needs and doesn't get is an error (jinja2.UndefinedError), never an empty place.
    """
    page = environment().get_template(template_name).render(facts).strip()
    return Block(Markup(page))


@cache
def live_style() -> Markup:
    """Return the style that a block carries in a notebook; it follows JupyterLab's light or dark theme."""
    return render("live_style.html.j2", light=theme.ON_PAPER, dark=theme.ON_DARK).html


@cache
def meeting_style() -> Markup:
    """Return the style of a meeting's controls in a notebook, which goes on top of the live one."""
    return live_style() + render("meeting_style.html.j2").html


@cache
def page_style() -> Markup:
    """Return the colours of a page and the look of its blocks, as CSS."""
    return render("page_style.css.j2", light=theme.ON_PAPER, dark=theme.ON_DARK).html


class _PlainText(HTMLParser):
    """Collects the words of a block: a line for each sentence or table row, cells apart by a bar."""

    def __init__(self) -> None:
        super().__init__()
        self._words: list[str] = []
        self._unspoken: str | None = None
        self._in_row = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        self._in_row = self._in_row or tag == "tr"
        if facts.get("aria-hidden") == "true" or "download" in facts:
            self._unspoken = tag
        if tag == "img":
            self._words.append(facts.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._unspoken is not None:
            self._unspoken = None if tag == self._unspoken else self._unspoken
        elif tag in _ENDS_A_LINE and not (tag == "figure" and self._in_row):
            self._words.append("\n")
            self._in_row = False
        elif tag in _ENDS_A_CELL:
            self._words.append(" | ")

    def handle_data(self, data: str) -> None:
        if self._unspoken is None:
            self._words.append(data.replace("\n", " "))

    def text(self) -> str:
        """Return the lines, without those that are empty."""
        lines = (" ".join(line.split()).strip(" |") for line in "".join(self._words).split("\n"))
        return "\n".join(line for line in lines if line)
