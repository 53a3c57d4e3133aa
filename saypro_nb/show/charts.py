"""Charts: one message each, drawn as a `Picture` with the words that say what it shows."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Kpi
from saypro_nb.agree.settings import Catalogue
from saypro_nb.show import theme
from saypro_nb.show.blocks import notes
from saypro_nb.show.html import Block, render
from saypro_nb.show.picture import Picture
from saypro_nb.show.words import STATES, amount, counted, listed, upper_first

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

WIDE = 7.2  # inches: wider would be too small on a phone
SMALL, TALL = 4.4, 2.4  # of charts that stand side by side
BY_HAND: "dict[RcKeyType, Any]" = {"figure.constrained_layout.use": False}  # a third faster than a layout engine
LETTER = 0.085  # inches that a letter takes at 10 points, with some to spare
MOST_ATTAINED = 150  # percent of a goal; a bar goes no further
SHOWN = 78  # periods on a process-behaviour chart: a year and a half of weeks
GLANCE = 52  # of a sparkline

_MARKS = {"improvement": (theme.BLUE, "o"), "concern": (theme.ORANGE, "D"), "neutral": (theme.ACCENT, "s")}


def processes(points: pd.DataFrame, kpis: Catalogue, currency: str, actions: Sequence[Action] = ()) -> Block:
    """Return the process-behaviour chart of every KPI side by side; `actions` on a KPI are marked by their dates."""
    pictures = [
        process(series, kpis[str(kpi)], currency, [action for action in actions if action.criterion.kpi == kpi])
        for kpi, series in points.groupby("kpi", sort=False)
        if series["value"].notna().any()
    ]
    return gallery(pictures)


def processes_with_actions(points: pd.DataFrame, kpis: Catalogue, currency: str, actions: Sequence[Action]) -> Block:
    """Return the process-behaviour chart of every KPI that one of the `actions` is meant to move."""
    moved = points[points["kpi"].isin([action.criterion.kpi for action in actions])]
    if moved.empty:
        return notes(["No action is meant to move a KPI of this department."])
    return processes(moved, kpis, currency, actions)


def gallery(pictures: Sequence[Picture]) -> Block:
    """Return the pictures side by side where there is room, one below the other on a phone."""
    return render("gallery.html.j2", pictures=pictures)


def process(points: pd.DataFrame, kpi: Kpi, currency: str, actions: Sequence[Action] = ()) -> Picture:
    """Return the process-behaviour chart of one KPI: values, usual level, limits, target, and its signals marked."""
    low, high = kpi.bounds()  # what can't be, chance can't bring about either
    recent = points.tail(SHOWN).assign(lower=points["lower"].clip(low, high), upper=points["upper"].clip(low, high))
    with mpl.rc_context(theme.rc() | BY_HAND):
        figure = Figure(figsize=(SMALL, TALL))
        axes = figure.subplots()
        band = (recent["period"], recent["lower"], recent["upper"])
        axes.fill_between(*band, step="mid", color=theme.RULE, alpha=0.35, lw=0)
        axes.plot(recent["period"], recent["centre"], color=theme.GREY, lw=1, drawstyle="steps-mid")
        axes.plot(recent["period"], recent["value"], color=theme.INK, lw=1.1)
        _mark_signals(axes, recent)
        _mark_actions(axes, actions, recent["period"].min())
        _target_line(axes, recent)
        _label_end(axes, recent, kpi, currency)
        axes.set_title(kpi.name, fontsize=10)
        axes.yaxis.set_major_formatter(lambda value, _: amount(value, kpi, currency))
        time_axis(axes)
        make_room(figure, axes, kpi, currency)
    return Picture(figure, _process_in_words(recent, kpi, currency))


def sparkline(points: pd.DataFrame, kpi: Kpi, currency: str) -> Picture:
    """Return a KPI's last year as small as a word: values between their limits, target dashed, last point marked."""
    recent = points.tail(GLANCE)
    last = recent.iloc[-1]
    with mpl.rc_context(theme.rc() | BY_HAND):
        figure = Figure(figsize=(1.3, 0.36))
        axes = figure.add_axes((0.01, 0.06, 0.94, 0.88))
        axes.set_axis_off()
        axes.axhspan(last["lower"], last["upper"], color=theme.RULE, alpha=0.5, lw=0)
        axes.plot(recent["period"], recent["value"], color=theme.MUTED, lw=0.9)
        _target_line(axes, recent)
        end = recent.dropna(subset="value").tail(1)
        axes.plot(end["period"], end["value"], _mark_of(last)[1], color=_mark_of(last)[0], ms=4, clip_on=False)
    return Picture(figure, _sparkline_in_words(recent, kpi, currency))


