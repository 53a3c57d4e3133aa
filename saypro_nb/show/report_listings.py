"""The tables of a department's monthly or quarterly report."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from saypro_nb.agree.schema import Kpi
from saypro_nb.review import performance, spans
from saypro_nb.review.report import Report
from saypro_nb.review.spans import Length
from saypro_nb.show import analyst_notes, blocks, plan_listings
from saypro_nb.show.cells import amounts, differences, named
from saypro_nb.show.html import Block
from saypro_nb.show.report_findings import commentary, covered, level_name, span_name
from saypro_nb.show.tables import Column, table
from saypro_nb.show.theme import ToneName
from saypro_nb.show.words import day, difference, period, share, upper_first

Row = Mapping[Hashable, Any]

AGAINST = {"good": "Good", "bad": "Bad", "even": "Even", "none": "Neither"}
AGAINST_TONES: dict[str, ToneName] = {"good": "good", "bad": "watch", "even": "neutral", "none": "neutral"}
IN_PERCENT = ("money", "count")  # units whose distance from a target is said in percent of it
MOVED: dict[str, tuple[str, ToneName]] = {
    "lasting": ("No further change", "neutral"),
    "single": ("One period by itself", "neutral"),
    "ordinary": ("Ordinary variation", "neutral"),
    "unknown": ("Can't be told", "unknown"),
}
CHANGED = {"begun": "Changed for the {}", "part": "Part of a change for the {}"}
CHANGED_TONES: dict[str, ToneName] = {"worse": "concern", "better": "good"}
SHOWN = 5  # months or quarters side by side: more of them don't fit on paper


def header(report: Report, prepared_by: str) -> Block:
    """Return what stands at the head of a report: of when it is, whose, who prepared it, and its date."""
    facts = {
        "Report on": covered(report),
        "Department": report.agenda.department.name,
        "Prepared by": prepared_by or "Not signed",
        "Date": day(report.today),
    }
    return blocks.facts(facts)


def kpis(report: Report) -> Block:
    """Return every KPI with its target, actual, variance and what that means, with analysts' notes beside it."""
    rows, currency = report.rows, report.agenda.currency
    shown = named(rows, report.kpis).assign(
        target_text=amounts(rows, "target", report.kpis, currency),
        value_text=amounts(rows, "value", report.kpis, currency),
        variance_text=[variance(row, report.kpis[row["kpi"]], currency) for row in rows.to_dict("records")],
        word=rows["verdict"].map(AGAINST),
        tone=[_tone(row) for row in rows.to_dict("records")],
        commentary=[commentary(row, report) for row in rows.to_dict("records")],
    )
    columns = [
        Column("name", "KPI"),
        Column("target_text", "Target", kind="number", exported="target"),
        Column("value_text", "Actual", kind="number", exported="value"),
        Column("variance_text", "Variance", kind="number", exported="variance"),
        Column("word", "Against target", kind="badge", tone="tone"),
        Column("commentary", "Commentary"),
    ]
    empty = "No KPI of this department has a value up to then."
    caption = f"KPIs in {span_name(report.span)}, the most urgent first"
    return table(shown, columns, caption=caption, file_name="kpi_report", empty=empty)


def notes(report: Report) -> Block:
    """Return what analysts noted on the department as a whole; nothing where they didn't."""
    lines = analyst_notes.on(None, report.noted)
    return blocks.notes(lines) if lines else blocks.stack()


def variance(row: Row, kpi: Kpi, currency: str) -> str:
    """Return how far a KPI is from its target: money and counts in percent of it, percentages in points, else units."""
    if kpi.unit in IN_PERCENT and not pd.isna(row["variance_percent"]):
        return share(row["variance_percent"])
    return difference(row["variance"], kpi, currency)


def metrics(report: Report) -> Block:
    """Return how the single values of each KPI lie within its span, and where it stands beside its references."""
    rows = performance.within(report.points, report.rows, report.kpis)
    currency = report.agenda.currency
    compared = performance.compare(report.rows, report.kpis)
    usual, benchmark = (compared[compared["against"] == name].set_index("kpi") for name in ("usual", "benchmark"))
    shown = named(rows, report.kpis).assign(
        lowest_text=amounts(rows, "lowest", report.kpis, currency),
        highest_text=amounts(rows, "highest", report.kpis, currency),
        usual=rows["kpi"].map(usual["reference"]),
        benchmark=rows["kpi"].map(benchmark["reference"]),
        word=rows["kpi"].map(benchmark["verdict"]).map(AGAINST),
        tone=rows["kpi"].map(benchmark["verdict"]).map(AGAINST_TONES),
    )
    shown = shown.assign(
        usual_text=amounts(shown, "usual", report.kpis, currency),
        benchmark_text=amounts(shown, "benchmark", report.kpis, currency),
    )
    columns = [
        Column("name", "KPI"),
        Column("lowest_text", "Lowest", kind="number", exported="lowest"),
        Column("highest_text", "Highest", kind="number", exported="highest"),
        Column("met", "Target met", kind="number", decimals=0),
        Column("marked", "Signals", kind="number"),
        Column("usual_text", "Usual", kind="number", exported="usual"),
        Column("benchmark_text", "Benchmark", kind="number", exported="benchmark"),
        Column("word", "Against it", kind="badge", tone="tone"),
    ]
    caption = "The figures in detail"
    return table(shown, columns, caption=caption, file_name="metrics", empty="No value.")


