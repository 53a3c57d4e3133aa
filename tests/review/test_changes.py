import pandas as pd

from saypro_nb.review import changes


def ranked(**states: str) -> pd.DataFrame:
    rows = [{"department": "north", "kpi": kpi, "state": state} for kpi, state in states.items()]
    table = pd.DataFrame(rows, columns=["department", "kpi", "state"])
    return table.assign(shortlisted=table["state"] == "worse")


def test_a_kpi_whose_state_is_the_same_has_not_changed() -> None:
    assert changes.between(ranked(revenue="worse"), ranked(revenue="worse")).empty


def test_a_kpi_comes_onto_the_shortlist_and_another_leaves_it() -> None:
    found = changes.between(ranked(revenue="steady", leads="worse"), ranked(revenue="worse", leads="steady"))
    assert list(zip(found["kpi"], found["was"], found["state"], strict=True)) == [
        ("revenue", "steady", "worse"),
        ("leads", "worse", "steady"),
    ]
    assert list(found["shortlisted"]) == [True, False]
    assert list(found["was_shortlisted"]) == [False, True]


def test_a_kpi_that_had_no_row_before_was_missing() -> None:
    found = changes.between(ranked(), ranked(revenue="worse"))
    assert list(found["was"]) == ["missing"]
    assert not found["was_shortlisted"].any()


def test_the_order_is_that_of_the_present_ranking() -> None:
    found = changes.between(ranked(a="steady", b="steady"), ranked(b="worse", a="better"))
    assert list(found["kpi"]) == ["b", "a"]
