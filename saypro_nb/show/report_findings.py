"""The sentences of a department's monthly or quarterly report: what each KPI came to, and whether it is a change.

A difference from the month before is called a change only where the KPI's own history says so (see
`review.performance`); all others are called ordinary variation, however large they look.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from saypro_nb.agree.schema import Kpi
from saypro_nb.review import spans
from saypro_nb.review.gaps import shortfall
from saypro_nb.review.report import Report
from saypro_nb.review.spans import Span
from saypro_nb.show import analyst_notes, monitor_findings, plan_findings
from saypro_nb.show.cause_findings import cause_sentence
from saypro_nb.show.findings import TOLD, Answer, Changes, gaps_tone, since
from saypro_nb.show.words import MINUS, amount, counted, day, difference, listed, lower_first, period, upper_first

Row = Mapping[Hashable, Any]  # of `review.performance.measure`

STANDS = {
    "failing": "Its usual level: the process can't meet this target as it is.",
    "watch": "A weak sign of a change for the worse, as one stable KPI in twenty shows every week.",
    "steady": "The process as it is meets its target.",
    "untested": "It has no target to be held against.",
    "too_short": "Too few values to tell a change from ordinary variation.",
    "missing": "No value at the end, so how it stands now can't be told.",
}
"""What is said of a KPI that has not changed (see `review.gaps`)."""

WORTH = {
    "begun": "a change",
    "part": "part of that change",
    "lasting": "by itself no further change",
    "single": "not yet a change of its level",
    "ordinary": "ordinary variation",
}
"""What is said of a difference from the span before (see `review.performance`)."""

WAYS = {"sum": "Sum", "ratio": "Ratio of the sums", "mean": "Mean"}
"""How the values of a span are put together (see `review.spans`)."""

LEARNT = {
    "better": "better than chance explains. Find out what was done, and keep it.",
    "by_chance": "met as a rule, and missed by chance. One bad result of these needs no explanation.",
    "usually missed": "missed as a rule, and met by chance. A better process is needed, or another target.",
    "failing": "out of reach for the process as it is. Change the process, or the target.",
}


def answer(report: Report) -> Answer:
    """Return the executive summary: what was missed, which of it is a change, how the actions stand, what to decide."""
    rows = _rows(report)
    urgent = [row for row in rows if row["shortlisted"]][:TOLD]
    told = [summary(row, report) for row in urgent]
    sentences = (*told, *_others(rows, report), monitor_findings.actions(report.progress))
    decide = plan_findings.answer(report.agenda).decide
    return Answer(headline(report), gaps_tone(report.ranked), sentences, decide)


def headline(report: Report) -> str:
    """Return in a line how many targets were missed, and how many KPIs are worse than chance explains."""
    of = span_name(report.span)
    tested = [row for row in _rows(report) if _is_of(row, report.span) and row["verdict"] in ("good", "even", "bad")]
    if not tested:
        return f"{upper_first(of)}: no KPI with a target has a value"
    missed = sum(row["verdict"] == "bad" for row in tested)
    worse = int((report.rows["state"] == "worse").sum())
    changed = f"; {counted(worse, 'KPI is', 'KPIs are')} worse than chance explains" if worse else ""
    return f"{upper_first(of)}: {missed or 'none'} of {counted(len(tested), 'target')} missed{changed}"


def changes(report: Report) -> Changes:
    """Return what is another than in the span before: signals that began, targets met or missed anew, actions."""
    rows = [row for row in _rows(report) if _is_of(row, report.span)]
    begun = [
        f"{_kpi(row, report).name} has changed for the {row['state']}, since {_since(row, _kpi(row, report))}."
        for row in rows
        if row["moved"] == "begun"
    ]
    turned = [_turned(row, _kpi(row, report)) for row in rows if row["was"] in ("good", "bad")]
    acted = monitor_findings.changes(report.turned, report.span.first, report.every).sentences if report.turned else ()
    told = [*begun, *(sentence for sentence in turned if sentence), *acted]
    return Changes(span_name(report.span.moved(-1)), tuple(told) or ("Nothing goes beyond ordinary variation.",))


def summary(row: Row, report: Report) -> str:
    """Return what a KPI came to, against its target, and what that means."""
    kpi, currency = _kpi(row, report), report.agenda.currency
    value, target = amount(row["value"], kpi, currency), amount(row["target"], kpi, currency)
    against: str = "" if pd.isna(row["target"]) else f" against a target of {target}"
    parts = (_of_when(row, report.span, kpi), verdict(row, kpi, currency))
    return " ".join(part for part in (f"{kpi.name}: {value}{against}.", *parts) if part)


def commentary(row: Row, report: Report) -> str:
    """Return what the figures of a KPI mean: whether it is a change, what they are made of, and analysts' notes."""
    kpi = _kpi(row, report)
    parts = (_of_when(row, report.span, kpi), verdict(row, kpi, report.agenda.currency), made_of(row, kpi))
    said = " ".join(part for part in parts if part)
    return "\n".join([said, *analyst_notes.on(row["kpi"], report.noted)])


