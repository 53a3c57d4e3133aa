import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.settings import Workspace
from tests import workspaces


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return workspaces.make(tmp_path / "work")


def faults(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        Workspace.load(folder)
    return [str(fault) for fault in caught.value.faults]


def review(**changes: Any) -> dict[str, Any]:
    return workspaces.REVIEW | changes


def test_a_workspace_is_found_from_any_folder_in_it(workspace: Path) -> None:
    assert Workspace.load(workspace / "params" / "departments").root == workspace


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "no params/review.yaml here or in a folder above" in faults(tmp_path)[0]


def test_a_department_owns_its_kpis_only(workspace: Path) -> None:
    kpis = {"revenue": workspaces.KPIS["revenue"] | {"departments": ["north"]}}
    workspaces.write(workspace, "kpis", kpis)
    loaded = Workspace.load(workspace)
    assert (list(loaded.owned_by("north")), list(loaded.owned_by("south"))) == (["revenue"], [])


def test_the_faults_of_all_files_are_told_together(workspace: Path) -> None:
    workspaces.write(workspace, "review", review(departements={}))
    workspaces.write(workspace, "kpis", {"revenue": workspaces.KPIS["revenue"] | {"unit": "litres"}})
    (workspace / "params" / "causes.yaml").unlink()
    told = faults(workspace)
    assert len(told) == 3
    assert told[0] == "params/review.yaml, departements: there is no such setting. Did you mean 'departments'?"
    assert told[1].startswith("params/kpis.yaml, revenue.unit: found 'litres'")
    assert told[2].startswith("params/causes.yaml: the file is missing")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2\n", "the key 'a' is given twice"),
        ("a:\n\tb: 1\n", "not readable as YAML"),
        ("a: [1, 2\n", "not readable as YAML"),
        ("a: !!python/object/apply:os.system [ls]\n", "not readable as YAML"),
        ("", "found None"),
        ("- 1\n", "found [1]"),
    ],
)
def test_broken_yaml_is_told_by_file_and_reason(workspace: Path, text: str, said: str) -> None:
    (workspace / "params" / "kpis.yaml").write_text(text)
    (told,) = faults(workspace)
    assert told.startswith("params/kpis.yaml")
    assert said in told


@pytest.mark.parametrize("name", ["../x", "a b", "<script>", "é", "", ".hidden", "a/b"])
def test_a_department_id_is_fit_to_be_a_folder(workspace: Path, name: str) -> None:
    departments = workspaces.REVIEW["departments"] | {name: workspaces.REVIEW["departments"]["north"]}
    workspaces.write(workspace, "review", review(departments=departments))
    assert "can't be an id" in faults(workspace)[0]


@pytest.mark.parametrize("name", ["A & E / Leeds", 'O\'Neill "quoted"', "Zürich <script>", "株式会社"])
def test_a_department_name_is_free(workspace: Path, name: str) -> None:
    departments = {"north": workspaces.REVIEW["departments"]["north"] | {"name": name}}
    workspaces.write(workspace, "review", review(departments=departments))
    workspaces.write(workspace, "kpis", {"revenue": workspaces.KPIS["revenue"] | {"departments": ["north"]}})
    assert Workspace.load(workspace).review.departments["north"].name == name


def test_a_kpi_of_an_unknown_department_is_refused_with_the_nearest(workspace: Path) -> None:
    workspaces.write(workspace, "kpis", {"revenue": workspaces.KPIS["revenue"] | {"departments": ["nort"]}})
    assert faults(workspace) == [
        "params/kpis.yaml, revenue.departments: there is no department 'nort'. Did you mean 'north'?"
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"department": "south"}, "the parameter says 'south', the file name 'north'"),
        ({"weeks": [1, 2]}, "weeks: found [1, 2]"),
        (["weeks"], "not a list of 'parameter: value' lines"),
    ],
)
def test_parameters_are_one_literal_each_for_the_files_own_department(
    workspace: Path, content: object, said: str
) -> None:
    workspaces.write(workspace, "departments/north", content)
    (told,) = faults(workspace)
    assert told.startswith("params/departments/north.yaml")
    assert said in told


def test_parameters_of_an_unknown_department_are_refused(workspace: Path) -> None:
    workspaces.write(workspace, "departments/nroth", {"department": "nroth"})
    assert any(
        "there is no department 'nroth' in review.yaml. Did you mean 'north'?" in told for told in faults(workspace)
    )


@pytest.mark.parametrize(
    ("every", "first", "last"),
    [
        ("week", datetime.date(2026, 6, 22), datetime.date(2026, 6, 28)),
        ("month", datetime.date(2024, 2, 1), datetime.date(2024, 2, 29)),
        ("month", datetime.date(2025, 12, 1), datetime.date(2025, 12, 31)),
        ("quarter", datetime.date(2025, 10, 1), datetime.date(2025, 12, 31)),
    ],
)
def test_a_period_ends_with_its_week_month_or_quarter(
    workspace: Path, every: str, first: datetime.date, last: datetime.date
) -> None:
    workspaces.write(workspace, "kpis", {"revenue": workspaces.KPIS["revenue"] | {"every": every}})
    assert Workspace.load(workspace).last_day(first) == last


def test_a_mark_that_no_form_has_is_refused_with_the_nearest(workspace: Path) -> None:
    causes = yaml.safe_load((workspace / "params" / "causes.yaml").read_text())
    causes["families"]["resources"]["ticks"]["employee"] = {"work_load": 1.0, "tools_hinder:yes": 1.0}
    workspaces.write(workspace, "causes", causes)
    assert faults(workspace) == [
        "params/causes.yaml, resources.ticks.employee: there is no mark of this form 'work_load'. "
        "Did you mean 'workload'?"
    ]
