import pandas as pd
import pytest

from saypro_nb.agree.errors import InputError
from saypro_nb.review import rhythm

MONDAY = pd.Timestamp("2024-01-01")
MARCH = pd.Timestamp("2024-03-01")


def test_a_missing_period_leaves_a_hole_in_the_count():
    weeks = pd.DatetimeIndex(["2024-01-01", "2024-01-08", "2024-01-29"])
    months = pd.DatetimeIndex(["2024-03-01", "2024-05-01", "2025-01-01"])
    quarters = pd.DatetimeIndex(["2024-01-01", "2024-07-01", "2025-01-01"])
    assert rhythm.places(weeks, "week", MONDAY).tolist() == [0, 1, 4]
    assert rhythm.places(months, "month", MARCH).tolist() == [0, 2, 10]
    assert rhythm.places(quarters, "quarter", MONDAY).tolist() == [0, 2, 4]


@pytest.mark.parametrize("every", ["week", "month", "quarter"])
def test_a_place_and_its_first_day_belong_together(every):
    days = pd.DatetimeIndex([rhythm.period_at(place, every, MONDAY) for place in range(-5, 6)])
    assert rhythm.places(days, every, MONDAY).tolist() == list(range(-5, 6))


def test_a_day_in_the_middle_of_a_period_waits_for_the_next_one():
    assert rhythm.place_from(pd.Timestamp("2024-01-08"), "week", MONDAY) == 1
    assert rhythm.place_from(pd.Timestamp("2024-01-09"), "week", MONDAY) == 2
    assert rhythm.place_from(pd.Timestamp("2024-04-02"), "month", MARCH) == 2
    assert rhythm.place_of(pd.Timestamp("2024-01-14"), "week", MONDAY) == 1


def test_two_values_in_one_month_are_refused():
    with pytest.raises(InputError, match="two values within one month"):
        rhythm.places(pd.DatetimeIndex(["2024-03-01", "2024-03-15"]), "month", MARCH)
