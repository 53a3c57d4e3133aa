"""outputs/<period>/alerts.json: what is open and what is overdue, for other programs to pick up.

docs/alerts.md describes its fields. It is written after each run, unless it was made from the very same inputs, and
says nothing of whom was told: that is in the register.
"""

import datetime
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import whole
from saypro_nb.run import fingerprint
from saypro_nb.run.fingerprint import Inputs
from saypro_nb.run.nursery import Nursery

if TYPE_CHECKING:
    from saypro_nb.review.alerts import Alert
    from saypro_nb.review.escalation import Held

FORMAT = 1


def refresh(workspace: Workspace, period: datetime.date, inputs: Inputs, nursery: Nursery) -> Path:
    """Write the file of the period, unless it is as it would be, and return its path."""
    file = workspace.outputs(period) / "alerts.json"
    parts = inputs.of_everything([])
    made_from = None if None in parts.values() else fingerprint.of_facts([parts, FORMAT])[:16]
    if made_from is None or made_from != _made_from(file):
        nursery.call(write, workspace, period, made_from)
    return file


def write(workspace: Workspace, period: datetime.date, made_from: str | None) -> None:
    """Write the file from the data as they are now."""
    from saypro_nb.keep import alerts as alerts_of
    from saypro_nb.keep.dossier import Dossier

    alerts, matters = [], []
    for department in workspace.review.departments:
        dossier = Dossier(workspace, department, period)
        found = alerts_of.alerts_of(dossier)
        held = alerts_of.held(dossier, found)
        holding = {one.matter.subject: one for one in held if one.matter.what == "alert"}
        alerts += [_alert(alert, workspace, holding.get(alert.kpi)) for alert in found]
        matters += [_held(one) for one in held if one.overdue]
    content = {
        "format": FORMAT,
        "organisation": workspace.review.organisation,
        "period": period.isoformat(),
        "as_of": workspace.last_day(period).isoformat(),
        "alerts": alerts,
        "overdue": matters,
        "made_from": made_from,
    }
    whole.write(workspace.outputs(period) / "alerts.json", json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _alert(alert: "Alert", workspace: Workspace, held: "Held | None") -> dict[str, Any]:
    kpi = workspace.kpis[alert.kpi]
    return {
        "department": alert.department,
        "department_name": workspace.names[alert.department],
        "kpi": alert.kpi,
        "name": kpi.name,
        "state": alert.state,
        "began": alert.began.isoformat(),
        "known_on": alert.known_on.isoformat(),
        "ended": alert.ended.isoformat() if alert.ended else None,
        "reasons": [asdict(one) | {"since": one.since.isoformat()} for one in alert.reasons],
        "period": alert.period.isoformat(),
        "value": alert.value,
        "threshold": alert.threshold,
        "unit": kpi.unit,
        "better": kpi.better,
        "owner": alert.taken.owner if alert.taken else None,
        "taken_up_on": alert.taken.on.isoformat() if alert.taken else None,
        "held_by": _holder(held) if held else None,
    }


def _held(held: "Held") -> dict[str, Any]:
    return {
        "what": held.matter.what,
        "department": held.department,
        "subject": held.matter.subject,
        "text": held.matter.text,
        "due": held.matter.due.isoformat(),
        "days_late": held.days_late,
        "held_by": _holder(held),
    }


def _holder(held: "Held") -> dict[str, str]:
    return {
        "step": held.step,
        "who": held.holder,
        "since": held.since.isoformat(),
        "until": held.until.isoformat(),
    }


def _made_from(file: Path) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8")).get("made_from")
    except (OSError, ValueError, AttributeError):
        return None
