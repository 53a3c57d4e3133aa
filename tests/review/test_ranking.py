from saypro_nb.agree.decisions import Ranking
from saypro_nb.agree.schema import Priority
from saypro_nb.review import ranking
from tests.plans import OWNED

BY_PARAMS = Priority.model_validate(
    {
        "signal": {"concern": 2.0, "common_cause": 1.0, "improvement": 0.5},
        "trend": {"worsening": 1.5, "flat": 1.0, "improving": 0.75},
    }
)
OF_THE_MEETING = BY_PARAMS.model_copy(update={"least": 0.1})


def test_where_no_meeting_chose_params_weigh() -> None:
    assert ranking.applied(None, (OWNED, BY_PARAMS)) == (OWNED, BY_PARAMS)


def test_a_meeting_s_weights_stand_in_place_of_params_and_of_no_others() -> None:
    kpis, priority = ranking.applied(Ranking(department="north", weights={"delay": 4}), (OWNED, BY_PARAMS))
    assert {name: kpi.weight for name, kpi in kpis.items()} == {"conversion": 1, "delay": 4}
    assert kpis["delay"].name == "Delay"
    assert priority == BY_PARAMS


def test_a_meeting_may_choose_the_factors_alone() -> None:
    kpis, priority = ranking.applied(Ranking(department="north", priority=OF_THE_MEETING), (OWNED, BY_PARAMS))
    assert priority == OF_THE_MEETING
    assert kpis == OWNED


def test_params_are_left_as_they_are_and_a_kpi_that_is_gone_is_not_weighed() -> None:
    kpis, _ = ranking.applied(Ranking(department="north", weights={"delay": 4, "gone": 9}), (OWNED, BY_PARAMS))
    assert list(kpis) == list(OWNED)
    assert OWNED["delay"].weight == 1
