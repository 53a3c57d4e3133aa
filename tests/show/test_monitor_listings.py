import pandas as pd

from saypro_nb.review import rollup
from saypro_nb.review.rollup import Part
from saypro_nb.show import monitor_listings
from tests.show.test_effect_findings import row
from tests.show.test_findings import kpi, plain

KPIS = {"conversion": kpi()}


def test_every_action_shows_its_dates_its_owner_and_its_kpi_side_by_side() -> None:
    late = row("", status="in progress", state="late", id="north-2", description="Buy tools.")
    lines = plain(monitor_listings.actions(pd.DataFrame([row("no effect found"), late])).text).splitlines()
    assert lines[1] == "Action | Owner | Due | By its dates | By its owner | By its KPI"
    assert lines[2] == "Train newcomers. | Head of North | 6 Mar 2026 | done | completed | No effect found"
    assert lines[3] == "Buy tools. | Head of North | 6 Mar 2026 | late | in progress | –"


def test_the_organisations_actions_name_their_departments() -> None:
    shown = monitor_listings.actions(pd.DataFrame([row(department="north")]), {"north": "North"})
    assert "Train newcomers. | North | Head of North" in shown.text


def test_an_effect_stands_beside_what_was_expected_and_what_was_planned() -> None:
    progress = pd.DataFrame([row(expected=19.9), row("", effect=float("nan"), expected=float("nan"))])
    lines = plain(monitor_listings.effects(progress, KPIS, "$").text).splitlines()
    assert lines[2] == (
        "Train newcomers. | Conversion | 19.9 % | 23.0 % | +3.1 points | +1.2 points to +5.0 points | +2.0 points | "
        "155 | Improved"
    )
    assert len(lines) == 3


def test_reviews_are_listed_the_first_to_end_first_and_only_of_completed_actions() -> None:
    rows = [
        row(review="due", review_from=pd.Timestamp("2026-06-06"), department="north"),
        row(review="overdue", review_from=pd.Timestamp("2026-01-06"), department="south", description="Hire two.")
        | {"review_until": pd.Timestamp("2026-04-06")},
        row(review="not completed", review_from=pd.Timestamp("2026-01-06"), department="south"),
    ]
    shown = monitor_listings.reviews(pd.DataFrame(rows), {"north": "North", "south": "South"})
    assert [line.split(" | ")[0] for line in shown.text.splitlines()[2:]] == ["Hire two.", "Train newcomers."]
    assert "South" in shown.text.splitlines()[2]


def test_the_weakest_department_comes_first_with_its_reason() -> None:
    fine = rollup.up([Part("kpi", "conversion", "good", "steady")])
    weak = rollup.up([Part("kpi", "conversion", "watch", "failing"), Part("action", "north-1", "good")])
    shown = monitor_listings.departments(
        {"north": fine, "south": weak}, pd.DataFrame([row()]), KPIS, {"north": "North", "south": "South"}
    )
    lines = shown.text.splitlines()
    assert lines[2].startswith("South | Watch | Conversion can't reach its target as it is | 1 | 1")
    assert lines[3] == "North | Good | – | 1 | 0"


def test_tables_without_actions_say_so() -> None:
    none = pd.DataFrame([row()])[:0].assign(review_from=pd.NaT, expected=0.0, department="")
    assert "No action has been completed yet." in monitor_listings.reviews(none).text
    assert "The register holds no action." in monitor_listings.actions(none).text
    assert "No action has begun" in monitor_listings.effects(none, KPIS, "$").text
