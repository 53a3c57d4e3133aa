import pandas as pd

from saypro_nb.show import report_feedback
from tests import plans, reports
from tests.show.test_findings import plain


def forms(**said: str) -> pd.DataFrame:
    """Seven employees and three team leaders, and what the employees say of each family."""
    rows = [{"form": "employee", "family": family, "forms": 7, "said": word} for family, word in said.items()]
    leaders = [{"form": "team_leader", "family": family, "forms": 3, "said": "hidden"} for family in said]
    return pd.DataFrame([*rows, *leaders], columns=["form", "family", "forms", "said"])


THEMES = pd.DataFrame(
    {
        "form": ["employee"] * 3 + ["team_leader"],
        "theme": ["process", "morale", "training", "staffing"],
        "forms": [7, 7, 7, 3],
        "mentioned": [2.0, 0.0, 5.0, float("nan")],
    }
)


def test_employees_and_team_leaders_are_told_apart_and_few_say_nothing() -> None:
    assert report_feedback.sentences(THEMES, forms(training="yes", processes="no")) == [
        "Employees (7 forms) most often bring up training (5) and process (2); "
        "clearly more than a few point at lack of training.",
        "Team leaders: 3 forms, too few to be shown.",
    ]


def test_where_nobody_filled_in_a_form_and_no_cause_stands_out_it_is_said() -> None:
    told = report_feedback.sentences(THEMES.head(0), forms(training="unclear").head(1))
    assert told == ["Employees (7 forms): no cause stands out.", "Team leaders: nobody has filled in a form."]


def test_an_area_that_people_point_at_shows_its_action_or_that_nothing_is_planned() -> None:
    action = plans.action(next_steps="Book the room")
    report = reports.example(kept=[action, plans.action(id="north-2", status="completed")])
    shown = plain(report_feedback.actions(forms(training="yes", resources="yes", processes="no"), report).text)
    assert "Lack of training | Employees | Train newcomers. Book the room | Head of North |" in shown
    assert "In progress" in shown
    assert "Resource shortages | Employees | Nothing is planned yet: plan something, or say why not" in shown
    assert "Inefficient processes" not in shown
    assert shown.count("Train newcomers") == 1


def test_where_nobody_points_at_a_cause_no_action_is_asked_for() -> None:
    shown = report_feedback.actions(forms(training="no"), reports.example())
    assert "No group of five or more clearly points at a cause." in shown.text
