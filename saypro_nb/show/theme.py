"""Colours and the look of charts, as data: nothing here changes a global setting.

The chart colours are those of Okabe and Ito (2008), which colour-blind readers can tell apart: blue for
good, vermilion for concern, grey for common cause, and one accent. Colour never stands alone: a `Tone`
brings its word and its shape. Text colours are darker (on paper) or lighter (on dark) than the marks, so
that text keeps a contrast of 4.5 to 1 and marks keep 3 to 1 (WCAG 2.2, level AA).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from saypro_nb.agree.errors import WorkbenchError, did_you_mean

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

ToneName = Literal["concern", "watch", "good", "neutral", "unknown"]

BLUE = "#0072B2"
ORANGE = "#D55E00"
AMBER = "#C07A00"  # Okabe and Ito's #E69F00, darkened to 3 : 1 on white
GREY = "#858A93"
ACCENT = "#8E3B6E"
INK = "#1B1D21"
MUTED = "#565B64"
RULE = "#DADBDE"
PAPER = "#FFFFFF"


@dataclass(frozen=True)
class Tone:
    """How a verdict looks: its `word`, the `shape` beside it, and a chart's `marker` and `colour` for it."""

    name: ToneName
    word: str
    shape: str
    marker: str
    colour: str


TONES: dict[ToneName, Tone] = {
    "concern": Tone("concern", "Concern", "◆", "D", ORANGE),
    "watch": Tone("watch", "Watch", "▲", "^", AMBER),
    "good": Tone("good", "Good", "●", "o", BLUE),
    "neutral": Tone("neutral", "No change", "■", "s", GREY),
    "unknown": Tone("unknown", "Not known", "○", "$\\circ$", GREY),
}

ON_PAPER = {
    "paper": PAPER,
    "ink": INK,
    "muted": MUTED,
    "rule": RULE,
    "accent": ACCENT,
    "card": PAPER,
    "shade": "#F6F6F4",
    "concern": "#A84300",
    "concern-mark": ORANGE,
    "concern-tint": "#FCF0E8",
    "watch": "#7A5200",
    "watch-mark": AMBER,
    "watch-tint": "#FBF4E3",
    "good": "#00609A",
    "good-mark": BLUE,
    "good-tint": "#EAF3F9",
    "neutral": MUTED,
    "neutral-mark": GREY,
    "neutral-tint": "#F3F3F1",
    "unknown": MUTED,
    "unknown-mark": GREY,
    "unknown-tint": "#F3F3F1",
}
"""The colours of a page by day, and of print."""

ON_DARK = {
    "paper": "#16181C",
    "ink": "#ECEAE4",
    "muted": "#A9AFBA",
    "rule": "#363A42",
    "accent": "#DFA9D0",
    "card": PAPER,  # pictures keep their own light ground
    "shade": "#1F2228",
    "concern": "#FFA066",
    "concern-mark": "#F0813A",
    "concern-tint": "#2B211B",
    "watch": "#F2C14E",
    "watch-mark": "#D9A730",
    "watch-tint": "#29251A",
    "good": "#7CC0F0",
    "good-mark": "#4A9FDB",
    "good-tint": "#1A2630",
    "neutral": "#A9AFBA",
    "neutral-mark": "#858A93",
    "neutral-tint": "#212429",
    "unknown": "#A9AFBA",
    "unknown-mark": "#858A93",
    "unknown-tint": "#212429",
}
"""The same colours for a reader whose screen is set to dark."""


def tone_named(name: str) -> Tone:
    """Return the tone of that `name`; raises WorkbenchError when there is none."""
    for tone in TONES.values():
        if tone.name == name:
            return tone
    raise WorkbenchError(f"There is no tone '{name}'. {did_you_mean(name, TONES)}.")


def rc() -> "dict[RcKeyType, Any]":
    """Return the look of our charts, for ``matplotlib.rc_context(rc())``.

    The font is the one that ships inside matplotlib, so the same chart has the same pixels on every machine.
    """
    return {
        "text.color": INK,
        "axes.labelcolor": MUTED,
        "xtick.labelcolor": MUTED,
        "ytick.labelcolor": MUTED,
        "axes.edgecolor": RULE,
        "xtick.color": RULE,
        "ytick.color": RULE,
        "grid.color": "#ECECEE",
        "figure.dpi": 96,
        "figure.figsize": (
            7.2,
            3.3,
        ),  # as wide as the prose, so that a phone need not shrink it out of reading
        "figure.facecolor": PAPER,
        "figure.constrained_layout.use": True,
        "figure.constrained_layout.h_pad": 0.07,
        "figure.constrained_layout.w_pad": 0.05,
        "axes.facecolor": PAPER,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "axes.titlelocation": "left",
        "axes.titlesize": 12,
        "axes.titleweight": "bold",
        "axes.titlepad": 12,
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 10,
        "grid.linewidth": 0.8,
        "legend.frameon": False,
        "lines.linewidth": 1.8,
        "lines.solid_capstyle": "round",
        "patch.linewidth": 0,
    }
