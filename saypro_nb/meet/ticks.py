"""Ticks: several boxes of which any number is ticked, as one control with a label and a value."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets
import traitlets

from saypro_nb.meet.minutes import LABEL


class Ticks(widgets.HBox):
    """Boxes under one label; ``value`` holds the names of those that are ticked, in the order of `options`.

    Each box says its own words beside it, and on pointing at it (as to a screen reader) the label as well.
    """

    value = traitlets.Tuple()

    def __init__(self, options: Mapping[str, str], *, description: str) -> None:
        self.description = description
        self.boxes = {name: _box(words, description) for name, words in options.items()}
        label = widgets.Label(description, layout=widgets.Layout(width=LABEL, justify_content="flex-end"))
        columns = "repeat(auto-fit, minmax(min(17rem, 100%), 1fr))"
        grid = widgets.Layout(grid_template_columns=columns, grid_gap="0 .5rem", flex="1 1 0%")
        super().__init__([label, widgets.GridBox(list(self.boxes.values()), layout=grid)])
        for box in self.boxes.values():
            box.observe(lambda _: self._gather(), "value")
        self.observe(lambda _: self._spread(), "value")

    def _gather(self) -> None:
        self.value = tuple(name for name, box in self.boxes.items() if box.value)

    def _spread(self) -> None:
        ticked = self.value
        for name, box in self.boxes.items():
            box.value = name in ticked


def _box(words: str, about: str) -> Any:
    return widgets.Checkbox(
        description=words, tooltip=f"{about}: {words}", indent=False, layout=widgets.Layout(width="auto")
    )
