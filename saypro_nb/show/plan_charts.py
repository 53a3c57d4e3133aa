"""The chart of phase 3: when each action of the plan runs, and which of its milestones are done, due or overdue."""

import datetime
from textwrap import shorten

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from saypro_nb.review.agenda import Agenda
from saypro_nb.show import theme
from saypro_nb.show.blocks import notes
from saypro_nb.show.charts import WIDE, time_axis
from saypro_nb.show.html import Block
from saypro_nb.show.picture import Picture
from saypro_nb.show.plan_findings import milestones_words
from saypro_nb.show.words import counted, day, short_day

ROW = 0.52  # inches: a line of words and a bar below it
LONGEST = 78  # letters of an action's line
_MARKS = {"done": ("o", theme.INK), "due": ("D", theme.PAPER), "overdue": ("X", theme.ORANGE)}


def timeline(agenda: Agenda) -> Picture | Block:
    """Return when each action of the plan runs, with its milestones and the last day of the review period."""
    steps = agenda.steps
    runs = steps[steps["what"] == ""].reset_index(drop=True)
    if runs.empty:
        return notes(["No action is running or proposed."])
    with mpl.rc_context(theme.rc()):
        figure = Figure(figsize=(WIDE, 1.1 + ROW * len(runs)))
        axes = figure.subplots()
        _bars(axes, runs)
        _milestones(axes, steps[steps["what"] != ""], runs)
        _today(axes, agenda.today)
        axes.set_yticks([])
        axes.set_ylim(len(runs) - 0.4, -0.75)
        axes.grid(visible=True, axis="x")
        axes.spines["left"].set_visible(False)
        time_axis(axes)
        figure.legend(handles=_legend(), loc="outside lower left", ncols=5, fontsize=8.5, handletextpad=0.4)
    return Picture(figure, _in_words(runs, steps, agenda.today))


def _bars(axes: Axes, runs: pd.DataFrame) -> None:
    starts = [date2num(start) for start in runs["start"]]
    lengths = [date2num(end) + 1 - start for end, start in zip(runs["end"], starts, strict=True)]
    asked = runs["status"] == "proposed"
    fills = [theme.PAPER if proposed else theme.BLUE for proposed in asked]
    axes.barh(runs.index, lengths, left=starts, color=fills, height=0.26, edgecolor=theme.BLUE, linewidth=1.2)
    ground: dict[str, object] = {
        "facecolor": theme.PAPER,
        "edgecolor": "none",
        "pad": 1,
    }  # the line of the review would run through it
    for row, line in enumerate(_lines(runs)):
        axes.text(0, row - 0.24, line, transform=axes.get_yaxis_transform(), va="bottom", fontsize=9, bbox=ground)


def _lines(runs: pd.DataFrame) -> list[str]:
    late = runs["state"].map({"overdue": ", late"}).fillna("")
    return [
        f"{shorten(what.rstrip('.'), LONGEST, placeholder='…')}{said}"
        for what, said in zip(runs["description"], late, strict=True)
    ]


def _milestones(axes: Axes, dated: pd.DataFrame, runs: pd.DataFrame) -> None:
    rows = {name: row for row, name in enumerate(runs["id"])}
    for state, (marker, colour) in _MARKS.items():
        of_state = dated[dated["state"] == state]
        at = [date2num(end) for end in of_state["end"]]
        axes.plot(at, [rows[name] for name in of_state["id"]], marker, color=colour, ms=7, mec=_edge(colour), zorder=4)


def _edge(colour: str) -> str:
    """Return the colour of a mark's edge, which makes it stand out on the bar and on paper."""
    return theme.INK if colour == theme.PAPER else theme.PAPER


def _today(axes: Axes, today: datetime.date) -> None:
    axes.axvline(date2num(today), color=theme.ACCENT, lw=1.4, zorder=2)
    axes.annotate(
        f"Review: {short_day(today)}",
        (date2num(today), 1),
        xycoords=("data", "axes fraction"),
        ha="center",
        va="bottom",
        fontsize=8.5,
        color=theme.ACCENT,
    )


def _legend() -> list[Line2D]:
    bars = [
        Line2D([], [], ls="", marker="s", ms=7, color=theme.BLUE, markerfacecolor=fill, label=word)
        for word, fill in (("decided", theme.BLUE), ("proposed", theme.PAPER))
    ]
    steps = [
        Line2D([], [], ls="", marker=marker, ms=7, color=colour, mec=_edge(colour), label=f"milestone {state}")
        for state, (marker, colour) in _MARKS.items()
    ]
    return [*bars, *steps]


def _in_words(runs: pd.DataFrame, steps: pd.DataFrame, today: datetime.date) -> str:
    asked = int((runs["status"] == "proposed").sum())
    first, last = short_day(runs["start"].min()), short_day(runs["end"].max())
    return (
        f"When {counted(len(runs), 'action runs', 'actions run')}, {asked} of them only proposed, from {first} to "
        f"{last}, with {milestones_words(steps)}; the line is {day(today)}, when the review period ends."
    )
