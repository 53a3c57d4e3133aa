"""Charts: one message each, drawn as a `Picture` with the words that say what it shows."""

import datetime
from collections.abc import Mapping, Sequence
from textwrap import shorten

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from saypro_nb.agree.schema import Action, Kpi
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.actions import CLOSED
from saypro_nb.review.segments import Explanation
from saypro_nb.show import theme
from saypro_nb.show.blocks import notes
from saypro_nb.show.findings import segment_name
from saypro_nb.show.html import Block, render
from saypro_nb.show.picture import Picture
from saypro_nb.show.words import FAMILIES, FORMS, STATES, amount, counted, difference, listed, upper_first

WIDE = 7.2  # inches: wider would be too small on a phone
SMALL = 4.4  # of charts that stand side by side
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


def gallery(pictures: Sequence[Picture]) -> Block:
    """Return the pictures side by side where there is room, one below the other on a phone."""
    return render("gallery.html.j2", pictures=pictures)


def process(points: pd.DataFrame, kpi: Kpi, currency: str, actions: Sequence[Action] = ()) -> Picture:
    """Return the process-behaviour chart of one KPI: values, usual level, limits, target, and its signals marked."""
    low, high = kpi.bounds()  # what can't be, chance can't bring about either
    recent = points.tail(SHOWN).assign(lower=points["lower"].clip(low, high), upper=points["upper"].clip(low, high))
    with mpl.rc_context(theme.rc()):
        figure = Figure(figsize=(SMALL, 2.4))
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
        _time_axis(axes)
    return Picture(figure, _process_in_words(recent, kpi, currency))


def sparkline(points: pd.DataFrame, kpi: Kpi, currency: str) -> Picture:
    """Return a KPI's last year as small as a word: values between their limits, target dashed, last point marked."""
    recent = points.tail(GLANCE)
    last = recent.iloc[-1]
    with mpl.rc_context(theme.rc() | {"figure.constrained_layout.use": False}):
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


def _time_axis(axes: Axes) -> None:
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
            _label_bar(axes, end, row, STATES[state], leftwards=False)
        axes.margins(x=0.4)
        axes.grid(visible=False)
        axes.set_xlabel("priority = size × weight × signal × trend")
    first = f"{names[-1]} comes first with {shown['priority'].iloc[-1]:.2f}"
    return Picture(figure, f"{upper_first(counted(len(shown), 'gap'))} on the shortlist by priority. {first}.")


def segments(explanations: Mapping[str, Explanation], kpis: Catalogue, currency: str) -> Block:
    """Return a waterfall for every KPI in which segments were found."""
    found = {kpi: one for kpi, one in explanations.items() if one.verdict == "segments"}
    return gallery([waterfall(one, kpis[kpi], currency) for kpi, one in found.items()])


def waterfall(explanation: Explanation, kpi: Kpi, currency: str) -> Picture:
    """Return how segments, and what they leave unexplained, add up to the KPI's whole change."""
    names = [*map(segment_name, explanation.findings["segment"]), "everything else", "whole change"]
    parts = [*explanation.findings["contribution"], explanation.unexplained, explanation.gap]
    widths = pd.Series(parts, names) * (100 if kpi.unit == "percent" else 1)
    starts = widths.cumsum().shift(fill_value=0.0)
    starts.iloc[-1] = 0.0
    with mpl.rc_context(theme.rc()):
        figure = Figure(figsize=(SMALL, 0.9 + 0.36 * len(widths)))
        axes = figure.subplots()
        good = (widths >= 0) == (kpi.better != "lower")
        colours = [theme.BLUE if flag else theme.ORANGE for flag in good[:-1]]
        axes.barh(range(len(widths)), widths, left=starts, color=[*colours, theme.INK], height=0.62)
        axes.set_yticks(range(len(widths)), names)
        for row, (start, width) in enumerate(zip(starts, widths, strict=True)):
            _label_bar(axes, start + width, row, difference(width, kpi, currency), leftwards=width < 0)
        axes.invert_yaxis()
        axes.axvline(0, color=theme.GREY, lw=1)
        axes.use_sticky_edges = False  # or the labels of bars that end at the edge would lie on the names
        axes.margins(x=0.5)
        axes.xaxis.set_major_locator(MaxNLocator(3))
        axes.xaxis.set_major_formatter(lambda value, _: amount(value, kpi, currency))
        axes.grid(visible=False)
        axes.set_title(kpi.name, fontsize=10)
    return Picture(
        figure,
        f"{kpi.name} changed by {difference(widths.iloc[-1], kpi, currency)}; the largest part is {names[0]} with "
        f"{difference(widths.iloc[0], kpi, currency)}.",
    )


