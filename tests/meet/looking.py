"""What a reader finds among the controls of a meeting."""

from collections.abc import Iterator
from typing import Any

import ipywidgets as widgets

from saypro_nb.show.html import Block


def controls(widget: Any) -> Iterator[Any]:
    """Yield every control in it, without the boxes around them."""
    children = getattr(widget, "children", ())
    if not children:
        yield widget
    for child in children:
        yield from controls(child)


def shown(widget: Any) -> str:
    """Return the words that stand among the controls, a line for each place."""
    places = [one.value for one in controls(widget) if isinstance(one, widgets.HTML) and "<style>" not in one.value]
    return "\n".join(Block(place).text for place in places)
