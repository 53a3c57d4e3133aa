from typing import Any

import pandas as pd

from saypro_nb.show import feedback
from tests.show.test_effect_findings import row
from tests.show.test_findings import plain

NAN = float("nan")


def changed(**facts: Any) -> dict[str, Any]:
    usual = {
        "id": "north-1",
        "family": "training",
        "form": "employee",
        "forms_before": 10,
        "before": 0.9,
        "forms_after": 20,
        "after": 0.1,
        "change": -0.8,
        "low": -0.92,
        "high": -0.43,
        "says": "fewer",
        "driven": True,
    }
    return usual | facts


def told(*rows: dict[str, Any]) -> list[str]:
    return [plain(line) for line in feedback.sentences(pd.DataFrame(rows), pd.DataFrame([row()]))]


def test_an_action_that_answers_people_says_whether_they_still_say_so_and_what_its_kpi_did() -> None:
    assert told(changed()) == [
        "“Train newcomers” answers what people said of lack of training. Employees: fewer point at it, 90 % before "
        "and 10 % after, of 10 and 20 forms (95 % interval of the change −92 to −43 points). Its KPI: improved."
    ]


def test_a_change_that_chance_may_explain_is_called_one() -> None:
    (line,) = told(changed(before=0.5, after=0.45, change=-0.05, low=-0.4, high=0.3, says="can't tell"))
    assert "Employees: 50 % before and 45 % after, of 10 and 20 forms, which chance may explain" in line


def test_groups_under_five_are_counted_nowhere() -> None:
    few = changed(form="team_leader", before=NAN, after=NAN, change=NAN, low=NAN, high=NAN, says="too few")
    assert "Team leaders" not in told(changed(), few)[0]
    assert "Too few have filled in a form since" in told(few)[0]


def test_where_no_action_answers_people_that_is_said() -> None:
    assert told(changed(driven=False)) == [
        "No action that has begun answers a cause that forms had pointed at before it."
    ]
    assert len(feedback.sentences(pd.DataFrame([changed()])[:0], pd.DataFrame([row()]))) == 1


def test_the_table_shows_both_shares_and_the_interval_of_their_change() -> None:
    shown = feedback.changes(pd.DataFrame([changed()]), pd.DataFrame([row()]))
    assert plain(shown.text).splitlines()[2] == (
        "Train newcomers. | lack of training | Employees | 90 % of 10 | 10 % of 20 | −80 (−92 to −43) | "
        "Fewer say so | yes | Improved"
    )
