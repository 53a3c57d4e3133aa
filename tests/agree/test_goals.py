"""What stands in params/alignment.yaml has one shape, and whatever doesn't fit is refused with place and remedy."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.goals import ALWAYS, Alignment
from saypro_nb.agree.settings import Workspace
from tests import workspaces
from tests.departments_plans import GOALS, GOOD
from tests.workspaces import REPOSITORY

RULE: dict[str, Any] = {
    "id": "visits",
    "type": "misaligned_kpi",
    "when": {"says": ["visitors"]},
    "reason": "Visitors don't buy",
}
PAIR = {"type": "conflicting_goals", "against": {"says": ["customers"]}}


def agreed(**facts: Any) -> Alignment:
    return Alignment.model_validate({"goals": GOALS, "objectives": [GOOD]} | facts)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"rules": [RULE | {"when": {}}]}, "would fit every objective"),
        ({"rules": [RULE | {"type": "conflicting_goals"}]}, "needs 'against'"),
        ({"rules": [RULE | {"against": {"says": ["x"]}}]}, "leave it out"),
        ({"rules": [RULE | {"id": "two_targets"}]}, "a rule that always holds"),
        ({"rules": [RULE, RULE]}, "the rule 'visits' is given twice"),
        ({"rules": [RULE | {"type": "wrong_kpi"}]}, "misaligned_kpi"),
        ({"rules": [RULE | {"points": 101}]}, "less than or equal to 100"),
        ({"goals": [GOALS[0], GOALS[0]]}, "the goal 'grow' is given twice"),
        ({"objectives": [GOOD, GOOD]}, "in force at once"),
        ({"objectives": [GOOD | {"until": "2026-04-01"}, GOOD | {"since": "2026-04-01"}]}, "in force at once"),
        ({"objectives": [GOOD | {"since": "2026-04-01", "until": "2026-03-31"}]}, "put the dates in order"),
        ({"aligned_share": 0}, "greater than 0"),
        ({"corrections": {"misaligned_kpi": {"weeks": 0}}}, "greater than or equal to 1"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(facts: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        agreed(**facts)


def test_a_new_version_of_an_objective_keeps_its_id() -> None:
    assert agreed(objectives=[GOOD | {"until": "2026-03-31"}, GOOD | {"since": "2026-04-01"}])


def test_nine_plans_in_ten_are_the_target_unless_another_is_given() -> None:
    assert agreed().aligned_share == 90


@pytest.mark.parametrize(
    ("content", "place", "found"),
    [
        ({"rules": [RULE | {"when": {"kpis": ["revenu"]}}]}, "visits.when.kpis", "no KPI 'revenu'. Did you mean"),
        ({"rules": [RULE | {"when": {"goals": ["grwo"]}}]}, "visits.when.goals", "there is no goal 'grwo'"),
        ({"rules": [RULE | PAIR | {"against": {"focus": ["x"]}}]}, "visits.against.focus", "there is no focus 'x'"),
        ({"rules": [RULE | {"measured_by": "x"}]}, "visits.measured_by", "there is no KPI 'x'"),
        ({"goals": [{"id": "g", "statement": "s", "kpis": [], "together": ["x"]}]}, "g.together", "no department 'x'"),
        ({"goals": [{"id": "g", "statement": "s", "kpis": [], "driven_by": ["x"]}]}, "g.driven_by", "no KPI 'x'"),
        ({"rules": [RULE | {"wen": {}}]}, "rules.0.wen", "Did you mean 'when'"),
    ],
)  # fmt: skip
def test_what_nothing_defines_is_named_with_its_place(
    tmp_path: Path, content: dict[str, Any], place: str, found: str
) -> None:
    folder = workspaces.make(tmp_path)
    workspaces.write(folder, "alignment", {"goals": [], "objectives": []} | content)
    with pytest.raises(InputError) as refused:
        Workspace.load(folder)
    assert f"params/alignment.yaml, {place}: " in str(refused.value)
    assert found in str(refused.value)


def test_the_sample_explains_every_setting_at_its_head() -> None:
    text = (REPOSITORY / "params" / "alignment.yaml").read_text(encoding="utf-8")
    head = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    shape = Alignment.model_json_schema()
    settings = {*shape["properties"]} | {
        name for part in shape["$defs"].values() for name in part.get("properties", {})
    }
    explained_by_the_key = {"id", "statement", "department"}
    assert [name for name in sorted(settings - explained_by_the_key) if name not in head] == []
    Alignment.model_validate(yaml.safe_load(text))


def test_the_rule_that_the_documents_show_is_one() -> None:
    text = (REPOSITORY / "docs" / "methods" / "alignment.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (rule,) = agreed(**yaml.safe_load(shown)).rules
    assert rule.type == "conflicting_goals"


def test_the_documents_name_every_rule_that_always_holds() -> None:
    text = (REPOSITORY / "docs" / "methods" / "alignment.md").read_text(encoding="utf-8")
    assert [name for name in ALWAYS if f"| `{name}` |" not in text] == []