def verdict(row: Row, kpi: Kpi, currency: str) -> str:
    """Return how the KPI stands by its own history, and what the difference from the span before is worth."""
    return " ".join(part for part in (_stands(row, kpi, currency), _worth(row, kpi, currency)) if part)


def _stands(row: Row, kpi: Kpi, currency: str) -> str:
    if row["moved"] == "single":
        which = _since(row, kpi).replace("the week of", "that of", 1)
        return f"One {kpi.every}, {which}, was {row['state']} than chance explains."
    if row["state"] in ("worse", "better"):
        return f"{upper_first(row['state'])} than chance explains since {_since(row, kpi)}."
    if row["state"] == "unstable":
        return f"It scatters more widely than it used to since {_since(row, kpi)}."
    if row["state"] == "by_chance":
        rule = "misses" if misses_as_a_rule(row, kpi) else "meets"
        usual = f"its usual level, {amount(row['usual'], kpi, currency)}, {rule} it"
        return f"Single {kpi.every}s meet or miss its target by chance; {usual}."
    if row["state"] == "drifting":
        known = not pd.isna(row["crosses"])
        pace = f"; at this pace it reaches it in {since(row['crosses'].date(), kpi.every)}" if known else ""
        return f"Still on target, but clearly moving away from it{pace}."
    return STANDS[row["state"]]


def misses_as_a_rule(row: Row, kpi: Kpi) -> bool:
    """Return whether a KPI that chance carries to either side of its target has its usual level on the wrong one."""
    return row["state"] == "by_chance" and shortfall(row["usual"], row["target_level"], kpi) > 0


def _worth(row: Row, kpi: Kpi, currency: str) -> str:
    """Return the difference from the span before with what it is worth; empty where there is none to be judged."""
    if pd.isna(row["change"]) or row["moved"] == "unknown":
        return ""
    along = row["state"] == "drifting" and (row["change"] < 0) == (kpi.better == "higher")
    worth = "part of that" if along else "no verdict yet" if row["state"] == "watch" else WORTH[row["moved"]]
    return f"{_apart(row, kpi, currency)} {span_name(spans.of(row).moved(-1))}: {worth}."


def challenges(report: Report) -> list[str]:
    """Return what stands in the way: the likeliest cause of each gap, targets out of reach, and what is late."""
    weighed = report.agenda.weighed
    causes = [
        f"{report.kpis[cause['kpi']].name}: {lower_first(cause_sentence(cause))}{_hypothesis(cause)}"
        for _, cause in weighed.drop_duplicates("kpi").iterrows()
    ]
    late = [row for row in report.progress.to_dict("records") if row["state"] == "late"]
    overdue = [f"Late, due on {day(row['end'])} ({row['owner']}): {lower_first(row['description'])}" for row in late]
    return [*causes, *overdue] or ["No gap is on the shortlist, and no action is late."]


def insights(report: Report) -> list[str]:
    """Return what is to be learnt: what improved, what chance explains, what no single month shows, what worked."""
    named = {name: _named(report, name) for name in LEARNT}
    told = [f"{named[name]}: {lesson}" for name, lesson in LEARNT.items() if named[name]]
    return [*told, *_effects(report)] or ["The figures show neither a change nor an effect."]


def span_name(span: Span) -> str:
    """Return a month or quarter as it is said: June 2026, quarter 2 of 2026."""
    return period(span.first, span.length)


