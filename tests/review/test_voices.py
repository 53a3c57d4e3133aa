import pandas as pd
import pytest

from saypro_nb.agree.contract import TABLES
from saypro_nb.agree.library import Causes
from saypro_nb.review import voices

FAMILIES = ("resources", "training", "processes", "engagement", "alignment")
TICKS = {
    "resources": {"employee": {"workload": 1.0, "training_or_resources": 0.5}},
    "training": {"employee": {"training_or_resources": 0.5}, "team_leader": {"training": 1.0}},
    "processes": {"employee": {"tools_hinder:yes": 1.0}},
}


@pytest.fixture
def causes() -> Causes:
    families = {name: {"name": name, "signs": ["a sign"], "ticks": TICKS.get(name, {})} for name in FAMILIES}
    return Causes.model_validate({"families": families, "hypotheses": []})


def forms(*ticked: str, form: str = "employee", **answers: object) -> pd.DataFrame:
    table = pd.DataFrame({"form": form, "challenges": ticked})
    return table.reindex(columns=list(TABLES["feedback"].columns)).assign(**answers)


def heard(feedback: pd.DataFrame, causes: Causes, family: str, form: str = "employee") -> pd.Series:
    said = voices.families(feedback, causes).set_index(["form", "family"])
    return said.loc[(form, family)]


def test_a_form_points_at_a_family_by_its_strongest_tick(causes: Causes) -> None:
    said = heard(forms("workload;training_or_resources", "training_or_resources", "", "", ""), causes, "resources")
    assert said["pointing"] == 1.5
    assert said["share"] == pytest.approx(0.3)


def test_a_closed_answer_counts_like_a_tick(causes: Causes) -> None:
    feedback = forms("", "", "", "", "", tools_hinder=[True, True, True, False, None])
    assert heard(feedback, causes, "processes")["share"] == pytest.approx(0.6)


def test_what_no_box_of_the_form_stands_for_was_not_asked(causes: Causes) -> None:
    assert heard(forms(*["workload"] * 6), causes, "engagement")["said"] == "not asked"


def test_four_forms_are_hidden_and_five_are_shown(causes: Causes) -> None:
    four, five = (heard(forms(*["workload"] * count), causes, "resources") for count in (4, 5))
    assert four["said"] == "hidden"
    assert pd.isna(four["share"])
    assert pd.isna(four["pointing"])
    assert five["said"] == "yes"


def test_employees_and_team_leaders_are_kept_apart(causes: Causes) -> None:
    both = pd.concat([forms(*["workload"] * 5), forms(*["training"] * 5, form="team_leader")])
    assert heard(both, causes, "training", "employee")["share"] == 0
    assert heard(both, causes, "training", "team_leader")["share"] == 1


def test_the_wilson_interval_is_that_of_the_textbook() -> None:
    # 10 of 20 with z = 1.2816: (0.5 + 0.04106) / 1.08212 = 0.5 in the middle, reach 0.1377.
    low, high = voices.wilson(0.5, 20)
    assert low == pytest.approx(0.3623, abs=1e-4)
    assert high == pytest.approx(0.6377, abs=1e-4)


@pytest.mark.parametrize(("ticking", "said"), [(12, "yes"), (3, "unclear"), (0, "no")])
def test_several_say_so_where_the_interval_lies_above_a_fifth(causes: Causes, ticking: int, said: str) -> None:
    feedback = forms(*["workload"] * ticking, *[""] * (20 - ticking))
    assert heard(feedback, causes, "resources")["said"] == said


def test_nobody_asked_is_an_empty_answer(causes: Causes) -> None:
    assert voices.families(forms(), causes).empty


def written(*families: str) -> pd.DataFrame:
    return pd.DataFrame({"row": range(len(families)), "families": families})


def test_a_sentence_counts_half_a_tick_and_never_beside_a_full_one(causes: Causes) -> None:
    feedback = forms("workload", "", "", "", "")
    said = voices.families(feedback, causes, written("resources", "resources;training", "", "", "")).set_index("family")
    assert said.loc["resources", "pointing"] == 1.5
    assert said.loc["training", "pointing"] == 0.5


def test_what_nobody_asked_about_is_heard_where_most_write_of_it(causes: Causes) -> None:
    said = voices.families(forms(*[""] * 10), causes, written(*["engagement"] * 10)).set_index("family")
    assert said.loc["engagement", "said"] == "yes"
    few = voices.families(forms(*[""] * 10), causes, written("engagement")).set_index("family")
    assert few.loc["engagement", "said"] == "not asked"
