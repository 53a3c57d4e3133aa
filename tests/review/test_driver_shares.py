import pandas as pd
import pytest

from saypro_nb.review import driver_shares
from saypro_nb.review.drivers import OTHERS, Associations

WEEKS = pd.date_range("2025-01-06", periods=60, freq="W-MON")
BEGINS = WEEKS[50]


def found(*named: tuple[str, int, float], others: tuple[tuple[str, int, float, float], ...] = ()) -> Associations:
    table = pd.DataFrame(
        [(driver, lag, each, each - 0.5, each + 0.5) for driver, lag, each in named],
        columns=["driver", "lag", "coefficient", "low", "high"],
    )
    return Associations(table, "associated", "", 60, {}, pd.DataFrame(others, columns=list(OTHERS)))


def stepping(size: float, *, at: int = 50) -> pd.Series:
    return pd.Series([0.0] * at + [size] * (60 - at), WEEKS)


def shares(associations: Associations, kpi: pd.Series, **drivers: pd.Series) -> pd.DataFrame:
    return driver_shares.shares(associations, kpi, pd.DataFrame(drivers), BEGINS)


def test_a_share_is_the_coefficient_times_the_drivers_own_move_over_the_change() -> None:
    row = shares(found(("absence", 0, 2.0)), stepping(12), absence=stepping(3)).iloc[0]
    assert row[["share", "low", "high"]].tolist() == [2 * 3 / 12, 1.5 * 3 / 12, 2.5 * 3 / 12]


def test_a_driver_ahead_is_compared_as_many_weeks_earlier() -> None:
    row = shares(found(("absence", 2, 2.0)), stepping(12), absence=stepping(3, at=48)).iloc[0]
    assert row["share"] == pytest.approx(0.5)


def test_a_driver_that_stood_still_carries_nothing() -> None:
    assert shares(found(("absence", 0, 2.0)), stepping(12), absence=stepping(0))["share"].tolist() == [0]


def test_against_the_change_a_share_is_below_zero_and_its_interval_in_order() -> None:
    row = shares(found(("absence", 0, -2.0)), stepping(12), absence=stepping(3)).iloc[0]
    assert row["low"] < row["share"] < row["high"] < 0


def test_a_driver_that_was_not_named_has_an_interval_and_no_share() -> None:
    row = shares(found(others=(("mails", 1, -1.0, 1.0),)), stepping(12), mails=stepping(3, at=49)).iloc[0]
    assert pd.isna(row["share"])
    assert (row["low"], row["high"], row["named"]) == (-0.25, 0.25, False)


@pytest.mark.parametrize("kpi", [stepping(0), pd.Series([float("nan")] * 60, WEEKS)])
def test_without_a_change_there_is_nothing_to_share(kpi: pd.Series) -> None:
    assert shares(found(("absence", 0, 2.0)), kpi, absence=stepping(3)).empty