def _label_bar(axes: Axes, end: float, row: int, text: str, *, leftwards: bool) -> None:
    offset, side = ((-5, 0), "right") if leftwards else ((5, 0), "left")
    axes.annotate(text, (end, row), xytext=offset, textcoords="offset points", va="center", ha=side, fontsize=8.5)


def voices(said: pd.DataFrame) -> Picture | Block:
    """Return the share of employees and of team leaders who point at each cause family."""
    shown = said[said["share"].notna() & (said["said"] != "not asked")]
    if shown.empty:
        return notes(["No group of five or more has answered, so there is nothing to show."])
    forms = [form for form in ("employee", "team_leader") if (shown["form"] == form).any()]
    with mpl.rc_context(theme.rc()):
        figure = Figure(figsize=(WIDE, 2.4))
        grid = figure.subplots(1, len(forms), sharex=True, sharey=True, squeeze=False)
        for axes, form in zip(grid[0], forms, strict=True):
            rows = shown[shown["form"] == form]
            axes.barh(
                [FAMILIES[family] for family in rows["family"]], 100 * rows["share"], color=theme.BLUE, height=0.6
            )
            axes.set_title(f"{FORMS[form]} ({int(rows['forms'].iloc[0])} forms)", fontsize=10)
            axes.set_xlabel("% who point at it")
            axes.grid(visible=False)
    top = shown.sort_values("share").iloc[-1]
    most = f"{FORMS[top['form']]} point most at {FAMILIES[top['family']]}, {top['share']:.0%}"
    return Picture(figure, f"Cause families by share of forms. {most}.")


def bullets(standing: pd.DataFrame, kpis: Catalogue) -> Picture | Block:
    """Return how much of its goal each KPI attains now (bar) and attained a year ago (tick)."""
    shown = standing.dropna(subset="attained")[::-1]
    if shown.empty:
        return notes(["No KPI has a goal above zero to be held against."])
    with mpl.rc_context(theme.rc()):
        figure = Figure(figsize=(WIDE, 0.8 + 0.38 * len(shown)))
        axes = figure.subplots()
        now, then = shown["attained"].clip(upper=MOST_ATTAINED), shown["attained_then"].clip(upper=MOST_ATTAINED)
        colours = [theme.BLUE if value >= 100 else theme.ORANGE for value in shown["attained"]]
        axes.barh([kpis[kpi].name for kpi in shown["kpi"]], now, color=colours, height=0.5)
        axes.plot(then, range(len(shown)), "|", color=theme.INK, ms=17, mew=2)
        for row, (end, value) in enumerate(zip(now, shown["attained"], strict=True)):
            _label_bar(axes, max(end, then.iloc[row]), row, f"{value:.0f} %", leftwards=False)
        axes.axvline(100, color=theme.ACCENT, lw=1.6, ls=(0, (4, 2)))
        axes.set_xlim(0, MOST_ATTAINED + 20)
        axes.set_xlabel("% of the goal attained: bar now, tick in the year before")
        axes.grid(visible=False)
    reached = int((shown["attained"] >= 100).sum())
    return Picture(
        figure, f"Goals attained by {counted(len(shown), 'KPI')} in percent; {reached} of them reach their goal."
    )


def timeline(actions: Sequence[Action], today: datetime.date) -> Picture:
    """Return when each action runs, with its milestones and today."""
    shown = sorted(actions, key=lambda action: action.start, reverse=True)
    with mpl.rc_context(theme.rc()):
        figure = Figure(figsize=(WIDE, 0.9 + 0.36 * max(len(shown), 1)))
        axes = figure.subplots()
        for row, action in enumerate(shown):
            colour = theme.GREY if action.status in CLOSED else theme.BLUE
            axes.barh(row, (action.end - action.start).days, left=date2num(action.start), color=colour, height=0.5)
            axes.plot(
                [date2num(step.due) for step in action.milestones],
                [row] * len(action.milestones),
                "D",
                color=theme.INK,
                ms=4,
            )
        axes.set_yticks(range(len(shown)), [shorten(action.description, 44, placeholder="…") for action in shown])
        axes.axvline(date2num(today), color=theme.ACCENT, lw=1.4)
        axes.grid(visible=False)
        _time_axis(axes)
    return Picture(
        figure, f"When {counted(len(shown), 'action runs', 'actions run')}; the line is the review period's end."
    )
