import pandas as pd
import pytest

from saypro_nb.review import standing


def points(values: list[float], *, target: float | None, better: str = "higher") -> pd.DataFrame:
    table = pd.DataFrame({"department": "north", "kpi": "any", "value": values, "target": target, "better": better})
    return table.astype({"target": float})


def test_the_baseline_is_the_year_before_the_last_quarter() -> None:
    found = standing.against_goal(points([99.0] * 10 + [1.0] * 52 + [3.0] * 13, target=5)).iloc[0]
    assert found[["baseline", "now", "goal"]].tolist() == [1, 3, 5]


def test_three_of_five_attain_sixty_percent_of_the_goal() -> None:
    found = standing.against_goal(points([1.0] * 52 + [3.0] * 13, target=5)).iloc[0]
    assert found[["attained_then", "attained"]].tolist() == [20, 60]


def test_where_less_is_better_twice_the_goal_attains_half_of_it() -> None:
    assert standing.attained(8, 4, "lower") == 50
    assert standing.attained(2, 4, "lower") == 200


@pytest.mark.parametrize(("value", "goal"), [(5, 0), (5, -1), (-5, 5), (5, float("nan")), (float("nan"), 5)])
def test_without_a_value_and_a_goal_above_zero_nothing_is_attained(value: float, goal: float) -> None:
    assert pd.isna(standing.attained(value, goal, "higher"))


def test_where_neither_direction_is_better_nothing_is_attained() -> None:
    assert pd.isna(standing.attained(5, 5, "neither"))
