"""A segment against the rest, as a picture and as a sentence."""

from collections.abc import Mapping

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from saypro_nb.agree.schema import Kpi
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import contrast
from saypro_nb.review.contrast import Contrast, Split
from saypro_nb.review.segment_cells import Kind
from saypro_nb.review.segments import Explanation
from saypro_nb.show import theme
from saypro_nb.show.blocks import notes, stack
from saypro_nb.show.cause_findings import segment_name
from saypro_nb.show.charts import BY_HAND, SMALL, gallery, time_axis
from saypro_nb.show.html import Block
from saypro_nb.show.picture import Picture
from saypro_nb.show.words import amount, difference, upper_first

TALL = 2.6  # inches
LONGEST_NAME = 42  # letters beside "all the rest"
REST = "all the rest"


def strongest(split: Mapping[str, Split], located: Mapping[str, Explanation], kpis: Catalogue, currency: str) -> Block:
    """Return, for every KPI in which segments were found, the strongest one against the rest."""
    found = {kpi: one.findings.iloc[0]["segment"] for kpi, one in located.items() if one.verdict == "segments"}
    named = {kpi: segment for kpi, segment in found.items() if segment}
    if not named:
        return notes(["No segment stands out in any change, so there is none to set against the rest."])
    return gallery([_picture(split[kpi], segment, kpis[kpi], currency) for kpi, segment in named.items()])


def _picture(split: Split, segment: Mapping[str, str], kpi: Kpi, currency: str) -> Picture:
    return picture(contrast.against_rest(split, segment), kpi, currency)


def drilled(compared: Contrast, kpi: Kpi, currency: str) -> Block:
    """Return a segment against the rest in sentences and as a picture."""
    return stack(notes(sentences(compared, kpi, currency)), picture(compared, kpi, currency))


def sentences(compared: Contrast, kpi: Kpi, currency: str) -> list[str]:
    """Return how segment and rest have changed, and what the segment carries of the whole change."""
    sides = compared.sides * kpi.scale
    whole = sides["total"].sum()
    name = segment_name(compared.segment)
    told = [
        f"{upper_first(who)}: {_moved(sides['baseline'][side], sides['review'][side], kpi, currency)}."
        for side, who in (("segment", name), ("rest", REST))
    ]
    part = difference(sides["total"]["segment"], kpi, currency)
    return [*told, f"{upper_first(name)} carries {part} of the change of {difference(whole, kpi, currency)}."]


def _moved(baseline: float, review: float, kpi: Kpi, currency: str) -> str:
    before, now = amount(baseline, kpi, currency), amount(review, kpi, currency)
    if pd.isna(baseline):
        return f"{now} in the review, and none before"
    if pd.isna(review):
        return f"{before} before, and none in the review"
    return f"{now} in the review, {before} before"


def picture(compared: Contrast, kpi: Kpi, currency: str) -> Picture:
    """Return a segment's weeks in front of those of the rest, the review shaded.

    Parts of a sum are of different sizes, so that each is drawn in percent of its usual week.
    """
    weekly, name = _drawn(compared, kpi), segment_name(compared.segment)
    with mpl.rc_context(theme.rc() | BY_HAND):
        figure = Figure(figsize=(SMALL, TALL))
        axes = figure.subplots()
        figure.subplots_adjust(left=0.17, right=0.97, bottom=0.13, top=0.79)
        axes.axvspan(compared.review_start, weekly.index.max(), color=theme.RULE, alpha=0.35, lw=0)  # type: ignore[arg-type]
        axes.plot(weekly.index, weekly["rest"], color=theme.GREY, lw=1.1)
        axes.plot(weekly.index, weekly["segment"], color=theme.ACCENT, lw=1.6)
        # With its place given, matplotlib doesn't measure every tick to find one: a tenth of the time.
        axes.set_title(kpi.name, fontsize=10, pad=20, y=1)
        axes.text(0, 1.03, name[:LONGEST_NAME], color=theme.ACCENT, weight="bold", transform=axes.transAxes)
        axes.text(1, 1.03, REST, color=theme.MUTED, ha="right", transform=axes.transAxes)
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.yaxis.set_major_formatter(lambda value, _: _tick(value, compared.kind, kpi, currency))
        time_axis(axes)
    unit = " in percent of the usual week of each" if compared.kind == "sum" else ""
    told = " ".join(sentences(compared, kpi, currency)[:2])
    return Picture(figure, f"{kpi.name} of {name} and of {REST}, week by week{unit}. {told}")


def _drawn(compared: Contrast, kpi: Kpi) -> pd.DataFrame:
    if compared.kind != "sum":
        return compared.weekly * kpi.scale
    usual = compared.sides["baseline"]
    return 100 * compared.weekly / usual.where(usual > 0)


def _tick(value: float, kind: Kind, kpi: Kpi, currency: str) -> str:
    return f"{value:.0f}\N{NO-BREAK SPACE}%" if kind == "sum" else amount(value, kpi, currency)
