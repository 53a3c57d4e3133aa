"""What the documents show can be written as they show it."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from saypro_nb.agree import forms, schema
from saypro_nb.agree.contract import CHALLENGES, TABLES
from saypro_nb.agree.form_questions import FORMS
from saypro_nb.agree.forms import FeedbackParams
from saypro_nb.agree.settings import Catalogue
from saypro_nb.run.cli import main
from saypro_nb.run.fresh_workspace import OF_THE_SAMPLE
from tests.workspaces import KPIS, REPOSITORY

DOCS = REPOSITORY / "docs"
ADDING = (DOCS / "adding_a_kpi.md").read_text(encoding="utf-8")
WHOLE, *PARTS = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", ADDING, re.DOTALL)]
DECLARED = re.findall(r"^\| ([^|`]+) \| (\w+) \| `([^`]+)` \| `([^`]+)` \| (\d*) *\|$", ADDING, re.MULTILINE)


def test_the_kpi_of_the_guide_is_one() -> None:
    (found,) = TypeAdapter(Catalogue).validate_python(WHOLE).values()
    assert found.area == "quality"


@pytest.mark.parametrize("part", PARTS, ids=lambda part: next(iter(part)))
def test_every_part_of_a_kpi_that_the_guide_shows_fits_one(part: dict[str, Any]) -> None:
    schema.Kpi(**(KPIS["revenue"] | part))


def test_every_kpi_that_the_guide_declares_can_be_computed() -> None:
    assert len(DECLARED) == 6
    for _, unit, numerator, denominator, factor in DECLARED:
        computed = {"records": "any", "date": "date", "numerator": numerator, "denominator": denominator}
        schema.Kpi(**(KPIS["revenue"] | {"unit": unit, "computed": computed | ({"factor": factor} if factor else {})}))


def test_the_guide_names_every_setting_of_a_kpi() -> None:
    unnamed = [name for name in schema.Kpi.model_fields if f"{name}:" not in ADDING and f"`{name}`" not in ADDING]
    assert unnamed == []


def test_the_dictionary_names_every_column_and_every_choice() -> None:
    dictionary, _, _ = (REPOSITORY / "data" / "README.md").read_text(encoding="utf-8").partition(OF_THE_SAMPLE)
    columns = {name: column for table in TABLES.values() for name, column in table.columns.items()}
    choices = {choice for column in columns.values() for choice in column.choices}
    codes = {code for codes in CHALLENGES.values() for code in codes}
    assert [
        name for name in sorted({*TABLES, *columns, *choices, *codes}) if not re.search(rf"\b{name}\b", dictionary)
    ] == []


def test_the_dictionary_says_which_columns_are_optional() -> None:
    dictionary = (REPOSITORY / "data" / "README.md").read_text(encoding="utf-8")
    for table, contract in TABLES.items():
        section = dictionary.split(f"\n## {table}\n")[1].split("\n## ")[0]
        for name, column in contract.columns.items():
            (row,) = re.findall(rf"^\| [^|]*`{name}`.*\|$", section, re.MULTILINE)
            assert ("optional" in row) == column.optional, (table, name)


def test_the_readme_names_every_command() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert [name for name in main.commands if f"`saypro {name}" not in readme] == []


def test_the_guide_to_feedback_forms_shows_params_that_hold() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", (DOCS / "feedback_forms.md").read_text(encoding="utf-8"), re.DOTALL)
    params = FeedbackParams.model_validate(yaml.safe_load(shown))
    assert forms.faults(params, FORMS, {"sales"}) == []


def test_the_guide_to_feedback_forms_names_every_question() -> None:
    guide = (DOCS / "feedback_forms.md").read_text(encoding="utf-8")
    assert [name for sheet in FORMS.values() for name in sheet.questions if f"`{name}`" not in guide] == []


DOCUMENTS = [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md"), REPOSITORY / "data" / "README.md"]
METHODS = sorted(REPOSITORY.glob("docs/methods/*.md"))
PARTS_OF_A_METHOD = ("What it answers", "Sources", "When it misleads", "Where ours deviates", "What we measured")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.relative_to(REPOSITORY).as_posix())
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.relative_to(REPOSITORY).as_posix())
def test_every_command_and_option_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for name, rest in re.findall(r"(?:`|^|/|&& |; )saypro ([a-z][a-z-]*)([^`\n|#&]*)", text, re.MULTILINE):
        assert name in main.commands, name
        known = {option for parameter in main.commands[name].params for option in parameter.opts}
        assert [option for option in re.findall(r"--[a-z-]+", rest) if option not in known] == [], (name, rest)


@pytest.mark.parametrize("document", METHODS, ids=lambda file: file.stem)
def test_every_method_says_what_it_answers_whence_it_is_and_when_it_misleads(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert [part for part in PARTS_OF_A_METHOD if text.count(f"\n## {part}\n") != 1] == []


def test_the_index_of_guides_names_each_of_them() -> None:
    index = (REPOSITORY / "docs" / "README.md").read_text(encoding="utf-8")
    guides = [file.relative_to(REPOSITORY / "docs").as_posix() for file in (REPOSITORY / "docs").rglob("*.md")]
    assert [guide for guide in guides if guide != "README.md" and f"({guide})" not in index] == []


def test_guides_lead_only_to_what_a_fresh_workspace_has_as_well() -> None:
    for guide in (REPOSITORY / "docs").rglob("*.md"):
        for link in re.findall(r"\]\((\.\./[^)#]*)", guide.read_text(encoding="utf-8")):
            place = (guide.parent / link).resolve().relative_to(REPOSITORY)
            assert place.parts[0] in ("docs", "data", "params", "notebooks"), (guide, link)


@pytest.mark.parametrize("floor", ["run", "show", "meet", "keep", "review", "agree"])
def test_the_architecture_names_every_module_of_a_floor_and_no_other(floor: str) -> None:
    text = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| `{floor}` \|[^|]*\|(.*)\|$", text, re.MULTILINE)
    inside = (REPOSITORY / "saypro_nb" / floor).iterdir()
    there = {part.stem if part.suffix == ".py" else f"{part.name}/" for part in inside if part.suffix in (".py", "")}
    assert set(re.findall(r"`([^`]+)`", row)) == there - {"__init__", "__pycache__/"}
