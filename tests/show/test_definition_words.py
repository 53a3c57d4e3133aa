import pandas as pd
import pytest

from saypro_nb.show import definition_words
from tests.plans import CONVERSION


@pytest.mark.parametrize(
    ("judged", "told"),
    [
        (("target", "20.0", "15.0"), "target changed from 20.0 % to 15.0 %"),
        (("target", "none", "15.0"), "target of 15.0 % set"),
        (("threshold", "16.0", "none"), "threshold of 16.0 % dropped"),
        (("better", "higher", "lower"), "better side changed from higher to lower"),
        (("formula", "won / all", "won / leads"), "defined anew, as won / leads"),
        (("computed", "{}", '{"records": "x"}'), "computed in another way"),
        (("chart", "none", "share"), "charted in another way"),
        (("every", "month", "week"), "measured every week instead of every month"),
        (("unit", "count", "percent"), "unit changed from count to percent"),
        (("rebase", "none", "2026-06-01 New till (Analyst)"), "rebased on 1 June 2026: New till (Analyst)"),
        (("rebase", "2026-06-01 New till (Analyst)", "none"), "no longer rebased"),
    ],
)
def test_what_is_judged_otherwise_is_told_in_words(judged: tuple[str, str, str], told: str) -> None:
    said = definition_words.otherwise([judged], CONVERSION, "$")
    assert said.replace("\N{NO-BREAK SPACE}", " ") == told


def test_two_changes_of_one_kpi_are_one_sentence() -> None:
    said = definition_words.otherwise([("weight", "1.0", "2.0"), ("chart", "none", "rate")], CONVERSION, "$")
    assert said == "weight changed from 1 to 2 and charted in another way"


def test_a_renewed_workbench_is_told_for_all_kpis() -> None:
    rows = [("*", "version", "0.1.0", "0.2.0"), ("conversion", "weight", "1.0", "2.0"), ("*", "methods", "a", "b")]
    redefined = pd.DataFrame(rows, columns=["kpi", "what", "was", "judged_by"])
    assert definition_words.of_workbench(redefined) == [
        "All KPIs: the workbench was renewed, from 0.1.0 to 0.2.0.",
        "All KPIs: the code of the methods was changed.",
    ]