def trend(report: Report) -> Block:
    """Return each KPI beside the span before and the year before, and what its own history says of the difference."""
    rows, currency = report.rows, report.agenda.currency
    moved = [_moved(row) for row in rows.to_dict("records")]
    levels = {f"{name}_text": amounts(rows, name, report.kpis, currency) for name in ("before", "level")}
    moves = {f"{name}_text": differences(rows, name, report.kpis, currency) for name in ("change", "change_year")}
    shown = rows.assign(
        name=[_of(row, report) for row in rows.to_dict("records")],
        **levels,
        **moves,
        word=[word for word, _ in moved],
        tone=[tone for _, tone in moved],
    )
    columns = [
        Column("name", "KPI"),
        Column("before_text", f"{upper_first(report.span.length)} before", kind="number", exported="before"),
        Column("level_text", "Now", kind="number", exported="level"),
        Column("change_text", "Change", kind="number", exported="change"),
        Column("word", "Which is", kind="badge", tone="tone"),
        Column("change_year_text", "Change in a year", kind="number", exported="change_year"),
    ]
    adverb = {"month": "Month on month", "quarter": "Quarter on quarter"}[report.span.length]
    return table(shown, columns, caption=f"{adverb}, and year on year", file_name="trend", empty="No value.")


def course(report: Report, length: Length) -> Block:
    """Return what each KPI came to, as the mean of a period, in the last complete months or quarters."""
    found = report.over(length)
    found = found[found["length"] == length]
    recent = sorted(found["first"].unique())[-SHOWN:]
    wide = found[found["first"].isin(recent)].pivot(index="kpi", columns="first", values="level")
    wide = wide.reindex([kpi for kpi in report.rows["kpi"] if kpi in wide.index])
    shown = found.groupby("kpi").tail(1).set_index("kpi").loc[wide.index].reset_index()
    shown = shown.assign(name=_each(shown, report))
    days = pd.DatetimeIndex(wide.columns)
    titles = {str(place): upper_first(period(first.date(), length)) for place, first in enumerate(days)}
    shown = pd.concat([shown, wide.set_axis(list(titles), axis=1).reset_index(drop=True)], axis=1)
    texts = {f"{place}_text": amounts(shown, place, report.kpis, report.agenda.currency) for place in titles}
    columns = [
        Column("name", "KPI"),
        *(Column(f"{place}_text", title, kind="number", exported=place) for place, title in titles.items()),
    ]
    caption = {"month": "Month by month", "quarter": "Quarter by quarter"}[length]
    return table(
        shown.assign(**texts), columns, caption=caption, file_name=f"by_{length}", empty=f"No KPI has a {length} yet."
    )


def plan(report: Report, values: pd.DataFrame) -> Block:
    """Return what is to be done in the next month or quarter: the plan's general view of what runs or waits then."""
    caption = f"Action plan for {span_name(report.following)}"
    return plan_listings.view("general", report.plan, values, caption=caption)


def _each(rows: pd.DataFrame, report: Report) -> list[str]:
    """Return the KPIs' names, with the period of which their mean is told where they add up."""
    return [level_name(row, report.kpis[row["kpi"]]) for row in rows.to_dict("records")]


def _of(row: Row, report: Report) -> str:
    """Return the KPI's name, with the month or quarter that is told of it where it is another than the report's."""
    name, of = level_name(row, report.kpis[row["kpi"]]), spans.of(row)
    return name if of == report.span else f"{name} ({span_name(of)})"


def _moved(row: Row) -> tuple[str, ToneName]:
    if row["moved"] in CHANGED:
        return CHANGED[row["moved"]].format(row["state"]), CHANGED_TONES[row["state"]]
    if row["state"] == "drifting":
        return "Drifting away", "watch"
    return ("–", "unknown") if pd.isna(row["change"]) else MOVED[row["moved"]]


def _tone(row: Row) -> str:
    """Return the tone of a verdict on a target: a miss is a concern only where the KPI has changed for the worse."""
    if row["verdict"] not in AGAINST:
        return ""
    return "concern" if row["verdict"] == "bad" and row["state"] == "worse" else AGAINST_TONES[row["verdict"]]
