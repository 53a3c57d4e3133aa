"""Notebooks tell the story and the package does the work; the rules are those of STYLE.md."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
LONGEST = 6
LOGIC = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.Try, ast.With),
    *(ast.Lambda, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp),
)
PANDAS = {"assign", "groupby", "query", "loc", "iloc", "merge", "pivot", "apply", "sort_values", "read_csv", "to_csv"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda file: file.stem)
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


def code_of(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_four_phases() -> None:
    assert len([file for file in NOTEBOOKS if file.stem[0].isdigit()]) == 4


def test_it_is_committed_without_outputs(notebook: nbformat.NotebookNode) -> None:
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code_of(notebook))


def test_it_opens_with_title_reader_and_question_then_parameters_then_imports(notebook: nbformat.NotebookNode) -> None:
    first, second, third = notebook.cells[:3]
    assert re.match(r"# \w", first.source)
    assert "*For " in first.source
    assert "?" in first.source
    assert second.metadata["tags"] == ["parameters"]
    assert all(isinstance(line, ast.ImportFrom) for line in ast.parse(third.source).body)


def test_parameters_are_literals_with_a_type_and_a_comment(notebook: nbformat.NotebookNode) -> None:
    source = notebook.cells[1].source
    for statement in ast.parse(source).body:
        assert isinstance(statement, ast.AnnAssign)
        assert statement.value is not None
        ast.literal_eval(statement.value)
    assert all(re.search(r"  # \w", line) for line in source.splitlines())


def test_a_code_cell_holds_one_idea_and_no_logic(notebook: nbformat.NotebookNode) -> None:
    for cell in code_of(notebook):
        assert len(cell.source.splitlines()) <= LONGEST, cell.source
        assert not re.search(r"^\s*[%!]", cell.source, re.MULTILINE), cell.source
        tree = list(ast.walk(ast.parse(cell.source)))
        assert not any(isinstance(node, LOGIC) for node in tree), cell.source
        assert not {node.attr for node in tree if isinstance(node, ast.Attribute)} & PANDAS, cell.source


def test_prose_stands_between_every_third_code_cell(notebook: nbformat.NotebookNode) -> None:
    kinds = "".join("c" if cell.cell_type == "code" else "t" for cell in notebook.cells)
    assert "ccc" not in kinds


def test_prose_states_no_figure(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"\d", re.sub(r"`[^`]*`", "", cell.source)), cell.source