def _mark_of(point: pd.Series) -> tuple[str, str]:
    """Return colour and marker of what a point means."""
    return next((mark for meaning, mark in _MARKS.items() if point["meaning"].startswith(meaning)), (theme.MUTED, "s"))


def _sparkline_in_words(points: pd.DataFrame, kpi: Kpi, currency: str) -> str:
    known = points["value"].dropna()
    if known.empty:
        return f"{kpi.name}: no value."
    low, high, last = (amount(value, kpi, currency) for value in (known.min(), known.max(), known.iloc[-1]))
    return f"{kpi.name} lay between {low} and {high} in {counted(len(known), kpi.every)}, and ended at {last}."


def make_room(figure: Figure, axes: Axes, kpi: Kpi, currency: str) -> None:
    """Place the axes so that tick labels, title and last value fit."""
    scale = max(len(amount(value, kpi, currency)) for value in axes.get_yticks())
    left, right = 0.16 + LETTER * scale, 0.05 + LETTER * max(len(label.get_text()) for label in axes.texts)
    figure.subplots_adjust(left / SMALL, 0.42 / TALL, 1 - right / SMALL, 1 - 0.34 / TALL)


def _mark_actions(axes: Axes, actions: Sequence[Action], first: pd.Timestamp) -> None:
    for action in actions:
        for date in (action.start, action.end):
            if date >= first.date():
                axes.axvline(date2num(date), color=theme.ACCENT, lw=1, ls=":")


def _mark_signals(axes: Axes, points: pd.DataFrame) -> None:
    for meaning, (colour, marker) in _MARKS.items():
        marked = points[points["meaning"].str.startswith(meaning)]
        axes.plot(marked["period"], marked["value"], marker, color=colour, ms=4, lw=0)


def _target_line(axes: Axes, points: pd.DataFrame) -> None:
    if points["target"].notna().any():
        axes.step(points["period"], points["target"], where="post", color=theme.ACCENT, lw=1.3, ls=(0, (4, 2)))


def _label_end(axes: Axes, points: pd.DataFrame, kpi: Kpi, currency: str) -> None:
    end = points.dropna(subset="value").iloc[-1]
    text = amount(end["value"], kpi, currency)
    where = (end["period"], end["value"])
    axes.annotate(text, where, xytext=(5, 0), textcoords="offset points", va="center", weight="bold")


def time_axis(axes: Axes) -> None:
    """Let the axis of time have a few dates, said as briefly as they can be."""
    locator = AutoDateLocator(minticks=3, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))


def _process_in_words(points: pd.DataFrame, kpi: Kpi, currency: str) -> str:
    last = points.dropna(subset="value").iloc[-1]
    low, high = (amount(last[name], kpi, currency) for name in ("lower", "upper"))
    target = f" Its target is {amount(last['target'], kpi, currency)}." if last["target"] == last["target"] else ""
    return (
        f"{kpi.name} over {len(points)} periods, last {amount(last['value'], kpi, currency)}; "
        f"chance carries it from {low} to {high}.{target} {_signals_in_words(points)}"
    )


def _signals_in_words(points: pd.DataFrame) -> str:
    kinds = {"concern": "for the worse", "improvement": "for the better", "neutral": "of change"}
    counts = {word: int(points["meaning"].str.startswith(kind).sum()) for kind, word in kinds.items()}
    told = [counted(count, f"signal {word}", f"signals {word}") for word, count in counts.items() if count]
    return f"{upper_first(listed(told))}." if told else "No signal."


