"""Tables of phase 3: what answers which cause, who leads how much, what it costs, what is due, and the plan's views."""

from dataclasses import asdict

import pandas as pd

from saypro_nb.review import recommendations
from saypro_nb.review.agenda import Agenda
from saypro_nb.show import action_reports, blocks, plan_findings, plan_views
from saypro_nb.show.blocks import details, notes, stack
from saypro_nb.show.html import Block
from saypro_nb.show.plan_findings import SIGNED, cause_words, expected_words
from saypro_nb.show.plan_views import BUDGET, STATUS, STATUS_TONES
from saypro_nb.show.tables import Column, table
from saypro_nb.show.words import lower_first, upper_first

FIRST = 6  # recommendations for a gap: more than a meeting weighs; the exported plan lists them all
STEP_TONES = {"done": "good", "due": "neutral", "overdue": "concern"}
SIGNED_TONES = {"approved": "good", "adjusted": "good", "declined": "neutral", "withdrawn": "watch"}


def chosen(agenda: Agenda) -> Block:
    """Return the recommendation that is proposed against each gap, the cause that it answers, and why this one."""
    found = [plan_findings.recommendation_of(action, agenda) for action in agenda.waiting]
    rows = _worded(pd.DataFrame([row for row in found if row], columns=agenda.recommended.columns), agenda)
    columns = [
        Column("gap", "Gap"),
        Column("cause", "Cause"),
        Column("description", "Proposed"),
        Column("expected_text", "Expected effect"),
        Column("why", "Why this one"),
    ]
    empty = "The library proposes nothing: every cause with evidence is being worked on, or there is none."
    return table(rows, columns, caption="From causes to proposals", file_name="proposed", empty=empty)


def decided(agenda: Agenda) -> Block:
    """Return what meetings decided on the plan's actions, by whom, when and why, the latest first."""
    actions = {action.id: action.description for action in agenda.kept if action.status != "completed"}
    signed = [asdict(one) | {"what": actions[one.action]} for one in agenda.signed if one.action in actions]
    rows = pd.DataFrame(signed, columns=["action", "what", "verdict", "who", "on", "why"])
    shown = rows.assign(word=rows["verdict"].map(SIGNED), tone=rows["verdict"].map(SIGNED_TONES))
    columns = [
        Column("what", "Action"),
        Column("word", "Decision", kind="badge", tone="tone"),
        Column("who", "By"),
        Column("on", "On"),
        Column("why", "Why"),
    ]
    empty = "No decision on an open action has been signed off yet."
    return table(shown, columns, caption="What meetings have decided", file_name="decided", empty=empty)


def alternatives(agenda: Agenda) -> Block:
    """Return, folded away for each gap, what comes first and what was tried, with why it is proposed or why not."""
    rows = _worded(agenda.recommended, agenda)
    if rows.empty:
        return notes(["The library has nothing against these causes."])
    return stack(
        *(_of_gap(str(kpi), str(gap), found) for (kpi, gap), found in rows.groupby(["kpi", "gap"], sort=False))
    )


def _of_gap(kpi: str, gap: str, found: pd.DataFrame) -> Block:
    tried = found["not_proposed"].str.startswith(tuple(recommendations.TRIED.values()))
    shown = found[(found["place"] <= FIRST) | tried | found["proposed"]]
    columns = [
        Column("place", "Place"),
        Column("description", "Recommendation"),
        Column("cause", "Answers"),
        Column("effort", "Effort"),
        Column("expected_text", "Expected effect"),
        Column("budget_text", "Budget", kind="number", exported="budget"),
        Column("reason", "Why, or why not"),
    ]
    caption = f"Recommendations: {gap} ({len(shown)} of {len(found)})"
    listed = table(shown, columns, caption=caption, file_name=f"recommendations_{kpi}")
    return details(f"What else could be done about {gap}", listed)


def load(agenda: Agenda) -> Block:
    """Return how many actions each owner would lead at once, and when that is."""
    words = {True: "Too much", False: "Bearable"}
    tones = {True: "concern", False: "good"}
    rows = agenda.load.assign(
        word=agenda.load["too_much"].map(words),
        tone=agenda.load["too_much"].map(tones),
        named=[", ".join(ids) for ids in agenda.load["actions"]],
    )
    columns = [
        Column("owner", "Owner"),
        Column("at_once", "At once", kind="number"),
        Column("proposed", "Of these proposed", kind="number"),
        Column("first", "From"),
        Column("last", "To"),
        Column("word", "Bearable?", kind="badge", tone="tone"),
        Column("named", "Actions"),
    ]
    return table(rows, columns, caption="What each owner would lead", file_name="owners", empty="No owner.")


