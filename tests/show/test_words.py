import datetime

import pytest

from saypro_nb.agree.schema import Kpi
from saypro_nb.show import words


def kpi(unit: str) -> Kpi:
    facts = {"name": "Any", "better": "higher", "perspective": "operational", "every": "week"}
    return Kpi(unit=unit, formula="as given", points_at="not known", **facts)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (250_000, "money", "$250,000"),
        (-1_200, "money", "−$1,200"),
        (37.4, "money", "$37.40"),
        (17, "percent", "17.0 %"),
        (6.04, "hours", "6.0 h"),
        (14, "days", "14.0 days"),
        (1234, "count", "1,234"),
        (0.345, "ratio", "0.34"),
        (-0.01, "hours", "0.0 h"),
        (float("nan"), "count", "–"),
        (None, "count", "–"),
    ],
)
def test_an_amount_is_said_in_its_unit(value: float | None, unit: str, said: str) -> None:
    assert plain(words.amount(value, kpi(unit), "$")) == said


# From the review guide: conversion 18 % against 15 %, delivery 30 h against 24 h, CSAT 80 % against 85 %.
@pytest.mark.parametrize(
    ("value", "target", "unit", "said"),
    [(18, 15, "percent", "+3.0 points"), (30, 24, "hours", "+6.0 h"), (80, 85, "percent", "−5.0 points")],
)
def test_two_percentages_differ_by_points(value: float, target: float, unit: str, said: str) -> None:
    assert plain(words.difference(value - target, kpi(unit), "$")) == said


@pytest.mark.parametrize(
    ("every", "said"),
    [("week", "week of 1 April 2019"), ("month", "April 2019"), ("quarter", "quarter 2 of 2019")],
)
def test_a_period_is_said_as_its_cadence_wants(every: str, said: str) -> None:
    assert plain(words.period(datetime.date(2019, 4, 1), every)) == said


def test_a_list_is_said_with_and_before_its_last() -> None:
    assert [words.listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_a_count_agrees_with_its_noun() -> None:
    assert [words.counted(number, "gap") for number in (0, 1, 4)] == ["no gaps", "one gap", "4 gaps"]


@pytest.mark.parametrize(
    ("chance", "said"),
    [(0.7, "often"), (0.5, "often"), (0.2, "1 in 5"), (0.0008888, "1 in 1,125"), (1e-9, "less than 1 in a million")],
)
def test_small_chances_are_said_as_odds(chance: float, said: str) -> None:
    assert words.odds(chance) == said


@pytest.mark.parametrize(("percent", "said"), [(11.6, "+12 %"), (-4.0, "−4 %"), (0.2, "0 %"), (float("nan"), "–")])
def test_a_share_of_a_reference_has_its_sign(percent: float, said: str) -> None:
    assert words.share(percent).replace("\N{NO-BREAK SPACE}", " ") == said


def test_a_text_on_one_line_has_neither_breaks_nor_characters_that_steer() -> None:
    assert words.one_line(" a\r\nb\tc\u202ed\x1b[0m\x00 ") == "a b cd[0m"
