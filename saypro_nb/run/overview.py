"""The state of every department in a few lines, for the terminal or another program."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import alerts as alerts_of
from saypro_nb.keep import evidence, values
from saypro_nb.keep.dossier import Dossier
from saypro_nb.review import actions
from saypro_nb.review.alerts import Alert
from saypro_nb.review.escalation import Held
from saypro_nb.show import alert_words, findings, words


@dataclass(frozen=True)
class Row:
    """A department's state: the verdict in words, its shortlisted KPIs, alerts, overdue actions, and who holds what."""

    department: str
    period: str
    headline: str
    shortlist: tuple[str, ...]
    overdue: tuple[str, ...]
    alerts: tuple[dict[str, str], ...] = ()
    held: tuple[dict[str, str | int], ...] = ()


def latest(workspace: Workspace) -> list[Row]:
    """Return a row per department for the latest period, from the data as they are now."""
    period = values.resolve("latest", workspace)
    return [_row(Dossier(workspace, department, period)) for department in workspace.review.departments]


def as_json(rows: Sequence[Row]) -> str:
    """Return the rows as JSON."""
    return json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False)


def as_text(rows: Sequence[Row]) -> str:
    """Return the rows as lines."""
    lines = []
    for row in rows:
        lines.append(f"{row.department}: {row.headline}")
        lines += [f"  gap: {kpi}" for kpi in row.shortlist]
        lines += [f"  alert: {alert['text']} ({alert['state']})" for alert in row.alerts]
        lines += [f"  overdue: {action}" for action in row.overdue]
        lines += [f"  held by {one['holder']} since {one['since']}: {_matter(one)}" for one in row.held]
    return "\n".join(lines)


def _row(dossier: Dossier) -> Row:
    ranked = evidence.identify(dossier)
    today = dossier.workspace.last_day(dossier.period)
    found = alerts_of.alerts_of(dossier)
    late = [action.id for action in dossier.actions if actions.state(action, today) == "late"]
    return Row(
        department=dossier.department,
        period=dossier.period.isoformat(),
        headline=findings.gaps_headline(ranked),
        shortlist=tuple(ranked.loc[ranked["shortlisted"], "kpi"]),
        overdue=tuple(late),
        alerts=tuple(_alert(alert, dossier) for alert in found),
        held=tuple(_held(one) for one in alerts_of.held(dossier, found)),
    )


def _alert(alert: Alert, dossier: Dossier) -> dict[str, str]:
    text = alert_words.line(alert, dossier.kpis[alert.kpi], dossier.workspace.review.currency)
    return {"kpi": alert.kpi, "state": alert.state, "began": alert.began.isoformat(), "text": text}


def _held(held: Held) -> dict[str, str | int]:
    return {
        "what": held.matter.what,
        "subject": held.matter.subject,
        "text": words.one_line(held.matter.text),
        "step": held.step,
        "holder": words.one_line(held.holder),
        "since": held.since.isoformat(),
        "until": held.until.isoformat(),
        "days_late": held.days_late,
    }


def _matter(held: dict[str, str | int]) -> str:
    late = f", {held['days_late']} days late" if held["days_late"] else ""
    return f"{held['what']} {held['subject']}, {held['text']} (next on {held['until']}{late})"
