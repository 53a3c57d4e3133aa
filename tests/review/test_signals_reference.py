"""Our charts against those of the R package NHSRplotthedots, on published figures (tests/reference/README.md)."""

from pathlib import Path

import pandas as pd
import pytest

from saypro_nb.agree.schema import Kpi
from saypro_nb.review import signals

FILE = Path(__file__).parents[1] / "reference" / "nhs_plot_the_dots.csv"
BETTER = {"increase": "higher", "decrease": "lower", "neutral": "neither"}
RULES = {
    "CL Run": "shift",
    "2 in 3": "two_of_three",
    "Trend": "trend",
    "UCL": "outside",
    "LCL": "outside",
    "7 Points": "shift",
}
ASSURANCE = {"consistent_pass": "pass", "consistent_fail": "fail", "inconsistent": "hit_or_miss"}


@pytest.fixture(scope="module")
def reference() -> pd.DataFrame:
    return pd.read_csv(FILE, dtype={"department": str})


@pytest.fixture(scope="module")
def points(reference: pd.DataFrame) -> pd.DataFrame:
    facts = {"name": "Any", "unit": "score", "perspective": "customer", "every": "month"}
    directions = reference.groupby("kpi")["direction"].first().map(BETTER)
    kpis = {
        str(kpi): Kpi(better=better, formula="as given", points_at="not known", **facts)
        for kpi, better in directions.items()
    }
    return signals.judge(reference, kpis)


def test_centre_and_limits_agree_to_nine_digits(reference: pd.DataFrame, points: pd.DataFrame) -> None:
    width = reference["upl"] - reference["lpl"]
    for ours, theirs in (("centre", "mean_col"), ("lower", "lpl"), ("upper", "upl")):
        assert ((points[ours] - reference[theirs]).abs() < 1e-9 * width).all()


def test_every_point_breaks_the_same_rule(reference: pd.DataFrame, points: pd.DataFrame) -> None:
    labels = reference["special_cause_type"]
    theirs = labels.map(lambda label: next((rule for text, rule in RULES.items() if text in label), "none"))
    assert set(theirs) == {"none", "outside", "trend", "two_of_three", "shift"}
    assert points["signal"].tolist() == theirs.tolist()


def test_every_point_means_the_same(reference: pd.DataFrame, points: pd.DataFrame) -> None:
    assert points["meaning"].tolist() == reference["point_type"].str.removeprefix("special_cause_").tolist()


def test_every_series_with_a_target_has_the_same_assurance(reference: pd.DataFrame, points: pd.DataFrame) -> None:
    judged = points[points["target"].notna() & (points["better"] != "neither")]
    for (department, kpi), series in judged.groupby(signals.SERIES):
        theirs = reference.loc[(reference["department"] == department) & (reference["kpi"] == kpi), "assurance_type"]
        assert signals.assurance(series) == ASSURANCE[theirs.iloc[0]]
