"""The alerts of a department, who has taken them up, and who holds what is open or overdue."""

from saypro_nb.agree.decisions import Acknowledgement
from saypro_nb.agree.settings import Catalogue
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.register import Register
from saypro_nb.review import alerts, escalation
from saypro_nb.review.alerts import Alert, Taken, Trial
from saypro_nb.review.escalation import Held


def alerts_of(dossier: Dossier) -> list[Alert]:
    """Return the department's alerts as the data are now: those that last, and those that the last values ended."""
    found = alerts.signs(dossier.charts, dossier.weekly, dossier.kpis)
    rules = dossier.workspace.meetings.alerts
    return alerts.follow(found, dossier.kpis, taken_up(dossier), rules.clear_after)


def taken_up(dossier: Dossier) -> list[Taken]:
    """Return who has taken up which of the department's alerts, by the register."""
    entries = Register.of(dossier.workspace).current("acknowledgement")
    said = [(Acknowledgement.model_validate(entry.content), entry) for entry in entries]
    return [
        Taken(one.kpi, one.period, one.owner, entry.who, entry.at.date())
        for one, entry in said
        if one.department == dossier.department
    ]


def tried(dossier: Dossier) -> dict[str, Trial]:
    """Return what the threshold of each KPI that has one has done by itself in the last quarter of a year."""
    return {
        kpi: try_out(dossier, kpi, facts.threshold)
        for kpi, facts in triable(dossier).items()
        if facts.threshold is not None
    }


def triable(dossier: Dossier) -> Catalogue:
    """Return the department's KPIs with values and a side that is worse: those that a threshold makes sense for."""
    measured = set(dossier.charts["kpi"])
    return {kpi: facts for kpi, facts in dossier.kpis.items() if kpi in measured and facts.better != "neither"}


def try_out(dossier: Dossier, kpi: str, threshold: float | None) -> Trial:
    """Return what a `threshold` would have done to one of the department's KPIs in the last quarter of a year."""
    series = dossier.charts[dossier.charts["kpi"] == kpi]
    since = alerts.last_quarter(series, dossier.kpis[kpi].every)
    return alerts.try_out(series, threshold, since, dossier.workspace.meetings.alerts.clear_after)


def held(dossier: Dossier, found: list[Alert]) -> list[Held]:
    """Return who holds the alerts that were `found` and what is overdue, on the last day of the review period."""
    names = {kpi: facts.name for kpi, facts in dossier.kpis.items()}
    params, today = dossier.workspace.meetings, dossier.last_day
    matters = escalation.of_alerts(found, names, params.begins) + escalation.of_actions(dossier.actions, today)
    return escalation.hold(matters, dossier.department, dossier.facts, params.escalation, today)
