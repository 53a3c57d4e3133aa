import pandas as pd
import pytest

from saypro_nb.agree.schema import Kpi
from saypro_nb.review import gaps, signals, standing
from saypro_nb.show import charts
from saypro_nb.show.html import Block
from saypro_nb.show.picture import Picture
from tests.plans import action


def kpi(**facts: object) -> Kpi:
    usual = {"name": "Conversion", "unit": "percent", "better": "higher", "perspective": "customer", "every": "week"}
    return Kpi(**(usual | {"formula": "as given", "points_at": "poor leads", "target": 20} | facts))


@pytest.fixture
def points() -> pd.DataFrame:
    weeks = pd.date_range("2026-01-05", periods=31, freq="W-MON")
    values = [*[20.0, 21.0] * 15, 12.0]
    table = pd.DataFrame({"department": "north", "kpi": "conversion", "period": weeks, "value": values})
    return signals.judge(gaps.with_targets(table, {"conversion": kpi()}), {"conversion": kpi()})


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_process_chart_is_told_by_last_value_limits_target_and_signals(points: pd.DataFrame) -> None:
    # Mean 20.24; the leap of 9 is screened out, so the mean moving range is 1 and the limits lie 2.66 away.
    assert plain(charts.process(points, kpi(), "$").alt) == (
        "Conversion over 31 periods, last 12.0 %; chance carries it from 17.6 % to 22.9 %. "
        "Its target is 20.0 %. One signal for the worse."
    )


def test_every_kpi_with_a_value_gets_a_chart_and_one_without_none(points: pd.DataFrame) -> None:
    empty = points.assign(kpi="empty", value=float("nan"))
    gallery = charts.processes(pd.concat([points, empty]), {"conversion": kpi(), "empty": kpi()}, "$", [action()])
    assert gallery.html.count("<img") == 1


def test_charts_without_anything_to_show_say_so(points: pd.DataFrame) -> None:
    without_goal = standing.against_goal(points.assign(target=float("nan")))
    shown = charts.bullets(without_goal, {})
    assert isinstance(shown, Block)
    assert "No " in shown.text


def test_bullets_count_the_kpis_that_reach_their_goal(points: pd.DataFrame) -> None:
    shown = charts.bullets(standing.against_goal(points), {"conversion": kpi()})
    assert isinstance(shown, Picture)
    assert shown.alt == "Goals attained by one KPI in percent; 0 of them reach their goal."
