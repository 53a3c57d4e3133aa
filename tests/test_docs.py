"""What the documents show can be written as they show it."""

import re
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from saypro_nb.agree import forms, schema
from saypro_nb.agree.form_questions import FORMS
from saypro_nb.agree.forms import FeedbackParams
from saypro_nb.agree.settings import Catalogue
from saypro_nb.run.cli import main
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
