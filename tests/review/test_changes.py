import pandas as pd

from saypro_nb.review import changes


def ranked(**states: str) -> pd.DataFrame:
    rows = [{"department": "north", "kpi": kpi, "state": state} for kpi, state in states.items()]
    table = pd.DataFrame(rows, columns=["department", "kpi", "state"])
    return table.assign(shortlisted=table["state"] == "worse")


def between(before: pd.DataFrame, now: pd.DataFrame, *redefined: tuple[str, str, str, str]) -> pd.DataFrame:
    rows = pd.DataFrame(redefined, columns=["kpi", "what", "was", "judged_by"])
    return changes.moved(changes.compared(before, now), rows)


def test_a_kpi_whose_state_is_the_same_has_not_changed() -> None:
    assert between(ranked(revenue="worse"), ranked(revenue="worse")).empty


def test_a_kpi_comes_onto_the_shortlist_and_another_leaves_it() -> None:
    found = between(ranked(revenue="steady", leads="worse"), ranked(revenue="worse", leads="steady"))
    assert list(zip(found["kpi"], found["was"], found["state"], strict=True)) == [
        ("revenue", "steady", "worse"),
        ("leads", "worse", "steady"),
    ]
    assert list(found["shortlisted"]) == [True, False]
    assert list(found["was_shortlisted"]) == [False, True]


def test_a_kpi_that_had_no_row_before_was_missing() -> None:
    found = between(ranked(), ranked(revenue="worse"))
    assert list(found["was"]) == ["missing"]
    assert not found["was_shortlisted"].any()


def test_the_order_is_that_of_the_present_ranking() -> None:
    found = between(ranked(a="steady", b="steady"), ranked(b="worse", a="better"))
    assert list(found["kpi"]) == ["b", "a"]


def test_a_kpi_that_is_judged_otherwise_is_marked_though_its_state_is_the_same() -> None:
    both = ranked(revenue="steady", leads="steady"), ranked(revenue="steady", leads="steady")
    (row,) = between(*both, ("leads", "target", "20.0", "15.0")).to_dict("records")
    assert (row["kpi"], row["judged"]) == ("leads", (("target", "20.0", "15.0"),))


def test_of_kpis_of_the_same_name_each_department_s_is_held_against_its_own() -> None:
    before = pd.concat([ranked(leads="worse"), ranked(leads="steady").assign(department="south")])
    now = pd.concat([ranked(leads="worse"), ranked(leads="worse").assign(department="south")])
    found = changes.moved(changes.compared(before, now))
    assert list(zip(found["department"], found["was"], found["was_shortlisted"], strict=True)) == [
        ("south", "steady", False)
    ]


def test_a_kpi_without_a_row_before_was_on_no_shortlist() -> None:
    both = changes.compared(ranked(), ranked(revenue="worse"))
    assert both["was_shortlisted"].tolist() == [False]
    assert both["was_shortlisted"].dtype == bool


def test_what_has_moved_is_numbered_from_the_first_and_marked_whatever_rows_there_were() -> None:
    now = ranked(calls="steady", leads="steady", returns="worse").set_axis([7, 8, 9])
    both = changes.compared(ranked(calls="steady", leads="steady", returns="steady"), now).set_axis([7, 8, 9])
    rows = pd.DataFrame([("leads", "target", "20.0", "15.0")], columns=["kpi", "what", "was", "judged_by"])
    found = changes.moved(both, rows)
    assert found.index.tolist() == [0, 1]
    assert found.columns.tolist() == changes.COLUMNS
    assert found["judged"].tolist() == [(("target", "20.0", "15.0"),), ()]
