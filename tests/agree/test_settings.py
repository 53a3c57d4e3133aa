"""A workspace says what the organisation agreed on, and every slip in it is told with a remedy."""

import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.settings import Workspace
from tests import workspaces
from tests.workspaces import KPIS, REVIEW

NORTH = REVIEW["departments"]["north"]
REVENUE = KPIS["revenue"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspaces.make(tmp_path / "work")


def faults(folder: Path) -> list[Fault]:
    with pytest.raises(InputError) as refused:
        Workspace.load(folder)
    assert all(fault.where and fault.found and fault.remedy for fault in refused.value.faults)
    return list(refused.value.faults)


def only(folder: Path) -> str:
    (fault,) = faults(folder)
    return str(fault)


def append(folder: Path, name: str, text: str) -> None:
    with (folder / "params" / f"{name}.yaml").open("a", encoding="utf-8") as file:
        file.write(text)


def with_departments(folder: Path, **departments: Any) -> Path:
    workspaces.write(folder, "review", REVIEW | {"departments": REVIEW["departments"] | departments})
    return folder


def test_a_workspace_is_found_from_any_folder_in_it(folder: Path) -> None:
    assert Workspace.load(folder / "params" / "departments").root == folder.resolve()


def test_a_folder_without_params_is_told_how_to_become_a_workspace(tmp_path: Path) -> None:
    assert "no params/review.yaml here or in a folder above. Give the folder of a workspace" in only(tmp_path)


def test_every_missing_file_is_named_in_one_go(folder: Path) -> None:
    for name in ("kpis", "causes"):
        (folder / "params" / f"{name}.yaml").unlink()
    assert [fault.where for fault in faults(folder)] == ["params/kpis.yaml", "params/causes.yaml"]


def test_a_folder_in_place_of_a_file_is_refused(folder: Path) -> None:
    (folder / "params" / "kpis.yaml").unlink()
    (folder / "params" / "kpis.yaml").mkdir()
    assert "params/kpis.yaml: not readable as YAML" in only(folder)


def test_a_key_given_twice_is_refused_with_its_line(folder: Path) -> None:
    (folder / "params" / "kpis.yaml").write_text("margin:\n  unit: percent\n  unit: money\n", encoding="utf-8")
    said = only(folder)
    assert "params/kpis.yaml" in said
    assert "the key 'unit' is given twice" in said
    assert "line 2" in said  # where the entry begins that holds it


def test_a_tab_is_refused_with_its_line(folder: Path) -> None:
    (folder / "params" / "kpis.yaml").write_text("margin:\n\tunit: percent\n", encoding="utf-8")
    said = only(folder)
    assert "params/kpis.yaml: not readable as YAML" in said
    assert "line 2" in said


def test_text_that_is_not_utf_8_is_refused(folder: Path) -> None:
    (folder / "params" / "kpis.yaml").write_bytes("größe: 1\n".encode("cp1252"))
    assert "params/kpis.yaml: not readable as YAML" in only(folder)


def test_yaml_runs_nothing(folder: Path) -> None:
    append(folder, "kpis", "margin: !!python/object/apply:os.mkdir [made]\n")
    assert "could not determine a constructor" in only(folder)
    assert not Path("made").exists()


def test_an_empty_file_is_refused(folder: Path) -> None:
    (folder / "params" / "review.yaml").write_text("", encoding="utf-8")
    assert "params/review.yaml: found None" in only(folder)


def test_an_entry_may_be_built_on_another(folder: Path) -> None:
    text = (folder / "params" / "kpis.yaml").read_text(encoding="utf-8").replace("revenue:", "revenue: &revenue", 1)
    text += "margin:\n  <<: *revenue\n  name: Margin\n"
    (folder / "params" / "kpis.yaml").write_text(text, encoding="utf-8")
    assert Workspace.load(folder).kpis["margin"].target == 100


def test_a_misspelt_setting_gets_the_one_that_was_meant(folder: Path) -> None:
    workspaces.write(folder, "kpis", {"revenue": REVENUE | {"taget": 5}})
    assert only(folder) == "params/kpis.yaml, revenue.taget: there is no such setting. Did you mean 'target'?"


def test_a_missing_setting_is_named(folder: Path) -> None:
    workspaces.write(folder, "review", {name: facts for name, facts in REVIEW.items() if name != "priority"})
    assert only(folder).startswith("params/review.yaml, priority: the setting is missing. ")


def test_a_wrong_word_gets_those_that_are_allowed(folder: Path) -> None:
    workspaces.write(folder, "kpis", {"revenue": REVENUE | {"every": "day"}})
    assert only(folder) == (
        "params/kpis.yaml, revenue.every: found 'day'. Input should be 'week', 'month' or 'quarter'."
    )


def test_an_infinite_target_is_refused(folder: Path) -> None:
    workspaces.write(folder, "kpis", {"revenue": REVENUE | {"benchmark": float("inf")}})
    assert only(folder) == "params/kpis.yaml, revenue.benchmark: found inf. Input should be a finite number."


@pytest.mark.parametrize("word", ["../x", "a b", "a/b", "é", "<script>", ".hidden", ""])
def test_an_id_that_can_t_be_a_file_name_is_refused(folder: Path, word: str) -> None:
    said = only(with_departments(folder, **{word: NORTH}))
    assert "params/review.yaml, departments." in said
    assert f"{word!r} can't be an id. Use letters, digits, _ and -" in said


def test_codes_that_look_like_something_else_are_text(folder: Path) -> None:
    codes = ["NA", "NO", "8J094", "1e5"]
    with_departments(folder, **{code: NORTH | {"name": f"Depot {code}"} for code in codes})
    assert list(Workspace.load(folder).review.departments) == ["north", "south", *codes]


@pytest.mark.parametrize(("code", "read"), [("NO", "False"), ("101", "101")])
def test_a_code_that_yaml_takes_for_something_else_is_to_be_put_in_quotes(folder: Path, code: str, read: str) -> None:
    file = folder / "params" / "review.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("  south:", f"  {code}:"), encoding="utf-8")
    said = [str(fault) for fault in faults(folder)]
    assert any(f"YAML reads {read} here, not text. Write it in quotes" in fault for fault in said)


def test_two_departments_never_share_a_name(folder: Path) -> None:
    with_departments(folder, east=NORTH | {"name": "south"})
    assert only(folder) == (
        "params/review.yaml, departments.east.name: 'south' also stands for the department 'south'. "
        "Give each department a name of its own."
    )


def test_a_department_whose_id_is_its_name_shares_it_with_nobody(folder: Path) -> None:
    with_departments(folder, east=NORTH | {"name": "east"})
    assert "east" in Workspace.load(folder).review.departments


def test_a_kpi_of_an_unknown_department_gets_the_one_that_was_meant(folder: Path) -> None:
    workspaces.write(folder, "kpis", {"revenue": REVENUE | {"departments": ["nroth"]}})
    assert only(folder) == (
        "params/kpis.yaml, revenue.departments: there is no department 'nroth'. Did you mean 'north'?"
    )


def test_a_kpi_can_t_be_computed_from_records_that_are_not_there(folder: Path) -> None:
    computed = {"records": "orders", "date": "date", "numerator": "rows"}
    workspaces.write(folder, "kpis", {"revenue": REVENUE | {"computed": computed}})
    assert "revenue.computed.records: there is no records table 'orders'" in only(folder)


def test_a_department_without_parameters_of_its_own_is_itself(folder: Path) -> None:
    assert Workspace.load(folder).parameters["south"] == {"department": "south"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("department: south\n", "department: the parameter says 'south', the file name 'north'. Make them the same."),
        ("weeks: [1, 2]\n", "weeks: found [1, 2]. Give one number, text or true/false."),
        ("weeks:\n", "weeks: found None. Give one number, text or true/false."),
        ("since: 2026-01-05\n", "since: found datetime.date(2026, 1, 5). Give one number, text or true/false."),
    ],
)
def test_a_parameter_is_one_literal_and_of_its_department(folder: Path, text: str, said: str) -> None:
    (folder / "params" / "departments" / "north.yaml").write_text(text, encoding="utf-8")
    assert only(folder) == f"params/departments/north.yaml, {said}"


