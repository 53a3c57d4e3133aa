"""A threshold tried out in the meeting: how often it would have alarmed in the last quarter, as the slider moves."""

import math

import ipywidgets as widgets

from saypro_nb.agree.schema import Kpi
from saypro_nb.keep import alerts
from saypro_nb.keep.dossier import Dossier
from saypro_nb.meet.minutes import LABELLED
from saypro_nb.meet.paper import Controls, Paper, table
from saypro_nb.show import alert_words, blocks
from saypro_nb.show.words import amount

STEPS = 50  # of the slider, between the lowest and the highest value of the KPI
HEIGHT = "8.5rem"  # of what is told, so that what stands below doesn't move with the slider


class ThresholdTrial(Controls):
    """A choice of the KPI, a slider for its threshold, and what that would have meant, beside what the present one has.

    Nothing is kept here: a threshold is agreed on in ``params/kpis.yaml``.
    """

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self._kpis = alerts.triable(dossier)
        names = [(facts.name, kpi) for kpi, facts in self._kpis.items()]
        wide = widgets.Layout(width="auto")
        self.kpi = widgets.Dropdown(options=names, description="KPI", style=LABELLED, layout=wide)
        self.threshold = widgets.FloatSlider(description="Threshold", style=LABELLED, layout=wide)
        self._told = Paper()
        box = widgets.VBox([self._told.widget], layout=widgets.Layout(height=HEIGHT, overflow="hidden auto"))
        controls = [self.kpi, self.threshold, box] if names else [box]
        self.widget = table(widgets.VBox(controls, layout=widgets.Layout(max_width="56rem")))
        self.kpi.observe(lambda _: self._choose(), "value")
        self.threshold.observe(lambda _: self._try_out(), "value")
        self._choose()

    @property
    def text(self) -> str:
        """What is told of the threshold, in plain words."""
        return self._told.text

    def _choose(self) -> None:
        """Set the slider to the present threshold of the KPI, with the range of its values."""
        if self.kpi.value is None:
            self._told.show(blocks.notes(["No KPI of this department has values and a worse side."]))
            return
        low, high, step = self._range(self._kpis[self.kpi.value])
        present = self._kpis[self.kpi.value].threshold
        with self.threshold.hold_trait_notifications():
            self.threshold.min, self.threshold.max, self.threshold.step = low, high, step
            self.threshold.value = (low + high) / 2 if present is None else present
        self._try_out()

    def _range(self, kpi: Kpi) -> tuple[float, float, float]:
        """Return the slider's ends and step: all values of the KPI and its threshold, a step beyond on both sides."""
        charts = self._dossier.charts
        values = [
            *charts.loc[charts["kpi"] == self.kpi.value, "value"].dropna(),
            *([] if kpi.threshold is None else [kpi.threshold]),
        ]
        step = _round_step((max(values) - min(values)) / STEPS)
        return (min(values) // step - 1) * step, (max(values) // step + 2) * step, step

    def _try_out(self) -> None:
        kpi, currency = self._kpis[self.kpi.value], self._dossier.workspace.review.currency
        asked = alerts.try_out(self._dossier, self.kpi.value, self.threshold.value)
        told = [alert_words.tried(asked, kpi, currency)]
        if kpi.threshold is not None and kpi.threshold != self.threshold.value:
            present = alerts.try_out(self._dossier, self.kpi.value, kpi.threshold)
            told.append(f"The present one: {alert_words.tried(present, kpi, currency)}")
        told.append(f"To agree on {amount(self.threshold.value, kpi, currency)}, set it in params/kpis.yaml.")
        self._told.show(blocks.notes(told))


def _round_step(size: float) -> float:
    """Return 1, 2 or 5 times a power of ten, at most about `size`; 0.1 where all values are the same."""
    if size <= 0:
        return 0.1
    power = 10.0 ** math.floor(math.log10(size))
    return next(times * power for times in (5, 2, 1) if times * power <= size * 1.0001)
