"""The charts of a department's monthly or quarterly report: the months, or quarters, of its most urgent KPIs."""

from collections.abc import Hashable, Mapping
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from saypro_nb.agree.schema import Kpi
from saypro_nb.review import spans
from saypro_nb.review.report import Report
from saypro_nb.review.spans import Length
from saypro_nb.show import theme
from saypro_nb.show.blocks import notes
from saypro_nb.show.charts import BY_HAND, SMALL, TALL, gallery, make_room, time_axis
from saypro_nb.show.html import Block
from saypro_nb.show.picture import Picture
from saypro_nb.show.report_findings import level_name, span_name
from saypro_nb.show.words import amount, counted

Row = Mapping[Hashable, Any]  # of `review.performance.measure`

DRAWN = 4  # KPIs; the tables have them all, and a picture costs more than a table
SHOWN: dict[Length, int] = {"month": 14, "quarter": 9}  # so that the same span of the year before is in sight
FEWEST = 3  # spans, below which there is no course to see
HALF = {"week": pd.Timedelta(days=3), "month": pd.Timedelta(days=15)}
SIGNALS = {"worse": (theme.ORANGE, "D"), "better": (theme.BLUE, "o")}


def courses(report: Report) -> Block:
    """Return the course of the most urgent KPIs: a bar for each month or quarter, shorter periods behind it."""
    spanned = {str(kpi): rows for kpi, rows in report.over(report.span.length).groupby("kpi", sort=False)}
    urgent = [row for row in report.rows.to_dict("records") if len(spanned.get(row["kpi"], ())) >= FEWEST][:DRAWN]
    if not urgent:
        return notes([f"No KPI has {counted(FEWEST, report.span.length)} yet, so there is no course to draw."])
    behind = _behind(report)
    return gallery([_course(row, spanned[row["kpi"]], behind, report) for row in urgent])


def _behind(report: Report) -> pd.DataFrame:
    """Return what is drawn behind the bars, in the middle of its time: values behind months, months behind quarters."""
    if report.span.length == "month":
        return report.points.assign(period=report.points["period"] + HALF["week"])
    months = report.over("month").drop(columns="value").rename(columns={"first": "period", "level": "value"})
    return months.assign(period=months["period"] + HALF["month"])


def _course(row: Row, spanned: pd.DataFrame, behind: pd.DataFrame, report: Report) -> Picture:
    kpi, currency = report.kpis[row["kpi"]], report.agenda.currency
    shown = spanned.tail(SHOWN[row["length"]]).reset_index(drop=True)
    wobble = behind[(behind["kpi"] == row["kpi"]) & (behind["period"] >= shown["first"].iloc[0])]
    with mpl.rc_context(theme.rc() | BY_HAND):
        figure = Figure(figsize=(SMALL, TALL))
        axes = figure.subplots()
        if kpi.every != row["length"]:
            axes.plot(wobble["period"], wobble["value"], color=theme.GREY, lw=0.8)
        _bars(axes, shown, row)
        axes.set_title(level_name(row, kpi), fontsize=10)
        axes.yaxis.set_major_formatter(lambda value, _: amount(value, kpi, currency))
        time_axis(axes)
        _label(axes, shown, amount(row["level"], kpi, currency))
        make_room(figure, axes, kpi, currency)
    return Picture(figure, _in_words(shown, row, kpi, currency))


def _bars(axes: Axes, shown: pd.DataFrame, row: Row) -> None:
    """Draw a bar over each span's time, marked where most of it lies in the KPI's signal, and its target dashed."""
    ends = [spans.of(one).moved(1).first for one in shown.to_dict("records")]
    after = pd.to_datetime(pd.Series(ends))
    middle = shown["first"] + (after - shown["first"]) / 2
    signal = (middle >= row["since"]) & (row["state"] in SIGNALS) & (row["moved"] != "single")
    colour, marker = SIGNALS.get(row["state"], (theme.INK, ""))
    for marked, bar in ((False, theme.INK), (True, colour)):
        some = signal == marked
        axes.hlines(shown["level"][some], shown["first"][some], after[some], color=bar, lw=2.6)
    axes.plot(middle[signal], shown["level"][signal], marker or "o", color=colour, ms=5, lw=0)
    axes.hlines(shown["target_level"], shown["first"], after, color=theme.ACCENT, lw=1.3, ls=(0, (4, 2)))


def _label(axes: Axes, shown: pd.DataFrame, text: str) -> None:
    last = shown.to_dict("records")[-1]
    where = (pd.Timestamp(spans.of(last).moved(1).first), last["level"])
    axes.annotate(text, where, xytext=(5, 0), textcoords="offset points", va="center", weight="bold")


def _in_words(shown: pd.DataFrame, row: Row, kpi: Kpi, currency: str) -> str:
    first, *_, last = shown.to_dict("records")
    ends = [f"{amount(one['level'], kpi, currency)} in {span_name(spans.of(one))}" for one in (first, last)]
    goal = amount(last["target_level"], kpi, currency)
    target = "" if pd.isna(last["target_level"]) else f" The target is {goal}."
    lie = f"{counted(len(shown), row['length'])} lie between {amount(shown['level'].min(), kpi, currency)}"
    return (
        f"{level_name(row, kpi)}: {ends[0]}, {ends[1]}; "
        f"{lie} and {amount(shown['level'].max(), kpi, currency)}.{target}"
    )
