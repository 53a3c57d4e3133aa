import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.library import Causes
from saypro_nb.review import driver_shares, triangulation
from saypro_nb.review.segments import Explanation
from saypro_nb.review.voices import Heard
from tests.review.test_causes import FAMILIES, said

SIGNS = {
    "resources": [{"sign": "absence", "drivers": ["absence"]}, {"sign": "short shifts", "dimensions": ["shift"]}],
    "training": [{"sign": "teams differ", "dimensions": ["orders.team"]}],
}


@pytest.fixture
def library() -> Causes:
    families = {name: {"name": name, "signs": SIGNS.get(name, ["a sign"]), "ticks": {}} for name in FAMILIES}
    return Causes.model_validate({"families": families, "hypotheses": []})


def explained(*findings: tuple[dict[str, str], float, float, float], verdict: str = "segments") -> Explanation:
    """Return a change of -2, of which each segment carries a contribution with its interval."""
    rows = [
        {"segment": segment, "effect": "rate", "contribution": part, "low": low, "high": high, "share": part / -2}
        for segment, part, low, high in findings
    ]
    table = pd.DataFrame(rows, columns=["segment", "effect", "contribution", "low", "high", "share"])
    limits = pd.DataFrame({"dimension": ["shift", "team"], "most": [0.05, 0.30]})
    return Explanation(table, verdict, 10, 8, -2, 0.0, limits)  # type: ignore[arg-type]


def moved(*rows: tuple[str, int, bool, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=driver_shares.COLUMNS)


def says(measured: pd.DataFrame) -> dict[str, str | None]:
    return {family: triangulation.data_say(measured, family) for family in ("resources", "training", "processes")}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "people", "verdict"),
    [
        ("yes", "yes", "agree"),
        ("no", "yes", "contradict"),
        ("yes", "no", "data only"),
        ("yes", "unclear", "data only"),
        ("yes", None, "data only"),
        (None, "yes", "people only"),
        ("unclear", "yes", "people only"),
        ("no", "no", "ruled out"),
        (None, "no", "unclear"),
        ("no", None, "unclear"),
        (None, None, "unclear"),
    ],
)
def test_data_and_people_agree_contradict_or_stand_alone(data: str, people: str, verdict: str) -> None:
    assert triangulation.verdict(data, people) == verdict  # type: ignore[arg-type]


def test_a_segment_that_carries_a_tenth_of_the_change_speaks_for_the_family_its_dimension_measures(
    library: Causes,
) -> None:
    found = triangulation.measure(explained(({"shift": "late"}, -1.0, -1.4, -0.6)), None, "orders", library)
    row = found[found["what"].map(lambda what: what == {"shift": "late"})].iloc[0]
    assert row[["family", "says", "share", "low", "high"]].tolist() == ["resources", "yes", 0.5, 0.3, 0.7]


def test_a_dimension_that_can_carry_no_tenth_speaks_against_and_one_that_might_is_unclear(library: Causes) -> None:
    found = triangulation.measure(explained(verdict="general"), None, "orders", library)
    assert says(found) == {"resources": "no", "training": "unclear", "processes": None}


def test_a_dimension_of_another_table_measures_nothing(library: Causes) -> None:
    assert says(triangulation.measure(explained(verdict="general"), None, "tickets", library))["training"] is None


def test_a_kpi_that_has_not_changed_says_nothing(library: Causes) -> None:
    assert triangulation.measure(explained(verdict="no change"), None, "orders", library).empty


def test_a_segment_that_worked_against_the_change_is_no_cause_of_it(library: Causes) -> None:
    found = triangulation.measure(explained(({"shift": "late"}, 1.0, 0.6, 1.4)), None, "orders", library)
    assert says(found)["resources"] == "no"


def test_a_driver_speaks_for_its_family_by_the_share_that_goes_along_with_it(library: Causes) -> None:
    found = triangulation.measure(None, moved(("absence", 2, True, 0.9, 0.7, 1.1)), None, library)
    assert says(found)["resources"] == "yes"
    stood_still = triangulation.measure(None, moved(("absence", 2, True, 0.01, 0.0, 0.02)), None, library)
    assert says(stood_still)["resources"] == "no"


def test_a_driver_that_was_not_named_is_unclear_while_any_lag_may_carry_a_tenth(library: Causes) -> None:
    rows = [("absence", 0, False, np.nan, -0.1, 0.02), ("absence", 1, False, np.nan, -0.1, 0.3)]
    assert says(triangulation.measure(None, moved(*rows), None, library))["resources"] == "unclear"
    assert says(triangulation.measure(None, moved(rows[0]), None, library))["resources"] == "no"


def interviews(*families: str) -> pd.DataFrame:
    return pd.DataFrame({"kpi": "conversion", "families": families}, columns=["kpi", "families"])


def people(forms: pd.DataFrame, spoken: pd.DataFrame) -> str | None:
    return triangulation.people_say(Heard(forms, spoken), "conversion", "resources")


def test_one_group_is_enough_for_people_to_say_yes() -> None:
    leaders = said(0.0, form="team_leader", answer="no")
    assert people(pd.concat([said(0.5), leaders]), interviews()) == "yes"
    assert people(leaders, interviews()) == "no"


def test_hidden_and_unasked_groups_say_nothing() -> None:
    assert people(said(np.nan, answer="hidden"), interviews()) is None
    assert people(said(0.0, answer="not asked"), interviews()) is None


def test_four_interview_statements_are_too_few_to_speak_and_five_are_not() -> None:
    nobody = said(0.5).iloc[:0]
    assert people(nobody, interviews(*["resources"] * 4)) is None
    assert people(nobody, interviews(*["resources"] * 5)) == "yes"


def test_what_measures_a_sign_is_told_in_words_and_a_sign_that_nothing_measures_without(library: Causes) -> None:
    told = {name: list(triangulation.measures_of(facts)) for name, facts in library.families.items()}
    assert told["resources"] == [("absence", "absence"), ("short shifts", "by shift")]
    assert told["training"] == [("teams differ", "by team")]
    assert told["processes"] == [("a sign", "")]