def test_parameters_that_are_no_lines_of_name_and_value_are_refused(folder: Path) -> None:
    (folder / "params" / "departments" / "north.yaml").write_text("- weeks\n", encoding="utf-8")
    assert "params/departments/north.yaml: not a list of 'parameter: value' lines" in only(folder)


def test_parameters_of_an_unknown_department_get_the_one_that_was_meant(folder: Path) -> None:
    (folder / "params" / "departments" / "nroth.yaml").write_text("weeks: 4\n", encoding="utf-8")
    assert "there is no department 'nroth' in review.yaml. Did you mean 'north'?" in only(folder)


def test_faults_of_all_files_come_together(folder: Path) -> None:
    workspaces.write(folder, "kpis", {"revenue": REVENUE | {"taget": 1, "unit": "euro"}})
    (folder / "params" / "causes.yaml").unlink()
    workspaces.write(folder, "departments/north", {"weeks": [1]})
    assert sorted(fault.where for fault in faults(folder)) == [
        "params/causes.yaml",
        "params/departments/north.yaml, weeks",
        "params/kpis.yaml, revenue.taget",
        "params/kpis.yaml, revenue.unit",
    ]


@pytest.mark.parametrize(
    ("every", "first", "before"),
    [
        ("week", "2026-01-05", "2025-12-29"),
        ("month", "2026-01-01", "2025-12-01"),
        ("quarter", "2026-01-01", "2025-10-01"),
        ("quarter", "2026-04-01", "2026-01-01"),
    ],
)
def test_the_period_before_begins_where_its_cadence_says(folder: Path, every: str, first: str, before: str) -> None:
    workspaces.write(folder, "kpis", {"revenue": REVENUE | {"every": every}})
    assert str(Workspace.load(folder).period_before(datetime.date.fromisoformat(first))) == before


