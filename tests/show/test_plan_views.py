import pandas as pd
import pytest

from saypro_nb.agree.plans import Action
from saypro_nb.show import plan_views
from tests.plans import action, agenda

VALUES = pd.DataFrame(
    {"kpi": "conversion", "period": pd.to_datetime(["2025-12-29", "2026-01-05", "2026-03-02"]), "value": [16, 18, 17.5]}
)
RANKED = pd.DataFrame([{"kpi": "conversion", "value": 17.0, "target": 20.0, "gap": 3.0}])
ACTION = action(
    criterion={"kpi": "conversion", "amount": 20, "baseline": 17, "by": "2026-06-29"},
    milestones=[{"due": "2026-02-02", "what": "Trainer chosen", "done": True}, {"due": "2026-03-02", "what": "Half"}],
    progress="Two of four",
    next_steps="Book a room",
)


def shown(view: str, one: Action = ACTION, **tables: pd.DataFrame) -> dict[str, object]:
    facts = {"ranked": RANKED, "values": VALUES} | tables
    table = plan_views.views(agenda(kept=[one], ranked=facts["ranked"]), facts["values"])[view]
    row: dict[str, object] = {
        name: str(cell).replace("\N{NO-BREAK SPACE}", " ") for name, cell in table.iloc[0].items()
    }
    return row


# The columns of the organisation's own templates for action plans, in their order.
@pytest.mark.parametrize(
    ("view", "columns"),
    [
        ("general", "Action item, Description, Responsible, Timeline, Resources required, Success criteria, Status"),
        (
            "resources",
            "Action item, Description, Responsible, Timeline, Resources required, Budget, Success criteria, Status",
        ),
        (
            "milestones",
            "Action item, Description, Responsible, Start, End, Milestones, Resources required, Budget, "
            "Success criteria, Status",
        ),
        (
            "gaps",
            "Performance gap, Action plan, Responsible, Timeline, Resources required, Budget, KPI, Status",
        ),
        (
            "tracking",
            "Action item, Description, Responsible, Timeline, Status, Progress update, KPI result, Next steps",
        ),
    ],
)
def test_each_view_has_the_columns_of_its_template(view: str, columns: str) -> None:
    assert ", ".join(plan_views.views(agenda(kept=[]), VALUES)[view].columns) == columns


def test_success_says_which_level_by_when_and_how_far_it_is() -> None:
    assert shown("general")["Success criteria"] == (
        "Lead conversion at 20.0 % by 29 June 2026 (+3.0 points from 17.0 %)"
    )


def test_a_promise_without_a_starting_point_names_only_the_level() -> None:
    assert shown("general", action())["Success criteria"] == "Lead conversion at 20.0 % by 29 June 2026"


def test_milestones_are_lines_with_a_tick_for_those_that_are_done() -> None:
    assert shown("milestones")["Milestones"] == "✓ 2 Feb 2026: Trainer chosen\n2 Mar 2026: Half"


def test_the_gap_says_how_far_the_kpi_is_from_its_target() -> None:
    assert shown("gaps")["Performance gap"] == "Lead conversion 17.0 %, 3.0 points below its target of 20.0 %"
    met = RANKED.assign(value=21.0, gap=-1.0)
    assert shown("gaps", ranked=met)["Performance gap"] == "Lead conversion 21.0 %, on its target of 20.0 %"


def test_where_lower_is_better_the_gap_lies_above_the_target() -> None:
    late = RANKED.assign(kpi="delay", value=6.0, target=4.0, gap=2.0)
    assert shown("gaps", action(kpi="delay"), ranked=late)["Performance gap"] == (
        "Delay 6.0 %, 2.0 points above its target of 4.0 %"
    )


def test_tracking_tells_the_last_value_and_the_change_since_the_action_began() -> None:
    row = shown("tracking")
    assert row["KPI result"] == "Lead conversion 17.5 % (+1.5 points since it began)"
    assert (row["Progress update"], row["Next steps"], row["Status"]) == ("Two of four", "Book a room", "In progress")
    assert shown("tracking", values=VALUES.head(1))["KPI result"] == "No value since it began"


def test_every_status_has_a_colour_of_its_meaning() -> None:
    statuses = Action.model_fields["status"].annotation.__args__  # type: ignore[union-attr]
    assert {status.capitalize() for status in statuses} == set(plan_views.STATUS_TONES)
