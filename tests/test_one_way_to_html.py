"""Text becomes HTML in one place, show/html.py, where it is escaped; here is what finds a way around it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
EXEMPT = {
    "saypro_nb/show/html.py": "the one way itself",
    "saypro_nb/meet/paper.py": "hands widgets the HTML of blocks, which the one way has made",
    "saypro_nb/run/policy.py": "names the markup that it refuses, in messages",
}
TRUSTED_TEMPLATE = "saypro_nb/run/page/index.html.j2"  # places what nbconvert made of a cell's output
NAMES = {"HTML", "HTMLMath", "Markdown", "Markup", "Latex", "Javascript", "SVG", "Styler"}
ATTRIBUTES = NAMES | {"style", "to_html", "set_html"}
OFF = {"escape", "autoescape", "sanitize"}
MARKUP = re.compile(r"(?<!\(\?)(?<!\(\?P)</?[a-zA-Z!]")  # but the groups of a regular expression


def ways_around(source: str) -> Iterator[str]:
    """Yield what in the Python `source` writes HTML past the escaping."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names if alias.name in NAMES)
        elif isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
            yield f".{node.attr}"
        elif isinstance(node, ast.keyword) and node.arg in OFF and not getattr(node.value, "value", True):
            yield f"{node.arg}=False"
        elif isinstance(node, ast.JoinedStr):
            words = [part.value for part in node.values if isinstance(part, ast.Constant)]
            yield from (word for word in words if MARKUP.search(str(word)))


def sources() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "saypro_nb").rglob("*.py")):
        yield str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")
    for file in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(file, as_version=4).cells
        yield f"notebooks/{file.name}", "\n".join(cell.source for cell in cells if cell.cell_type == "code")


@pytest.mark.parametrize(("name", "source"), [pytest.param(*found, id=found[0]) for found in sources()])
def test_no_module_or_notebook_writes_html_past_the_escaping(name: str, source: str) -> None:
    assert name in EXEMPT or not list(ways_around(source))


def test_no_template_trusts_text_but_the_one_that_places_cell_outputs() -> None:
    trusting = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "saypro_nb").rglob("*.j2")
        if re.search(r"\|\s*safe\b|autoescape", file.read_text(encoding="utf-8"))
    }
    assert trusting == {TRUSTED_TEMPLATE}


@pytest.mark.parametrize(
    "source",
    [
        "from IPython.display import HTML",
        "from markupsafe import Markup",
        "import ipywidgets as widgets\nwidgets.HTML(value=name)",
        "display(IPython.display.Markdown(text))",
        "table.style.format('{:.1f}')",
        "frame.to_html(escape=False)",
        "Environment(autoescape=False)",
        "page = f'<b>{name}</b>'",
        "page = f'{name}</td>'",
    ],
)
def test_the_search_finds_each_known_way_around(source: str) -> None:
    assert list(ways_around(source))


@pytest.mark.parametrize(
    "source",
    ["f'{low} < {high}'", "rf'(?<!{a})(?P<name>{b})'", "Environment(autoescape=True)", "'<b>'", "render('x', a=b)"],
)
def test_the_search_leaves_harmless_code_alone(source: str) -> None:
    assert not list(ways_around(source))
