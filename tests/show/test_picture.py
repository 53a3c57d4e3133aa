"""A picture is small, repeatable and described."""

from base64 import b64decode
from io import BytesIO

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from PIL import Image

from saypro_nb.agree.errors import WorkbenchError
from saypro_nb.show import theme
from saypro_nb.show.blocks import details
from saypro_nb.show.picture import Picture


def chart():
    with mpl.rc_context(theme.rc()):
        figure = Figure(figsize=(6, 3))
        figure.subplots().plot([1, 3, 2], color=theme.BLUE)
    return figure


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_picture_without_words_is_refused(alt):
    with pytest.raises(WorkbenchError, match="alt text"):
        Picture(chart(), alt)


def test_the_alt_text_and_the_width_travel_with_the_picture():
    data, metadata = Picture(chart(), "Revenue rose,\nthen fell.")._repr_mimebundle_()
    assert data["text/plain"] == "Revenue rose, then fell."
    assert metadata == {"image/png": {"alt": "Revenue rose, then fell.", "width": 576}}  # 6 inches of 96 pixels


def test_a_picture_has_a_palette_and_150_dots_an_inch_and_no_date():
    data, _ = Picture(chart(), "A line.")._repr_mimebundle_()
    image = Image.open(BytesIO(b64decode(data["image/png"])))
    assert image.mode == "P"
    assert image.size == (900, 450)
    assert set(image.info) <= {"dpi"}


def test_the_same_chart_gives_the_same_bytes():
    assert Picture(chart(), "A line.").png == Picture(chart(), "A line.").png


def test_drawing_leaves_the_global_style_alone():
    before = dict(mpl.rcParams)
    assert Picture(chart(), "A line.").png
    assert dict(mpl.rcParams) == before


def test_hostile_alt_text_is_words_in_a_folded_picture():
    block = details("More", Picture(chart(), '"><img src=x onerror=alert(1)>'))
    assert block.html.count("<img") == 1
    assert 'alt="&#34;&gt;&lt;img src=x onerror=alert(1)&gt;"' in block.html