def costs(agenda: Agenda) -> Block:
    """Return what the plan takes of the budget in each quarter from now on."""
    over = agenda.costs["over"] > 0
    rows = agenda.costs.assign(
        word=over.map({True: "Over the budget", False: "Within it"}),
        tone=over.map({True: "concern", False: "good"}),
        **{f"{name}_text": _money(agenda.costs[name], agenda) for name in ("planned", "proposed", "budget")},
    )
    columns = [
        Column("quarter", "Quarter"),
        Column("planned_text", "Planned", kind="number", exported="planned"),
        Column("proposed_text", "Of this proposed", kind="number", exported="proposed"),
        Column("budget_text", "Budget", kind="number", exported="budget"),
        Column("word", "Within the budget?", kind="badge", tone="tone"),
    ]
    return table(rows, columns, caption="What the plan costs", file_name="budget", empty="Nothing is planned.")


def milestones(agenda: Agenda) -> Block:
    """Return every milestone of the plan in the order of time, done, due or overdue."""
    dated = agenda.steps[agenda.steps["what"] != ""].sort_values(["end", "id"], kind="stable")
    rows = dated.assign(word=[upper_first(state) for state in dated["state"]], tone=dated["state"].map(STEP_TONES))
    columns = [
        Column("end", "Day"),
        Column("what", "Milestone"),
        Column("id", "Action"),
        Column("owner", "Owner"),
        Column("word", "State", kind="badge", tone="tone"),
    ]
    return table(rows, columns, caption="Milestones", file_name="milestones", empty="No action has milestones.")


def view(name: str, agenda: Agenda, values: pd.DataFrame, *, caption: str = "") -> Block:
    """Return one of the five views of the plan (see `plan_views.NAMES`), under its usual caption or another."""
    rows = plan_views.views(agenda, values)[name]
    shown = rows.assign(tone=rows[STATUS].map(STATUS_TONES))
    if BUDGET in rows:
        shown = shown.assign(budget_text=_money(rows[BUDGET], agenda))
    columns = [_column(title) for title in rows.columns]
    usual = f"Action plan, {lower_first(plan_views.NAMES[name])}"
    return table(shown, columns, caption=caption or usual, file_name=f"plan_{name}", empty="The plan holds no action.")


def other_views(agenda: Agenda, values: pd.DataFrame) -> Block:
    """Return the views but the general one, each folded away."""
    folded = {name: title for name, title in plan_views.NAMES.items() if name != "general"}
    return stack(*(details(title, view(name, agenda, values)) for name, title in folded.items()))


def reports(agenda: Agenda) -> Block:
    """Return the three corrective-action reports on every gap with an action, each form folded away."""
    empty = "No gap has an action."
    written = {title: action_reports.reports(agenda, form) for form, title in action_reports.FORMS.items()}
    return stack(*(details(title, blocks.reports(found, empty=empty)) for title, found in written.items()))


def _column(title: str) -> Column:
    if title == BUDGET:
        return Column("budget_text", title, kind="number", exported=title)
    return Column(title, title, kind="badge", tone="tone") if title == STATUS else Column(title, title)


def _worded(rows: pd.DataFrame, agenda: Agenda) -> pd.DataFrame:
    records = rows.to_dict("records")
    reasons = [row["not_proposed"] or (row["why"] if row["proposed"] else "Another comes first") for row in records]
    return rows.assign(
        gap=[agenda.kpis[row["kpi"]].name if row["kpi"] in agenda.kpis else row["kpi"] for row in records],
        cause=[cause_words(row["kpi"], row["family"], agenda) for row in records],
        expected_text=[expected_words(row, agenda) for row in records],
        budget_text=_money(rows["budget"], agenda),
        reason=[upper_first(reason) for reason in reasons],
    )


def _money(column: pd.Series, agenda: Agenda) -> list[str]:
    return [f"{agenda.currency}{value:,.0f}" for value in column]
