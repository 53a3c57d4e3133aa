from saypro_nb.agree.decisions import Ranking
from saypro_nb.agree.schema import Priority
from saypro_nb.review.ranking import applied
from tests.plans import OWNED

BY_PARAMS = Priority.model_validate(
    {
        "signal": {"concern": 2, "common_cause": 1, "improvement": 0.5},
        "trend": {"worsening": 1.5, "flat": 1, "improving": 0.75},
    }
)
STRICTER = BY_PARAMS.model_copy(update={"least": 0.1})


def test_where_no_meeting_has_chosen_params_hold() -> None:
    assert applied(None, (OWNED, BY_PARAMS)) == (OWNED, BY_PARAMS)


def test_a_chosen_weight_stands_in_place_of_the_one_in_params_and_the_others_stay() -> None:
    kpis, priority = applied(Ranking(department="north", weights={"delay": 2.5}), (OWNED, BY_PARAMS))
    assert {name: kpi.weight for name, kpi in kpis.items()} == {"conversion": 1.0, "delay": 2.5}
    assert (kpis["delay"].name, priority) == ("Delay", BY_PARAMS)
    assert OWNED["delay"].weight == 1.0, "params are left as they were"


def test_chosen_factors_stand_in_place_of_all_those_in_params() -> None:
    kpis, priority = applied(Ranking(department="north", priority=STRICTER), (OWNED, BY_PARAMS))
    assert (kpis, priority) == (OWNED, STRICTER)


def test_the_weight_of_a_kpi_that_the_department_no_longer_owns_weighs_nothing() -> None:
    kpis, _ = applied(Ranking(department="north", weights={"gone": 3}), (OWNED, BY_PARAMS))
    assert kpis == OWNED
