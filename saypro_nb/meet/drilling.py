"""Drilling into the records in the meeting: a segment is chosen, and set against the rest."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from saypro_nb.agree.settings import Catalogue
from saypro_nb.meet import minutes
from saypro_nb.meet.minutes import LABELLED, Line
from saypro_nb.meet.paper import Controls, Paper, table
from saypro_nb.review import contrast
from saypro_nb.review.contrast import Split
from saypro_nb.review.segment_cells import dimensions_of
from saypro_nb.show import blocks, contrast_views
from saypro_nb.show.words import difference

PICTURE = "23rem"  # high: a picture and three sentences


class SegmentControls(Controls):
    """Three choices, of a gap, a column of its records and a value in it, above the segment that they name."""

    def __init__(self, split: Mapping[str, Split], kpis: Catalogue, currency: str) -> None:
        """Lay out the records behind each KPI in `split`."""
        self._split, self._kpis, self._currency = split, kpis, currency
        self._along: Split  # the records by the chosen column alone, added up once for all of its values
        names = [(kpis[kpi].name, kpi) for kpi in split]
        self.kpi = widgets.Dropdown(options=names, description="Gap in", style=LABELLED)
        self.dimension = widgets.Dropdown(description="Split by", style=LABELLED)
        self.value = widgets.Dropdown(description="Look at", style=LABELLED)
        self.line = Line("the segment")
        self._shown = Paper()
        self._filling = False  # while one choice fills the next, nothing is drawn in between
        self.widget = self._laid_out()
        for control, chosen in ((self.kpi, self._fill_dimensions), (self.dimension, self._fill_values)):
            control.observe(lambda _, chosen=chosen: self._attempt(chosen), "value")
        self.value.observe(lambda _: self._attempt(self._show), "value")
        if names:
            self._attempt(self._fill_dimensions)

    @property
    def text(self) -> str:
        """What is said of the segment, in plain words."""
        return self._shown.text

    def _laid_out(self) -> Any:
        if not self._split:
            self._shown.show(blocks.notes(["No gap on the shortlist has records that can be split."]))
            return table(self._shown.widget)
        choices = [self.kpi, self.dimension, self.value]
        for control in choices:
            control.layout.flex = "1 1 18rem"
        above = widgets.HBox(choices, layout=widgets.Layout(flex_flow="row wrap"))
        self._shown.widget.layout.min_height = PICTURE  # so that what follows stays where it is
        return table(above, self._shown.widget, self.line.widget)

    def _attempt(self, do: Any) -> None:
        if not self._filling:
            minutes.attempt(do, {}, self.line, "segment", else_say="Not shown")

    def _fill_dimensions(self) -> None:
        names = dimensions_of(self._split[self.kpi.value].cells)
        self._fill(self.dimension, [(name, name) for name in names])
        self._fill_values()

    def _fill_values(self) -> None:
        """Offer the values of the chosen column, those that carry most first, each with what it carries."""
        kpi = self._kpis[self.kpi.value]
        self._along = contrast.along(self._split[self.kpi.value], self.dimension.value)
        parts = contrast.parts(self._along, self.dimension.value)
        self._fill(
            self.value,
            [
                (f"{value} ({difference(total * kpi.scale, kpi, self._currency)})", value)
                for value, total in zip(parts["value"], parts["total"], strict=True)
            ],
        )
        self._show()

    def _fill(self, control: Any, options: list[tuple[str, str]]) -> None:
        self._filling = True
        try:
            control.options = options
            control.value = options[0][1]  # an empty control would stay at nothing
        finally:
            self._filling = False

    def _show(self) -> None:
        found = contrast.against_rest(self._along, {self.dimension.value: self.value.value})
        self._shown.show(contrast_views.drilled(found, self._kpis[self.kpi.value], self._currency))
        self.line.clear()
