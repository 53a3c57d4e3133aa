"""The chart of an effect: a KPI, and what it would have been without the action."""

from collections.abc import Hashable, Mapping
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from saypro_nb.agree.schema import Kpi
from saypro_nb.agree.settings import Catalogue
from saypro_nb.show import theme
from saypro_nb.show.charts import SMALL, time_axis
from saypro_nb.show.picture import Picture
from saypro_nb.show.words import amount, counted, day, difference

EARLIER = 26  # periods before the action that are shown: half a year of weeks


def effects(
    courses: Mapping[str, pd.DataFrame],
    progress: pd.DataFrame,
    values: pd.DataFrame,
    kpis: Catalogue,
    currency: str,
) -> dict[str, Picture]:
    """Return a picture for each action of `courses` (see `lookback.course`), by its id; `values` are all values."""
    rows = {row["id"]: row for row in progress.to_dict("records")}
    return {
        name: effect(course, rows[name], values[values["kpi"] == rows[name]["kpi"]], kpis[rows[name]["kpi"]], currency)
        for name, course in courses.items()
        if len(course)
    }


def effect(
    course: pd.DataFrame, action: Mapping[Hashable, Any], values: pd.DataFrame, kpi: Kpi, currency: str
) -> Picture:
    """Return the KPI's values, and from the action's start on the band in which they would have lain without it."""
    earlier = values[values["period"] < course["period"].iloc[0]].tail(EARLIER)
    shown = pd.concat([earlier[["period", "value"]], course[["period", "value"]]])
    low, high = kpi.bounds()
    with mpl.rc_context(theme.rc()):
        figure = Figure(figsize=(SMALL, 2.4))
        axes = figure.subplots()
        band = (course["period"], course["low"].clip(low, high), course["high"].clip(low, high))
        axes.fill_between(*band, color=theme.RULE, alpha=0.5, lw=0)
        axes.plot(course["period"], course["expected"], color=theme.GREY, lw=1.4, ls=(0, (4, 2)))
        axes.plot(shown["period"], shown["value"], color=theme.INK, lw=1.1)
        for date in (action["start"], action["end"]):
            if date <= course["period"].iloc[-1]:
                axes.axvline(date2num(date), color=theme.ACCENT, lw=1, ls=":")
        _label_ends(axes, course, kpi, currency)
        axes.set_title(f"{kpi.name} with and without it", fontsize=10)
        axes.yaxis.set_major_formatter(lambda value, _: amount(value, kpi, currency))
        time_axis(axes)
    return Picture(figure, _in_words(course, action, kpi, currency))


def _label_ends(axes: Any, course: pd.DataFrame, kpi: Kpi, currency: str) -> None:
    """Name the two lines at their ends, apart from each other."""
    last = course.dropna(subset="value").iloc[-1]
    above = last["value"] >= last["expected"]
    ends = {"value": (amount(last["value"], kpi, currency), theme.INK, 6 if above else -6)}
    ends["expected"] = ("expected", theme.MUTED, -6 if above else 6)
    for name, (text, colour, shift) in ends.items():
        where = (last["period"], last[name])
        axes.annotate(
            text, where, xytext=(5, shift), textcoords="offset points", va="center", color=colour, fontsize=8.5
        )


def _in_words(course: pd.DataFrame, action: Mapping[Hashable, Any], kpi: Kpi, currency: str) -> str:
    outside = int(((course["value"] < course["low"]) | (course["value"] > course["high"])).sum())
    effect = difference(action["effect"], kpi, currency)
    return (
        f"{kpi.name} since {day(action['start'])}, in {counted(len(course), kpi.every)}, against what it would have "
        f"been without the action: {effect} on average; {outside} values lie outside the band that chance explains."
    )
