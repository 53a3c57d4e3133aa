"""The tables of gap identification, on two KPIs small enough to check by hand."""

import pandas as pd
import pytest

from saypro_nb.agree.library import Causes
from saypro_nb.agree.schema import Kpi, Priority
from saypro_nb.review import gaps, signals
from saypro_nb.show import gap_listings

PRIORITY = Priority.model_validate(
    {
        "signal": {"concern": 2, "watch": 1.5, "common_cause": 1, "improvement": 0.5},
        "trend": {"worsening": 1.5, "flat": 1, "improving": 0.75},
    }
)


def kpi(**facts: object) -> Kpi:
    usual = {"name": "Conversion", "unit": "percent", "better": "higher", "perspective": "customer", "every": "week"}
    return Kpi.model_validate(
        usual | {"formula": "as given", "points_at": "Poor leads.", "area": "lead quality"} | facts
    )


KPIS = {
    "conversion": kpi(target=15, benchmark=20),
    "delivery": kpi(name="Delivery time", unit="hours", better="lower", target=24, every="month", area=None),
}


@pytest.fixture
def points() -> pd.DataFrame:
    weeks = pd.date_range("2026-01-05", periods=31, freq="W-MON")
    months = pd.date_range("2025-01-01", periods=14, freq="MS")
    conversion = pd.DataFrame({"kpi": "conversion", "period": weeks, "value": [*[18.0, 19.0] * 15, 10.0]})
    delivery = pd.DataFrame({"kpi": "delivery", "period": months, "value": [30.0, 31.0] * 7})
    values = pd.concat([conversion, delivery], ignore_index=True).assign(department="north")
    return signals.judge(gaps.with_targets(values, KPIS), KPIS)


@pytest.fixture
def ranked(points: pd.DataFrame) -> pd.DataFrame:
    return gaps.rank(gaps.measure(points, KPIS), KPIS, PRIORITY)


def lines(text: str) -> dict[str, list[str]]:
    """Return the cells of each row by its first one."""
    rows = [row.split(" | ") for row in text.replace("\N{NO-BREAK SPACE}", " ").splitlines()]
    return {row[0]: row[1:] for row in rows}


def test_the_kpi_table_tells_value_target_variance_variation_and_assurance(
    ranked: pd.DataFrame, points: pd.DataFrame
) -> None:
    found = lines(gap_listings.gaps(ranked, points, KPIS, "$").text)
    assert found["Conversion"][1:] == ["10.0 %", "15.0 %", "−5.0 points", "Worse", "Meets its target"]
    assert found["Delivery time"][1:] == ["31.0 h", "24.0 h", "+7.0 h", "Common cause", "Can't meet it as it is"]


def test_each_kpi_is_compared_with_target_benchmark_and_usual_level_in_its_period(ranked: pd.DataFrame) -> None:
    text = gap_listings.compared(ranked, KPIS, "$").text.replace("\N{NO-BREAK SPACE}", " ")
    # 10 of 15 is a third short, 10 of 20 half; the mean of the 31 values is 565 / 31 = 18.2.
    assert "Conversion | week of 3 August 2026 | 10.0 % | target | 15.0 % | −5.0 points | −33 % | Short" in text
    assert "Conversion | week of 3 August 2026 | 10.0 % | benchmark | 20.0 % | −10.0 points | −50 % | Short" in text
    assert "Conversion | week of 3 August 2026 | 10.0 % | usual level | 18.2 % | −8.2 points | −45 % | Short" in text
    assert "Delivery time | February 2026 | 31.0 h | target | 24.0 h | +7.0 h | +29 % | Short" in text


def test_a_verdict_says_since_when_what_was_found_and_who_judged(ranked: pd.DataFrame) -> None:
    found = lines(gap_listings.verdicts(ranked, KPIS).text)
    assert found["Conversion"] == [
        "Changed for the worse",
        "week of 3 August 2026",
        "a point beyond the limits",
        "–",
        "its chart",
    ]
    assert found["Delivery time"][0] == "Can't meet its target as it is"


def test_calibrated_evidence_is_told_as_odds_and_a_fallback_with_its_reason(ranked: pd.DataFrame) -> None:
    told = ranked.assign(
        evidence=["calibrated", "chart"], p=[0.02, float("nan")], fallback=[None, "it is measured every month"]
    )
    found = lines(gap_listings.verdicts(told, KPIS).text)
    by_kpi = [found[KPIS[kpi].name][3:] for kpi in told["kpi"]]
    assert by_kpi == [["1 in 50", "its history"], ["–", "its chart: it is measured every month"]]


def test_gaps_of_an_area_stand_together_with_their_share_of_the_priority(ranked: pd.DataFrame) -> None:
    # Conversion: size 5/15, alarm × 2; delivery: size 7/24; both weigh 1 and have no trend: 0.667 to 0.292.
    found = lines(gap_listings.areas(ranked, KPIS).text)
    assert found["Lead quality"] == ["Conversion", "70", "Poor leads."]
    assert found["Delivery time"][1] == "30"


def test_a_gap_without_a_known_cause_still_gets_its_first_step(ranked: pd.DataFrame) -> None:
    library = Causes.model_validate({"families": {}, "hypotheses": []})
    found = lines(gap_listings.questions(ranked, KPIS, library).text)
    assert found["Conversion"] == ["Find out what happened when it began", "–", "–", "–"]
    assert found["Delivery time"][0] == "Ask what the process would need, or whether the target is right"


def test_the_cover_of_data_names_holes_limits_and_a_rebase(points: pd.DataFrame, ranked: pd.DataFrame) -> None:
    rebased = ranked.assign(rebased=pd.Timestamp("2026-03-02"), rebase_reason="New form", rebase_author="M&E team")
    found = lines(gap_listings.coverage(points, rebased, KPIS).text)
    assert found["Conversion"] == [
        "week",
        "31",
        "0",
        "5 Jan 2026",
        "its values (XmR)",
        "2 Mar 2026: New form (M&E team)",
    ]


def test_a_contradiction_names_the_speakers_own_gaps() -> None:
    checked = pd.DataFrame(
        [
            {
                "kpi": "conversion",
                "speaker": "south",
                "statements": 2,
                "said": "trouble",
                "figures": "sound",
                "verdict": "contradict",
                "at_home": ["delivery"],
            },
            {
                "kpi": "delivery",
                "speaker": None,
                "statements": 0,
                "said": None,
                "figures": "trouble",
                "verdict": "data only",
                "at_home": [],
            },
        ]
    )
    found = lines(gap_listings.crosscheck(checked, KPIS, {"south": "South"}).text)
    assert found["Conversion"] == ["South", "2", "trouble", "no trouble", "Contradict", "Delivery time"]
    assert found["Delivery time"] == ["–", "0", "–", "trouble", "Data only", "–"]


def test_an_area_is_told_with_what_the_forms_say() -> None:
    checked = pd.DataFrame(
        [
            {
                "area": "lead quality",
                "kpis": ["conversion"],
                "figures": "trouble",
                "interviews": None,
                "employees": "yes",
                "leaders": None,
                "verdict": "agree",
            }
        ]
    )
    found = lines(gap_listings.crosscheck_by_area(checked, KPIS).text)
    assert found["Lead quality"] == ["Conversion", "trouble", "–", "yes", "–", "Agree"]
