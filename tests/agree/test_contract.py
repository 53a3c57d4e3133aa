"""The data contract names its keys and forms so that tables and params fit each other."""

import pytest
import yaml

from saypro_nb.agree.contract import CHALLENGES, TABLES
from tests.workspaces import REPOSITORY


@pytest.mark.parametrize("name", TABLES)
def test_what_names_a_row_is_a_column_that_is_never_empty(name: str) -> None:
    table = TABLES[name]
    assert all(not table.columns[title].optional and not table.columns[title].empty for title in table.key)


def test_every_form_has_its_challenges() -> None:
    assert set(CHALLENGES) == set(TABLES["feedback"].columns["form"].choices)


def test_every_tick_that_counts_for_a_cause_stands_on_its_form() -> None:
    families = yaml.safe_load((REPOSITORY / "params" / "causes.yaml").read_text(encoding="utf-8"))["families"]
    ticks = [(form, tick) for facts in families.values() for form, counts in facts["ticks"].items() for tick in counts]
    answers = [(form, tick) for form, tick in ticks if ":" in tick]
    assert {tick for form, tick in ticks if (form, tick) not in answers and tick not in CHALLENGES[form]} == set()
    assert {tick.split(":")[0] for _, tick in answers} <= set(TABLES["feedback"].columns)
