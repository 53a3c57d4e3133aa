import pandas as pd
import pytest

from saypro_nb.review.agenda import Agenda
from saypro_nb.show import action_reports
from saypro_nb.show.action_reports import Report
from tests import plans
from tests.plans import OWNED, action

SOON = action(milestones=[{"due": "2026-02-02", "what": "Trainer chosen"}], next_steps="Book a room")
LATER = action(id="north-2", family="processes", term="long", budget=2500, owner="Team lead", status="not started")


def agenda(**changes: object) -> Agenda:
    gap = {"kpi": "conversion", "value": 17.0, "target": 20.0, "gap": 3.0, "state": "worse", "shortlisted": True}
    delay = gap | {"kpi": "delay", "since": pd.NaT}
    usual: dict[str, object] = {
        "kept": [SOON, LATER],
        "ranked": pd.DataFrame([gap | {"since": pd.Timestamp("2026-01-05")}, delay]),
        "verdicts": {("conversion", "training"): "confirmed"},
    }
    return plans.agenda(**(usual | changes))


def only(form: str, **changes: object) -> dict[str, str]:
    (report,) = action_reports.reports(agenda(**changes), form)
    return {section.heading: "\n".join(section.lines).replace("\N{NO-BREAK SPACE}", " ") for section in report.sections}


# The sections of the organisation's own templates for corrective-action reports, in their order.
@pytest.mark.parametrize(
    ("form", "headings"),
    [
        (
            "general",
            [
                "Issue or problem", "Identified causes", "Corrective actions", "Timeline", "Responsible", "Resources",
                "Expected results and KPIs", "Monitoring and follow-up", "Status",
            ],
        ),
        (
            "performance_gap",
            [
                "Department", "Performance gap", "Root cause", "Corrective actions, short and long term",
                "Timeline with milestones", "Responsibilities", "Resources", "Measure of success",
                "Review and monitoring", "Conclusion",
            ],
        ),
        (
            "root_cause_and_impact",
            [
                "Problem and immediate impact", "Root cause", "Corrective actions", "Impact on the business",
                "Success metrics", "Timeline", "Monitoring and reporting", "Conclusion",
            ],
        ),
    ],
)  # fmt: skip
def test_each_report_has_the_sections_of_its_template_and_none_is_empty(form: str, headings: list[str]) -> None:
    sections = only(form)
    assert list(sections) == headings
    assert all(sections.values())


def test_the_problem_is_the_gap_and_since_when() -> None:
    assert only("general")["Issue or problem"] == (
        "Lead conversion 17.0 %, 3.0 points below its target of 20.0 %.\nChanged for the worse since 5 January 2026."
    )


def test_causes_tell_evidence_and_verdict_and_admit_where_there_is_none() -> None:
    assert only("general")["Identified causes"].splitlines() == [
        "Lack of training: evidence 1.25, confirmed by the meeting. Newcomers lack practice.",
        "Inefficient processes: answered by an action, without evidence in this review; not decided yet.",
    ]


def test_short_term_actions_come_before_long_term_ones() -> None:
    lines = only("performance_gap", kept=[LATER, SOON])["Corrective actions, short and long term"].splitlines()
    assert [line.split(",")[0] for line in lines] == ["Short term", "Long term"]


def test_the_budgets_are_added_up() -> None:
    assert only("general")["Resources"].splitlines()[-1] == "Budget in all: $2,600."


def test_the_impact_adds_up_what_can_be_added_up() -> None:
    assert only("root_cause_and_impact")["Impact on the business"].splitlines() == [
        "Lead conversion missed its target in 9 of the last 13 weeks.",
        "Also short of target in the department, which need not have the same cause: Delay.",
    ]
    money = OWNED | {"conversion": OWNED["conversion"].model_copy(update={"name": "Sales", "unit": "money"})}
    missed = pd.DataFrame([{"kpi": "conversion", "missed": 2, "periods": 13, "total": 12500.0}])
    assert only("root_cause_and_impact", kpis=money, missed=missed)["Impact on the business"].startswith(
        "Sales missed its target in 2 of the last 13 weeks; the shortfalls add up to $12,500."
    )


def test_the_conclusion_counts_the_actions_and_names_the_next_step() -> None:
    assert only("performance_gap")["Conclusion"] == (
        "2 actions (1 in progress and 1 not started); the last result is due on 29 June 2026.\n"
        "Next, north-1: Book a room"
    )


def test_every_gap_with_an_action_has_a_report_the_most_urgent_first() -> None:
    written = action_reports.reports(agenda(kept=[SOON, action(kpi="delay")]), "general")
    assert [report.title for report in written] == ["North: Lead conversion", "North: Delay"]
    assert action_reports.reports(agenda(kept=[]), "general") == []


def test_a_kpi_that_is_gone_from_the_catalogue_still_has_its_report() -> None:
    gone = action(kpi="gone", criterion={"kpi": "gone", "amount": 3, "by": "2026-06-29"})
    sections = only("root_cause_and_impact", kept=[gone])
    assert sections["Success metrics"] == "north-1: gone at 3 by 29 June 2026"


def test_the_table_numbers_the_sections_of_each_report() -> None:
    reports: list[Report] = action_reports.reports(agenda(), "general")
    table = action_reports.table(reports)
    assert list(table.columns) == ["Performance gap", "No.", "Section", "Content"]
    assert list(table["No."]) == list(range(1, 10))
