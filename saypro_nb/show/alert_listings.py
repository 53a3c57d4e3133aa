"""The tables of who must know: the alerts of a department, and who holds what is open or overdue."""

from collections.abc import Mapping, Sequence

import pandas as pd

from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import escalation
from saypro_nb.review.alerts import Alert, Trial
from saypro_nb.show import alert_words
from saypro_nb.show.html import Block
from saypro_nb.show.tables import Column, table
from saypro_nb.show.theme import ToneName
from saypro_nb.show.words import amount, one_line, period, upper_first

STATES = {"new": "New", "open": "Open", "acknowledged": "Taken up", "resolved": "Resolved"}
"""What an alert's state is called (see `review.alerts`)."""

_TONES: dict[str, ToneName] = {"new": "concern", "open": "concern", "acknowledged": "watch", "resolved": "good"}
_WHATS = {"alert": "Alert", "action": "Action", "milestone": "Milestone", "review": "Look back"}
_STEPS = {"owner": "Owner", "department": "Department", "leadership": "Leadership"}
_STEP_TONES: dict[str, ToneName] = {"owner": "neutral", "department": "watch", "leadership": "concern"}


def alerts(found: Sequence[Alert], kpis: Catalogue, currency: str, names: Mapping[str, str] | None = None) -> Block:
    """Return the alerts (see `keep.alerts.alerts_of`) with their reasons, and who has taken them up.

    `names` of departments tell of several departments' alerts whose each is.
    """
    rows = [_alert(alert, kpis, currency) | _whose(alert.department, names) for alert in found]
    columns = [
        Column("name", "KPI"),
        *_department(names),
        Column("state", "Alert", kind="badge", tone="tone"),
        Column("why", "Why"),
        Column("value_text", "Last value", kind="number", exported="value"),
        Column("period", "Of"),
        Column("owner", "Taken up by"),
    ]
    frame = pd.DataFrame(rows, columns=[*(key for column in columns for key in column.needs())])
    return table(frame, columns, caption="Alerts", file_name="alerts", empty="No KPI gives an alert.")


def thresholds(tried: Mapping[str, Trial], kpis: Catalogue, currency: str) -> Block:
    """Return what each threshold has done by itself in the last quarter of a year (see `keep.alerts.tried`)."""
    rows = [
        {
            "name": kpis[kpi].name,
            "threshold_text": f"{alert_words.side(kpis[kpi])} {amount(trial.threshold, kpis[kpi], currency)}",
            "threshold": trial.threshold,
            "began": len(trial.began),
            "beyond": trial.beyond,
            "known": trial.known,
            "lasting": None if trial.lasting is None else upper_first(period(trial.lasting, kpis[kpi].every)),
        }
        for kpi, trial in tried.items()
    ]
    columns = [
        Column("name", "KPI"),
        Column("threshold_text", "Alarms", kind="number", exported="threshold"),
        Column("began", "New alerts", kind="number", decimals=0),
        Column("beyond", "Periods beyond it", kind="number", decimals=0),
        Column("known", "Of periods", kind="number", decimals=0),
        Column("lasting", "Alert lasted since"),
    ]
    frame = pd.DataFrame(rows, columns=[*(key for column in columns for key in column.needs())])
    caption = "What each threshold has done by itself in the last quarter"
    return table(frame, columns, caption=caption, file_name="thresholds", empty="No KPI has a threshold.")


def held(found: Sequence[escalation.Held], names: Mapping[str, str] | None = None) -> Block:
    """Return who holds what is open or overdue (see `keep.alerts.held`), since when, until when; `names` as above."""
    rows = [
        {
            "what": _WHATS[one.matter.what],
            "text": one_line(one.matter.text),
            "step": _STEPS[one.step],
            "tone": _STEP_TONES[one.step],
            "holder": one.holder,
            "since": one.since,
            "until": one.until,
            "due": one.matter.due,
            "late": one.days_late if one.overdue else None,
            **_whose(one.department, names),
        }
        for one in found
    ]
    columns = [
        Column("text", "What"),
        *_department(names),
        Column("what", "Kind"),
        Column("step", "Held by", kind="badge", tone="tone"),
        Column("holder", "Who"),
        Column("since", "Since"),
        Column("until", "Until"),
        Column("due", "Known or due"),
        Column("late", "Days overdue", kind="number", decimals=0),
    ]
    frame = pd.DataFrame(rows, columns=[*(key for column in columns for key in column.needs())])
    empty = "No alert is open, and nothing is overdue."
    return table(frame, columns, caption="Who holds what is open or overdue", file_name="held", empty=empty)


def _department(names: Mapping[str, str] | None) -> list[Column]:
    return [Column("department", "Department")] if names else []


def _whose(department: str, names: Mapping[str, str] | None) -> dict[str, str]:
    return {"department": names[department]} if names else {}


def _alert(alert: Alert, kpis: Catalogue, currency: str) -> dict[str, object]:
    kpi = kpis[alert.kpi]
    return {
        "name": kpi.name,
        "state": STATES[alert.state],
        "tone": _TONES[alert.state],
        "why": upper_first(alert_words.reasons(alert, kpi, currency)),
        "value_text": amount(alert.value, kpi, currency),
        "value": alert.value,
        "period": upper_first(period(alert.period, kpi.every)),
        "owner": alert.taken.owner if alert.taken else None,
    }
