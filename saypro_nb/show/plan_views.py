"""The five views of an action plan: the same actions, with the columns that each kind of reader works by.

The tables hold plain cells: dates as dates, money as numbers, so that a spreadsheet can format and sort them.
"""

from itertools import chain

import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.agenda import Agenda
from saypro_nb.show.theme import ToneName
from saypro_nb.show.words import amount, day, difference, short_day, upper_first

NAMES = {
    "general": "General",
    "resources": "With resources",
    "milestones": "With milestones",
    "gaps": "By performance gap",
    "tracking": "Tracking",
}
"""The views and what they are called."""

ITEM = "Action item"
STATUS = "Status"
BUDGET = "Budget"

STATUS_TONES: dict[str, ToneName] = {
    "Proposed": "watch",
    "Not started": "neutral",
    "Pending": "neutral",
    "In progress": "good",
    "Ongoing": "good",
    "Completed": "good",
    "Needs adjustment": "concern",
    "Declined": "unknown",
}

COLUMNS = {
    "general": [
        ITEM, "Description", "Responsible", "Timeline", "Resources required", "Success criteria", STATUS,
    ],
    "resources": [
        ITEM, "Description", "Responsible", "Timeline", "Resources required", BUDGET, "Success criteria", STATUS,
    ],
    "milestones": [
        ITEM, "Description", "Responsible", "Start", "End", "Milestones", "Resources required", BUDGET,
        "Success criteria", STATUS,
    ],
    "gaps": [
        "Performance gap", "Action plan", "Responsible", "Timeline", "Resources required", BUDGET, "KPI", STATUS,
    ],
    "tracking": [
        ITEM, "Description", "Responsible", "Timeline", STATUS, "Progress update", "KPI result", "Next steps",
    ],
}  # fmt: skip


def views(agenda: Agenda, values: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return each view by its key in `NAMES`, a row per action; `values` are the KPI values so far."""
    rows = [_row(action, agenda, values) for action in agenda.told]
    everything = pd.DataFrame(rows, columns=list(dict.fromkeys(chain.from_iterable(COLUMNS.values()))))
    return {name: everything[columns] for name, columns in COLUMNS.items()}


def success(action: Action, kpis: Catalogue, currency: str) -> str:
    """Return what success is: "Lead conversion at 20.0 % by 30 September 2026 (+3.0 points from 17.0 %)"."""
    criterion = action.criterion
    kpi = kpis.get(criterion.kpi)
    if kpi is None:
        return f"{criterion.kpi} at {criterion.amount:g} by {day(criterion.by)}"
    reached = f"{kpi.name} at {amount(criterion.amount, kpi, currency)} by {day(criterion.by)}"
    if criterion.baseline is None:
        return reached
    change = difference(criterion.amount - criterion.baseline, kpi, currency)
    return f"{reached} ({change} from {amount(criterion.baseline, kpi, currency)})"


def gap_words(kpi: str, kpis: Catalogue, ranked: pd.DataFrame, currency: str) -> str:
    """Return the gap of `kpi` as it is now: "Lead conversion 17.0 %, 3.0 points below its target of 20.0 %"."""
    found = ranked[ranked["kpi"] == kpi]
    if kpi not in kpis or found.empty:
        return kpis[kpi].name if kpi in kpis else kpi
    facts, gap = kpis[kpi], found.iloc[0]
    reached = f"{facts.name} {amount(gap['value'], facts, currency)}"
    target = amount(gap["target"], facts, currency)
    if pd.isna(gap["target"]):
        return f"{reached}, without a target"
    if not gap["gap"] > 0:
        return f"{reached}, on its target of {target}"
    side = {"higher": "below", "lower": "above", "neither": "away from"}[facts.better]
    return f"{reached}, {difference(gap['gap'], facts, currency).lstrip('+')} {side} its target of {target}"


def timeline(action: Action) -> str:
    """Return the run of an action, such as 18 May 2026 – 28 Aug 2026."""
    return f"{short_day(action.start)}\N{NO-BREAK SPACE}– {short_day(action.end)}"


def milestones(action: Action) -> str:
    """Return the milestones, one a line, with a tick for those that are done."""
    return "\n".join(f"{'✓ ' if step.done else ''}{short_day(step.due)}: {step.what}" for step in action.milestones)


def _row(action: Action, agenda: Agenda, values: pd.DataFrame) -> dict[str, object]:
    kpis, currency = agenda.kpis, agenda.currency
    success_is = success(action, kpis, currency)
    name = kpis[action.kpi].name if action.kpi in kpis else action.kpi
    return {
        ITEM: f"{action.id}: {name}",
        "Description": action.description,
        "Action plan": action.description,
        "Responsible": action.owner,
        "Timeline": timeline(action),
        "Start": action.start,
        "End": action.end,
        "Milestones": milestones(action),
        "Resources required": action.resources,
        BUDGET: action.budget,
        "Success criteria": success_is,
        "KPI": success_is,
        STATUS: upper_first(action.status),
        "Performance gap": gap_words(action.kpi, kpis, agenda.ranked, currency),
        "Progress update": action.progress,
        "KPI result": _result(action, kpis, values, currency),
        "Next steps": action.next_steps,
    }


def _result(action: Action, kpis: Catalogue, values: pd.DataFrame, currency: str) -> str:
    """Return the KPI's last value since the action began, and its change since then, which need not be its doing."""
    kpi = kpis.get(action.criterion.kpi)
    series = values[(values["kpi"] == action.criterion.kpi) & values["value"].notna()].set_index("period")["value"]
    earlier, since = series[series.index < str(action.start)], series[series.index >= str(action.start)]
    if kpi is None or since.empty:
        return "No value since it began"
    last = amount(since.iloc[-1], kpi, currency)
    if earlier.empty:
        return f"{kpi.name} {last}"
    return f"{kpi.name} {last} ({difference(since.iloc[-1] - earlier.iloc[-1], kpi, currency)} since it began)"