def ranking(ranked: pd.DataFrame, kpis: Catalogue) -> Picture | Block:
    """Return the shortlisted gaps by priority, the highest on top."""
    shown = ranked[ranked["shortlisted"]][::-1]
    if shown.empty:
        return notes(["No gap is on the shortlist."])
    names = [kpis[kpi].name for kpi in shown["kpi"]]
    with mpl.rc_context(theme.rc()):
        figure = Figure(figsize=(WIDE, 0.8 + 0.4 * len(shown)))
        axes = figure.subplots()
        axes.barh(
            names,
            shown["priority"],
            color=[theme.ORANGE if new else theme.AMBER for new in shown["new"]],
            height=0.62,
        )
        for row, (end, state) in enumerate(zip(shown["priority"], shown["state"], strict=True)):
            label_bar(axes, end, row, STATES[state], leftwards=False)
        axes.margins(x=0.4)
        axes.grid(visible=False)
        axes.set_xlabel("priority = size × weight × signal × trend")
    first = f"{names[-1]} comes first with {shown['priority'].iloc[-1]:.2f}"
    return Picture(figure, f"{upper_first(counted(len(shown), 'gap'))} on the shortlist by priority. {first}.")


def label_bar(axes: Axes, end: float, row: int, text: str, *, leftwards: bool) -> None:
    """Write `text` beside the end of a bar."""
    offset, side = ((-5, 0), "right") if leftwards else ((5, 0), "left")
    ground = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 0.6}  # a line behind would strike it through
    axes.annotate(
        text, (end, row), xytext=offset, textcoords="offset points", va="center", ha=side, fontsize=8.5, bbox=ground
    )


def bullets(standing: pd.DataFrame, kpis: Catalogue) -> Picture | Block:
    """Return how much of its goal each KPI attains now (bar) and attained in the year before (tick)."""
    shown = standing.dropna(subset="attained")[::-1]
    if shown.empty:
        return notes(["No KPI has a goal above zero to be held against."])
    return _bullets(shown, kpis, title="", width=WIDE)


def boards(standing: Mapping[str, pd.DataFrame], kpis: Catalogue) -> Block:
    """Return the `bullets` of each department, by its name, side by side."""
    shown = {name: rows.dropna(subset="attained")[::-1] for name, rows in standing.items()}
    return gallery([_bullets(rows, kpis, title=name, width=SMALL) for name, rows in shown.items() if len(rows)])


def _bullets(shown: pd.DataFrame, kpis: Catalogue, *, title: str, width: float) -> Picture:
    with mpl.rc_context(theme.rc()):
        figure = Figure(figsize=(width, 0.8 + 0.38 * len(shown)))
        axes = figure.subplots()
        now, then = shown["attained"].clip(upper=MOST_ATTAINED), shown["attained_then"].clip(upper=MOST_ATTAINED)
        colours = [theme.BLUE if value >= 100 else theme.ORANGE for value in shown["attained"]]
        axes.barh([kpis[kpi].name for kpi in shown["kpi"]], now, color=colours, height=0.5)
        axes.plot(then, range(len(shown)), "|", color=theme.INK, ms=17, mew=2)
        for row, (end, value) in enumerate(zip(now, shown["attained"], strict=True)):
            label_bar(axes, max(end, then.iloc[row]), row, f"{value:.0f} %", leftwards=False)
        axes.axvline(100, color=theme.ACCENT, lw=1.6, ls=(0, (4, 2)))
        axes.set_xlim(0, MOST_ATTAINED + 20)
        axes.set_xlabel("% of the goal" if title else "% of the goal attained: bar now, tick in the year before")
        axes.set_title(title, fontsize=10)
        axes.grid(visible=False)
    reached = int((shown["attained"] >= 100).sum())
    whose = f"{title}: goals" if title else "Goals"
    return Picture(
        figure, f"{whose} attained by {counted(len(shown), 'KPI')} in percent; {reached} of them reach their goal."
    )
