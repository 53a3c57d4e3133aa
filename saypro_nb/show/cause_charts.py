"""Charts of phase 2: where a change sits, what moves with it, and what people point at."""

from collections.abc import Mapping

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from saypro_nb.agree.schema import Kpi
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.driver_shares import Associated
from saypro_nb.review.segments import Explanation
from saypro_nb.show import theme
from saypro_nb.show.blocks import notes
from saypro_nb.show.cause_findings import ahead, driver_name, segment_name
from saypro_nb.show.charts import SHOWN, SMALL, WIDE, gallery, label_bar, time_axis
from saypro_nb.show.html import Block
from saypro_nb.show.picture import Picture
from saypro_nb.show.words import FAMILIES, FORMS, MINUS, SMALL_MONEY, amount, difference, upper_first

_BY_DIRECTION = LinearSegmentedColormap.from_list("direction", [theme.ORANGE, theme.PAPER, theme.BLUE])
LONGEST_LABEL = 22  # letters of a value on an axis


def segments(explanations: Mapping[str, Explanation], kpis: Catalogue, currency: str) -> Block:
    """Return a waterfall for every KPI in which segments were found."""
    found = {kpi: one for kpi, one in explanations.items() if one.verdict == "segments"}
    if not found:
        return notes(["No segment stands out in any change, so there is nothing to draw."])
    return gallery([waterfall(one, kpis[kpi], currency) for kpi, one in found.items()])


def waterfall(explanation: Explanation, kpi: Kpi, currency: str) -> Picture:
    """Return how segments, and what they leave unexplained, add up to the KPI's whole change."""
    widths = steps(explanation) * kpi.scale
    starts = widths.cumsum().shift(fill_value=0.0)
    starts.iloc[-1] = 0.0
    with mpl.rc_context(theme.rc()):
        figure = Figure(figsize=(SMALL, 0.9 + 0.36 * len(widths)))
        axes = figure.subplots()
        good = (widths >= 0) == (kpi.better != "lower")
        colours = [theme.BLUE if flag else theme.ORANGE for flag in good[:-1]]
        axes.barh(range(len(widths)), widths, left=starts, color=[*colours, theme.INK], height=0.62)
        axes.set_yticks(range(len(widths)), list(widths.index))
        for row, (start, width) in enumerate(zip(starts, widths, strict=True)):
            label_bar(axes, start + width, row, difference(width, kpi, currency), leftwards=width < 0)
        axes.invert_yaxis()
        axes.axvline(0, color=theme.GREY, lw=1)
        axes.use_sticky_edges = False  # or the labels of bars that end at the edge would lie on the names
        axes.margins(x=0.6)
        axes.xaxis.set_major_locator(MaxNLocator(3))
        axes.xaxis.set_major_formatter(lambda value, _: amount(value, kpi, currency))
        axes.grid(visible=False)
        axes.set_title(kpi.name, fontsize=10)
    return Picture(
        figure,
        f"{kpi.name} changed by {difference(widths.iloc[-1], kpi, currency)}; the largest part is {widths.index[0]} "
        f"with {difference(widths.iloc[0], kpi, currency)}.",
    )


def steps(explanation: Explanation) -> pd.Series:
    """Return the bars of a waterfall: the named segments, everything else, and last the whole that they add up to."""
    names = [*map(segment_name, explanation.findings["segment"]), "everything else", "whole change"]
    return pd.Series([*explanation.findings["contribution"], explanation.unexplained, explanation.gap], names)


def maps(broken_down: Mapping[str, tuple[tuple[str, str], pd.DataFrame]], kpis: Catalogue, currency: str) -> Block:
    """Return, for every KPI in which segments were found, how two dimensions together share its change."""
    if not broken_down:
        return notes(["No change sits in a segment, so there is no map to draw."])
    return gallery([two_ways(names, parts, kpis[kpi], currency) for kpi, (names, parts) in broken_down.items()])


