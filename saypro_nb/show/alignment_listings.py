"""The tables of the alignment review: goals by departments, scores, the distance, corrections, and the quarters."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from saypro_nb.agree.plans import Action, Milestone
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.alignment import Plans
from saypro_nb.review.alignment_scores import Assessed
from saypro_nb.review.corrections import Corrected
from saypro_nb.show.alignment_findings import STATE_TONES, STATES, Names, title
from saypro_nb.show.cells import amounts, named
from saypro_nb.show.html import Block
from saypro_nb.show.tables import Column, table
from saypro_nb.show.theme import ToneName
from saypro_nb.show.words import amount, day, period, upper_first

NO_PLAN = "No department has a plan."
NO_GOAL = "No goal is agreed on."
_STANDS: dict[str, ToneName] = {
    "supports": "good",
    "conflicts": "concern",
    "in name only": "watch",
    "silent": "neutral",
}


def matrix(assessed: Assessed, names: Names) -> Block:
    """Return how each department's plan stands to each goal."""
    stands = assessed.matrix
    shown = pd.DataFrame({"name": [names[department] for department in stands.index]}, index=stands.index)
    columns = [Column("name", "Department")]
    for goal in assessed.plans.agreed.goals:
        shown[f"goal {goal.id}"], shown[f"tone {goal.id}"] = stands[goal.id], stands[goal.id].map(_STANDS)
        columns.append(Column(f"goal {goal.id}", goal.title, kind="badge", tone=f"tone {goal.id}"))
    rows = shown if assessed.plans.agreed.goals else shown.head(0)
    return table(rows, columns, caption="Goals and departments", file_name="alignment_matrix", empty=NO_GOAL)


def goals(assessed: Assessed, names: Names) -> Block:
    """Return the goals in full, with the KPIs that tell of each, and who has to reach it together."""
    plans = assessed.plans
    rows = [
        (goal.title, goal.statement, _kpis(goal.kpis, plans), _kpis(goal.driven_by, plans), _all(goal.together, names))
        for goal in plans.agreed.goals
    ]
    keys = ("title", "statement", "kpis", "driven_by", "together")
    titles = ("Goal", "In full", "Known by", "Driven by", "Reached together by")
    columns = [Column(key, word) for key, word in zip(keys, titles, strict=True)]
    frame = pd.DataFrame(rows, columns=list(keys))
    return table(frame, columns, caption="The organisation's goals", file_name="goals", empty=NO_GOAL)


def ratings(assessed: Assessed, names: Names) -> Block:
    """Return each department's score, and whether its plan is fully aligned."""
    rated = assessed.rated.sort_values("score", kind="stable")
    words = [_aligned(row) for row in rated.to_dict("records")]
    shown = rated.assign(
        name=[names[department] for department in rated["department"]],
        word=[word for word, _ in words],
        tone=[tone for _, tone in words],
    )
    columns = [
        Column("name", "Department"),
        Column("score", "Score", kind="number", decimals=0),
        Column("word", "Plan", kind="badge", tone="tone"),
        Column("objectives", "Objectives", kind="number"),
        Column("clean", "Without a finding", kind="number"),
    ]
    return table(shown, columns, caption="The plan of each department", file_name="alignment_departments")


def _aligned(row: Mapping[Hashable, Any]) -> tuple[str, ToneName]:
    if not row["objectives"]:
        return "No plan", "unknown"
    return ("Fully aligned", "good") if row["aligned"] else ("Not aligned", "watch")


def scores(assessed: Assessed, names: Names) -> Block:
    """Return each objective's score and how it comes about, the lowest first."""
    shown = assessed.scored.assign(name=[names[department] for department in assessed.scored["department"]])
    columns = [
        Column("statement", "Objective"),
        Column("name", "Department"),
        Column("score", "Score", kind="number", decimals=0),
        Column("explained", "How it comes about"),
    ]
    return table(shown, columns, caption="The score of each objective", file_name="alignment_objectives", empty=NO_PLAN)


def distance(assessed: Assessed, names: Names) -> Block:
    """Return the fewest corrections that reach the target, in order, with how many plans are aligned after each."""
    path = assessed.distance
    rows = [
        (place, title(found, names), found.correction, assessed.after(path[:place]))
        for place, found in enumerate(path, start=1)
    ]
    columns = [
        Column("place", "Step", kind="number"),
        Column("gap", "Gap"),
        Column("correction", "Correction"),
        Column("aligned", f"Aligned plans after it, of {assessed.aligned.whole}", kind="number"),
    ]
    frame = pd.DataFrame(rows, columns=["place", "gap", "correction", "aligned"])
    caption, empty = "The shortest way to the target", "The target is reached." if assessed.aligned.whole else NO_PLAN
    return table(frame, columns, caption=caption, file_name="alignment_distance", empty=empty)


