"""A chart as a picture: small, the same bytes every time, and described for those who can't see it."""

from base64 import b64encode
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from saypro_nb.agree.errors import WorkbenchError
from saypro_nb.show import theme
from saypro_nb.show.html import render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH = 150  # sharp on paper and on dense screens; a page of six charts stays under 200 KB
CSS_PER_INCH = 96
COLOURS = 256


class Picture:
    """A matplotlib `figure` with the words that say what it shows.

    The figure is drawn once, when the picture is first shown. Raises WorkbenchError when `alt` is empty.
    """

    def __init__(self, figure: "Figure", alt: str) -> None:
        if not alt.strip():
            raise WorkbenchError(
                "A picture needs alt text: what the chart shows, for readers who can't see it. Found none. "
                "Give Picture(figure, alt='…') a sentence."
            )
        self.alt = " ".join(alt.split())
        self._figure = figure
        self._png: bytes | None = None

    @property
    def png(self) -> bytes:
        """The picture as a PNG of up to 256 colours, without date or software in it."""
        if self._png is None:
            self._png = _draw(self._figure)
        return self._png

    @property
    def width(self) -> int:
        """The width on a page, in CSS pixels."""
        return round(self._figure.get_figwidth() * CSS_PER_INCH)

    def __html__(self) -> str:
        """Let a template place the picture, for one that is folded away."""
        data = b64encode(self.png).decode("ascii")
        return render("picture.html.j2", data=data, alt=self.alt, width=self.width).html

    def _repr_mimebundle_(self, **_selection: object) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Show the picture in Jupyter, its alt text in the output's metadata, where the page finds it."""
        data = b64encode(self.png).decode("ascii")
        return {"image/png": data, "text/plain": self.alt}, {"image/png": {"alt": self.alt, "width": self.width}}


def _draw(figure: "Figure") -> bytes:
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    # Not by savefig, which lays the figure out twice and packs what would be unpacked here again.
    canvas = FigureCanvasAgg(figure)
    # Fonts and ticks are settled while drawing, so the look must be in force here as well.
    with mpl.rc_context(theme.rc()):
        figure.set_dpi(DOTS_PER_INCH)
        canvas.draw()
    full = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    small = full.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    png = BytesIO()
    small.save(png, format="PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return png.getvalue()
