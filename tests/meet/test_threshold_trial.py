"""The south's revenue wobbles between 98 and 102, and in its last eight weeks between 58 and 62."""

from pathlib import Path

import pytest

from saypro_nb.keep.dossier import Dossier
from saypro_nb.meet.threshold_trial import ThresholdTrial
from tests import workspaces


def opened(folder: Path, **facts: object) -> ThresholdTrial:
    workspaces.make(folder)
    workspaces.write(folder, "kpis", {"revenue": workspaces.KPIS["revenue"] | facts})
    return ThresholdTrial(Dossier.open(str(folder), department="south", period="latest"))


def told(trial: ThresholdTrial) -> list[str]:
    return trial.text.splitlines()


def test_it_opens_with_the_present_threshold_and_what_that_has_done(tmp_path: Path) -> None:
    trial = opened(tmp_path, threshold=80)
    assert trial.threshold.value == 80
    assert told(trial)[0] == "Below $80.00: one alert in the last quarter; 8 of 13 weeks below it"


def test_another_threshold_is_told_as_the_slider_moves_beside_the_present_one(tmp_path: Path) -> None:
    trial = opened(tmp_path, threshold=80)
    trial.threshold.value = 57.5
    assert told(trial)[:2] == [
        "Below $57.50: no alerts in the last quarter; 0 of 13 weeks below it",
        "The present one: Below $80.00: one alert in the last quarter; 8 of 13 weeks below it",
    ]
    assert "params/kpis.yaml" in told(trial)[2]


def test_where_lower_is_better_values_above_it_alarm(tmp_path: Path) -> None:
    trial = opened(tmp_path, better="lower", threshold=110)
    trial.threshold.value = 80
    assert told(trial)[0].startswith(
        "Above $80.00: no alerts in the last quarter, and one that lasted since week of 5 January"
    )
    assert told(trial)[0].endswith("5 of 13 weeks above it")


def test_a_kpi_without_a_threshold_starts_in_the_middle(tmp_path: Path) -> None:
    trial = opened(tmp_path)
    assert trial.threshold.min < 58 < trial.threshold.value < 102 < trial.threshold.max


def test_a_threshold_of_nothing_is_one_as_well(tmp_path: Path) -> None:
    trial = opened(tmp_path, threshold=0)
    assert trial.threshold.value == 0
    assert told(trial)[0] == "Below $0.00: no alerts in the last quarter; 0 of 13 weeks below it"


@pytest.mark.parametrize("better", ["neither"])
def test_without_a_worse_side_there_is_nothing_to_try_out(tmp_path: Path, better: str) -> None:
    assert "No KPI of this department" in opened(tmp_path, better=better).text