def corrections(corrected: Sequence[Corrected], names: Names) -> Block:
    """Return each gap with its correction, who is responsible until when, and where that stands."""
    rows = [
        (
            title(one.finding, names),
            one.finding.correction,
            one.action and one.action.owner,
            one.action and one.action.end,
            upper_first(STATES[one.state].removeprefix("Correction ")),
            STATE_TONES[one.state],
        )
        for one in corrected
    ]
    columns = [
        Column("gap", "Gap"),
        Column("correction", "Correction"),
        Column("owner", "Responsible"),
        Column("end", "Due"),
        Column("state", "Status", kind="badge", tone="tone"),
    ]
    frame = pd.DataFrame(rows, columns=["gap", "correction", "owner", "end", "state", "tone"])
    caption, empty = "Corrective actions", "There is nothing to correct."
    return table(frame, columns, caption=caption, file_name="alignment_actions", empty=empty)


def means(corrected: Sequence[Corrected], kpis: Catalogue, currency: str) -> Block:
    """Return what each correction takes, how its success is known, and the id by which it is decided."""
    actions = [one.action for one in corrected if one.action is not None]
    rows = [
        (one.id, one.resources, f"{currency}{one.budget:,.0f}", one.budget, _success(one, kpis, currency))
        for one in actions
    ]
    columns = [
        Column("id", "Action"),
        Column("resources", "Resources and training"),
        Column("budget_text", "Budget", kind="number", exported="budget"),
        Column("success", "Success is"),
    ]
    frame = pd.DataFrame(rows, columns=["id", "resources", "budget_text", "budget", "success"])
    return table(frame, columns, caption="What each correction takes", file_name="alignment_means")


def _success(action: Action, kpis: Catalogue, currency: str) -> str:
    criterion = action.criterion
    kpi = kpis[criterion.kpi]
    return f"{kpi.name} at {amount(criterion.amount, kpi, currency)} by {day(criterion.by)}"


def steps(corrected: Sequence[Corrected]) -> Block:
    """Return the dated steps of every correction; one without steps is a single one."""
    rows = [
        (action.id, step.what, step.due)
        for action in (one.action for one in corrected)
        if action is not None
        for step in action.milestones or (Milestone(due=action.end, what=action.description),)
    ]
    columns = [Column("id", "Action"), Column("what", "Step"), Column("due", "By")]
    frame = pd.DataFrame(rows, columns=["id", "what", "due"])
    return table(frame, columns, caption="Steps of each correction", file_name="alignment_steps")


def on_their_way(standing: pd.DataFrame, plans: Plans, names: Names, currency: str) -> Block:
    """Return the KPI of each objective a year before, now, and as promised."""
    lines = {one.id: one for one in plans.objectives}
    shown = named(standing, plans.kpis).assign(
        statement=[lines[name].statement for name in standing["objective"]],
        whose=[names[lines[name].department] for name in standing["objective"]],
        due=pd.Series([lines[name].deadline for name in standing["objective"]], standing.index, dtype=object),
        **{f"{part}_text": amounts(standing, part, plans.kpis, currency) for part in ("baseline", "now", "goal")},
    )
    columns = [
        Column("statement", "Objective"),
        Column("whose", "Department"),
        Column("name", "KPI"),
        Column("baseline_text", "Year before", kind="number", exported="baseline"),
        Column("now_text", "Now", kind="number", exported="now"),
        Column("goal_text", "Promised", kind="number", exported="goal"),
        Column("due", "By"),
        Column("attained", "Attained, %", kind="number", decimals=0),
    ]
    caption, empty = "Where each objective stands", "No objective names a KPI with values."
    return table(shown, columns, caption=caption, file_name="alignment_standing", empty=empty)


def quarters(known: pd.DataFrame) -> Block:
    """Return the alignment of each quarter, the latest last."""
    shown = known.assign(
        name=[upper_first(period(first.date(), "quarter")) for first in known["quarter"]],
        plans_text=[f"{part} of {whole}" for part, whole in zip(known["plans"], known["planned"], strict=True)],
        lines_text=[f"{part} of {whole}" for part, whole in zip(known["objectives"], known["lines"], strict=True)],
    )
    columns = [
        Column("name", "Quarter"),
        Column("score", "Score", kind="number", decimals=0),
        Column("plans_text", "Aligned plans"),
        Column("lines_text", "Objectives without a finding"),
        Column("findings", "Gaps", kind="number"),
    ]
    empty = "No objective says since when it is in force."
    return table(shown, columns, caption="Alignment by quarter", file_name="alignment_quarters", empty=empty)


def _kpis(kpis: Sequence[str], plans: Plans) -> str:
    return ", ".join(plans.name(kpi) for kpi in kpis)


def _all(departments: Sequence[str], names: Names) -> str:
    return ", ".join(names[department] for department in departments)