def level_name(row: Row, kpi: Kpi) -> str:
    """Return the name of a KPI, with the period of which the mean is told where it adds up: Revenue, a week."""
    return f"{kpi.name}{_each(row, kpi, ', ')}"


def covered(report: Report) -> str:
    """Return which days a report tells of, and why these."""
    every, span = report.every, report.span
    if every != "week":
        return upper_first(span_name(span))
    run = f"{day(span.first_day(every))} to {day(span.last_day(every))}"
    return f"{upper_first(span_name(span))}, in whole weeks: {run}"


def _others(rows: list[dict[Hashable, Any]], report: Report) -> list[str]:
    """Return what is said of the KPIs that are not on the shortlist."""
    others = [row for row in rows if not row["shortlisted"]]
    better = listed([_kpi(row, report).name for row in others if row["state"] == "better"])
    chance = sum(row["verdict"] == "bad" for row in others if _is_of(row, report.span))
    waiting = sum(not _is_of(row, report.span) and row["length"] == report.span.length for row in rows)
    missed = upper_first(counted(chance, "other target was", "other targets were"))
    unknown = upper_first(counted(waiting, "KPI has", "KPIs have"))
    told = {
        f"{better} changed for the better.": bool(better),
        f"{missed} missed with no sign of a change.": bool(chance),
        f"{unknown} no value for {span_name(report.span)} yet.": bool(waiting),
    }
    return [sentence for sentence, holds in told.items() if holds]


def _turned(row: Row, kpi: Kpi) -> str:
    """Return that a target which was met is missed now, or the other way round; empty where neither."""
    if row["moved"] == "begun" or (row["was"] == "bad") == (row["verdict"] == "bad"):
        return ""
    chance = ", with no sign of a change" if row["moved"] == "ordinary" else ""
    return f"{kpi.name} now {'misses' if row['verdict'] == 'bad' else 'meets'} its target{chance}."


def _of_when(row: Row, span: Span, kpi: Kpi) -> str:
    if _is_of(row, span):
        return ""
    of = span_name(spans.of(row))
    if row["length"] != span.length:
        return f"Measured each {kpi.every}; this is {of}."
    return f"Not in yet for {span_name(span)}; this is {of}."


def made_of(row: Row, kpi: Kpi) -> str:
    """Return how a figure is put together, and of how many values; empty where it is a single one."""
    if row["due"] == 1:
        return ""
    known = "" if row["known"] == row["due"] else f"{row['known']} of its "
    return f"{WAYS[row['how']]} of {known}{row['due']} {kpi.every}s."


def _apart(row: Row, kpi: Kpi, currency: str) -> str:
    """Return the difference from the span before in words, up to the name of that span."""
    said = difference(row["change"], kpi, currency)
    side = {"+": "more", MINUS: "less"}.get(said[0])
    return f"{said[1:]}{_each(row, kpi, ' ')} {side} than in" if side else "As in"


def _each(row: Row, kpi: Kpi, before: str) -> str:
    """Return of which period a level is the mean, where the KPI adds up: months are of four weeks or five."""
    return f"{before}a {kpi.every}" if row["how"] == "sum" and row["due"] > 1 else ""


def _since(row: Row, kpi: Kpi) -> str:
    return since(row["since"].date(), kpi.every)


def _hypothesis(cause: pd.Series) -> str:
    return f" {cause['statement']}" if isinstance(cause["statement"], str) else ""


def _effects(report: Report) -> list[str]:
    return monitor_findings.effects(report.progress, report.kpis, report.agenda.currency, report.today)


def _named(report: Report, lesson: str) -> str:
    kpis = [(_kpi(row, report), row) for row in _rows(report)]
    return listed([kpi.name for kpi, row in kpis if _teaches(row, kpi) == lesson])


def _teaches(row: Row, kpi: Kpi) -> str:
    return "usually missed" if misses_as_a_rule(row, kpi) else row["state"]


def _is_of(row: Row, span: Span) -> bool:
    return spans.of(row) == span


def _kpi(row: Row, report: Report) -> Kpi:
    return report.kpis[row["kpi"]]


def _rows(report: Report) -> list[dict[Hashable, Any]]:
    return report.rows.to_dict("records")
