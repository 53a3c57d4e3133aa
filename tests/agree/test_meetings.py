import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.meetings import MeetingParams
from saypro_nb.agree.settings import Workspace
from tests import workspaces
from tests.workspaces import REPOSITORY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspaces.make(tmp_path / "work")


def refused(folder: Path, content: Any) -> str:
    workspaces.write(folder, "meetings", content)
    with pytest.raises(InputError) as error:
        Workspace.load(folder)
    return str(error.value)


def test_a_workspace_without_the_file_has_the_defaults(folder: Path) -> None:
    assert Workspace.load(folder).meetings == MeetingParams()


def test_the_sample_writes_every_setting_of_the_file_down() -> None:
    written = yaml.safe_load((REPOSITORY / "params" / "meetings.yaml").read_text("utf-8"))
    assert set(written) == set(MeetingParams.model_fields)
    for section in ("agenda", "review_agendas", "alerts", "escalation", "meetings"):
        assert set(written[section]) == set(type(getattr(MeetingParams(), section)).model_fields)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"time_zone": "Europe/Londn"}, "there is no time zone 'Europe/Londn'; give one such as Europe/London"),
        ({"first_week": "2026-06-30"}, "2026-06-30 is a Tuesday; give a Monday"),
        (
            {"escalation": {"owner_day": 3}},
            "escalation.owner_day: there is no such setting. Did you mean 'owner_days'?",
        ),
        ({"escalation": {"owner_days": 0}}, "escalation.owner_days: found 0"),
        ({"departments": {"nroth": {"minutes": 30}}}, "there is no department 'nroth'. Did you mean 'north'?"),
        (
            {"meetings": {"department_review": {"times": {"nroth": "10:00"}}}},
            "meetings.department_review.times: there is no department 'nroth'. Did you mean 'north'?",
        ),
        ({"review_agendas": {"department": {"lunch": 30}}}, "review_agendas.department.lunch"),
        ({"departments": {"north": {"at": 600}}}, "YAML reads 600 here, not text. Write it in quotes"),
        ({"departments": {"north": {"at": "25:00"}}}, "'25:00' is no time of day; write it such as '10:00'"),
        ({"departments": {"north": {"weekday": "mon"}}}, "departments.north.weekday: found 'mon'"),
    ],
)
def test_a_setting_that_is_none_is_refused_with_a_remedy(folder: Path, content: Any, said: str) -> None:
    assert said in refused(folder, content)


def test_check_ins_have_their_cadence_in_one_place_only(folder: Path) -> None:
    meeting = {"every": "weekly", "weekday": "monday", "at": "10:00", "minutes": 60, "attend": {"always": ["lead"]}}
    assert "each department's is its check_in in params/review.yaml" in refused(
        folder, {"meetings": {"check_in": meeting}}
    )


def test_a_first_week_in_the_year_9999_is_a_slip_of_the_pen(folder: Path) -> None:
    assert "first_week: found datetime.date(9999, 12, 27). Input should be less than or equal to 2100-12-31" in refused(
        folder, {"first_week": datetime.date(9999, 12, 27)}
    )