@pytest.mark.parametrize(
    ("every", "first", "last"),
    [
        ("week", "2026-07-27", "2026-08-02"),
        ("month", "2026-02-01", "2026-02-28"),
        ("month", "2026-12-01", "2026-12-31"),
        ("quarter", "2026-10-01", "2026-12-31"),
        ("quarter", "2024-01-01", "2024-03-31"),
    ],
)
def test_a_review_period_ends_the_day_before_the_next_begins(folder: Path, every: str, first: str, last: str) -> None:
    workspaces.write(folder, "kpis", {"revenue": REVENUE | {"every": every}})
    end = Workspace.load(folder).last_day(datetime.date.fromisoformat(first))
    assert end.isoformat() == last


def test_the_review_is_as_frequent_as_the_most_frequent_kpi_that_somebody_owns(folder: Path) -> None:
    owned = {"month": ["north"], "quarter": ["north"], "week": []}
    catalogue = {every: REVENUE | {"every": every, "departments": owners} for every, owners in owned.items()}
    workspaces.write(folder, "kpis", catalogue)
    assert Workspace.load(folder).every == "month"


def test_a_department_owns_the_kpis_that_name_it(folder: Path) -> None:
    workspaces.write(folder, "kpis", {"revenue": REVENUE, "margin": REVENUE | {"departments": ["south"]}})
    assert list(Workspace.load(folder).owned_by("north")) == ["revenue"]


def test_a_mark_that_no_form_has_is_refused_with_the_nearest(folder: Path) -> None:
    causes = yaml.safe_load((folder / "params" / "causes.yaml").read_text(encoding="utf-8"))
    causes["families"]["resources"]["ticks"]["employee"] = {"work_load": 1.0, "tools_hinder:yes": 1.0}
    workspaces.write(folder, "causes", causes)
    assert only(folder) == (
        "params/causes.yaml, resources.ticks.employee: there is no mark of this form 'work_load'. "
        "Did you mean 'workload'?"
    )


@pytest.mark.parametrize("name", ["A & E / Leeds", 'O\'Neill "quoted"', "Zürich <script>", "株式会社"])
def test_a_department_s_name_is_free(folder: Path, name: str) -> None:
    with_departments(folder, east=NORTH | {"name": name})
    assert Workspace.load(folder).review.departments["east"].name == name
