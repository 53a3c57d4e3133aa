"""Alerts as people are told of them: a line for each, and a message for everything that one address must know."""

from collections.abc import Mapping, Sequence

from saypro_nb.agree.schema import Kpi
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.alerts import Alert, Ground, Trial
from saypro_nb.show.words import amount, counted, day, listed, one_line, period, upper_first

LONGEST_TITLE = 120  # characters: what a subject line or the head of a phone's notice shows of it, and more


def reason(ground: Ground, alert: Alert, kpi: Kpi, currency: str) -> str:
    """Return one reason of an alert, such as "below its threshold of 16.0 % since the week of 1 June 2026"."""
    the = "" if kpi.every == "month" else "the "
    when = f"{'since' if ground.holds else 'first in'} {the}{period(ground.since, kpi.every)}"
    if ground.reason == "signal":
        return f"changed for the worse {when}" if ground.holds else f"a change for the worse {when}"
    return f"{side(kpi)} its threshold of {amount(alert.threshold, kpi, currency)} {when}"


def side(kpi: Kpi) -> str:
    """Return on which side of its threshold a KPI alarms."""
    return "below" if kpi.better == "higher" else "above"


def line(alert: Alert, kpi: Kpi, currency: str) -> str:
    """Return an alert as one line: the KPI, its last value, and the reasons."""
    value = f"{amount(alert.value, kpi, currency)} ({period(alert.period, kpi.every)})"
    return one_line(f"{kpi.name}: {value}; {reasons(alert, kpi, currency)}")


def reasons(alert: Alert, kpi: Kpi, currency: str) -> str:
    """Return the reasons that hold; those that held before, where the alert is about to end."""
    holding = [ground for ground in alert.reasons if ground.holds]
    return listed([reason(ground, alert, kpi, currency) for ground in holding or alert.reasons])


def tried(trial: Trial, kpi: Kpi, currency: str) -> str:
    """Return what a threshold would have done: "Below 16.0 %: 3 alerts in the last quarter; 5 of 13 weeks below it"."""
    if trial.threshold is None:
        return "No threshold: no alert"
    began = counted(len(trial.began), "alert")
    beyond = f"{trial.beyond} of {trial.known} {kpi.every}{'' if trial.known == 1 else 's'} {side(kpi)} it"
    before = "" if trial.lasting is None else f", and one that lasted since {period(trial.lasting, kpi.every)}"
    level = amount(trial.threshold, kpi, currency)
    return f"{upper_first(side(kpi))} {level}: {began} in the last quarter{before}; {beyond}"


def taken(alert: Alert) -> str:
    """Return who has taken the alert up."""
    if alert.taken is None:
        return "nobody has taken it up"
    return one_line(f"taken up by {alert.taken.owner} on {day(alert.taken.on)}")


def title(organisation: str, alerts: Mapping[str, Sequence[Alert]], names: Mapping[str, str]) -> str:
    """Return what the message is about: how many alerts, and in which departments."""
    count = counted(sum(map(len, alerts.values())), "new alert")
    said = one_line(f"{organisation}: {count} in {listed([names[department] for department in alerts])}")
    return said if len(said) <= LONGEST_TITLE else f"{said[: LONGEST_TITLE - 1]}…"


def message(alerts: Mapping[str, Sequence[Alert]], kpis: Catalogue, names: Mapping[str, str], currency: str) -> str:
    """Return the message about the alerts by department, in plain text."""
    lines: list[str] = []
    for department, found in alerts.items():
        lines.append(one_line(names[department]))
        lines += [
            f"- {line(alert, kpis[alert.kpi], currency)}; {taken(alert)} ({department} {alert.kpi})" for alert in found
        ]
        lines.append("")
    lines.append("To take one up: saypro acknowledge DEPARTMENT KPI --owner OWNER --who YOU --why REASON")
    return "\n".join(lines)