def two_ways(dimensions: tuple[str, str], parts: pd.DataFrame, kpi: Kpi, currency: str) -> Picture:
    """Return the map of a change: a field for each pair of values, with the part of the change that it carries."""
    table = parts.pivot(index="value", columns="across", values="total") * kpi.scale
    table = table.loc[table.sum(axis=1).abs().sort_values(ascending=False).index]
    reach = float(table.abs().max().max()) or 1.0
    good = table if kpi.better != "lower" else -table
    with mpl.rc_context(theme.rc()):
        figure = Figure(figsize=(SMALL, 1.2 + 0.34 * len(table)))
        axes = figure.subplots()
        axes.imshow(good.fillna(0.0), cmap=_BY_DIRECTION, vmin=-1.4 * reach, vmax=1.4 * reach, aspect="auto")
        for (row, column), value in zip(_fields(table), table.to_numpy().ravel(), strict=True):
            strong = "bold" if abs(value) == reach else "normal"
            axes.text(column, row, _part(value, kpi, reach), ha="center", va="center", fontsize=8.5, weight=strong)
        _name_axes(axes, table, dimensions)
        axes.set_title(f"{kpi.name}: {dimensions[0]} by {dimensions[1]}", fontsize=10)
    most = parts.iloc[int(parts["total"].abs().to_numpy().argmax())]
    part, whole = (difference(value * kpi.scale, kpi, currency) for value in (most["total"], parts["total"].sum()))
    return Picture(
        figure,
        f"{kpi.name} changed by {whole}; of all pairs of {dimensions[0]} and {dimensions[1]}, "
        f"{most['value']} with {most['across']} "
        f"carries most, {part}.",
    )


def _fields(table: pd.DataFrame) -> list[tuple[int, int]]:
    return [(row, column) for row in range(len(table)) for column in range(table.shape[1])]


def _part(value: float, kpi: Kpi, reach: float) -> str:
    """Return a field's part of a change without its unit, which the title's KPI tells; all as exact as the largest."""
    if value != value:
        return ""
    if kpi.unit == "money" and reach >= SMALL_MONEY:
        said = f"{value:+,.0f}".replace("-", MINUS)
    else:
        said = difference(value, kpi, "").split("\N{NO-BREAK SPACE}")[0]
    return said if said.strip(f"+{MINUS}0.,") else "0"


def _name_axes(axes: Axes, table: pd.DataFrame, dimensions: tuple[str, str]) -> None:
    axes.set_yticks(range(len(table)), [str(name)[:LONGEST_LABEL] for name in table.index])
    axes.set_xticks(range(table.shape[1]), [str(name)[:LONGEST_LABEL] for name in table.columns])
    if table.shape[1] > 3:
        axes.tick_params(axis="x", rotation=45)
    axes.set_xlabel(dimensions[1])
    axes.grid(visible=False)
    axes.tick_params(length=0)


def associations(found: Mapping[str, Associated], kpis: Catalogue, currency: str) -> Block:
    """Return each associated driver under the KPI that it moves with, moved to the weeks in which the KPI follows."""
    pictures = [
        driver(one, row, kpis[kpi], currency) for kpi, one in found.items() for _, row in one.found.table.iterrows()
    ]
    if not pictures:
        return notes(["No driver moves with a KPI of the shortlist, so there is nothing to draw."])
    return gallery(pictures)


def driver(associated: Associated, row: pd.Series, kpi: Kpi, currency: str) -> Picture:
    """Return a KPI above one of its drivers, which is drawn as many weeks later as it is ahead."""
    lag, name = int(row["lag"]), driver_name(row["driver"])
    shown = associated.kpi.dropna().tail(SHOWN)
    moved = associated.drivers[row["driver"]].dropna()
    moved = moved.set_axis(moved.index + pd.Timedelta(weeks=lag))
    moved = moved[(moved.index >= shown.index[0]) & (moved.index <= shown.index[-1])]
    with mpl.rc_context(theme.rc()):
        figure = Figure(figsize=(SMALL, 3.1))
        above, below = figure.subplots(2, 1, sharex=True)
        above.plot(shown.index, shown, color=theme.INK, lw=1.1)
        above.yaxis.set_major_formatter(lambda value, _: amount(value, kpi, currency))
        above.set_title(kpi.name, fontsize=10)
        below.plot(moved.index, moved, color=theme.ACCENT, lw=1.1)
        below.set_title(f"{upper_first(name)}, {ahead(lag)}", fontsize=10)
        for axes in (above, below):
            axes.yaxis.set_major_locator(MaxNLocator(3))
        time_axis(below)
    more = [difference(row[part], kpi, currency) for part in ("coefficient", "low", "high")]
    return Picture(
        figure,
        f"{kpi.name} above {name} {ahead(lag)}, over {len(shown)} weeks: one more of {name} goes along with {more[0]} "
        f"({more[1]} to {more[2]}).",
    )


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
