"""Weighing the gaps in the meeting: weights and thresholds that rank them anew while they are moved."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets
import pandas as pd

from saypro_nb.agree.decisions import Ranking
from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.schema import Priority
from saypro_nb.agree.settings import Catalogue
from saypro_nb.keep import ranking
from saypro_nb.keep.register import Register
from saypro_nb.meet import minutes
from saypro_nb.meet.minutes import Field, Line
from saypro_nb.meet.paper import Controls, Paper, table
from saypro_nb.meet.proceedings import Proceedings
from saypro_nb.review import gaps
from saypro_nb.review.ranking import Weighing, applied
from saypro_nb.show import blocks, ranking_views
from saypro_nb.show.ranking_views import AS_PARAMS_SAY, SIGNALS, TRENDS

HEAVIEST = {"weight": 5.0, "signal": 4.0, "trend": 3.0, "least": 0.5}  # the right end of a slider, or what is in force
STEPS = {"weight": 0.05, "signal": 0.05, "trend": 0.05, "least": 0.01}  # also its left end: nothing weighs nothing
LABEL = {"description_width": "18.5rem"}  # the longest name of a KPI, of 31 letters
Name = tuple[str, str]  # what is weighed, and of what: ("weight", "conversion"), ("least", "")


class RankingControls(Controls):
    """Sliders for what a priority is made of, beside the ranking that is in force and the one that they make."""

    def __init__(
        self,
        ranked: pd.DataFrame,
        by_params: Weighing,
        register: Register,
        department: str,
        leave: Callable[[pd.DataFrame], None],
    ) -> None:
        """Lay out the gaps `ranked` as is in force; `leave` hands a new ranking on to the next phase."""
        self._ranked, self._leave = ranked, leave
        self._by_params = {kpi: by_params[0][kpi] for kpi in ranked["kpi"]}, by_params[1]
        self._setting = False  # while many sliders are set at once, what they make is shown once
        self._register, self._department = register, department
        self._kept = ranking.chosen(register, department)
        self.speaker, self.why = minutes.speaker(), minutes.reason("what speaks for these weights")
        values = _values(self._in_force)
        self.fields = {name: Field(_slider(name, value, self._by_params[0]), value) for name, value in values.items()}
        self.save = minutes.button("Save for this department", "the weights as they are set now")
        self.reset = minutes.button(AS_PARAMS_SAY, "set all weights as params say")
        self.line = Line("how the gaps are ranked")
        self._rankings, self._differences = Paper(), Paper()
        names = {name: kpi.name for name, kpi in by_params[0].items()}
        self.proceedings = Proceedings(register, department, names)
        self.widget = self._laid_out()
        self._listen()
        self._say_who()
        self._show()

    @property
    def text(self) -> str:
        """Both rankings, in plain words."""
        return self._rankings.text

    @property
    def differences(self) -> str:
        """What is weighed otherwise than what is in force, in plain words."""
        return self._differences.text

    @property
    def _in_force(self) -> Weighing:
        return applied(self._kept.ranking if self._kept else None, self._by_params)

    def _laid_out(self) -> Any:
        weights = [field.control for (what, _), field in self.fields.items() if what == "weight"]
        factors = [field.control for (what, _), field in self.fields.items() if what != "weight"]
        folds = widgets.Accordion(
            [_in_columns(weights), _in_columns(factors)],
            titles=("How much each KPI counts", "Signal, trend and smallest gap"),
            selected_index=0,
        )
        # A height of its own, so that nothing below moves while a slider does.
        self._differences.widget.layout.height, self._differences.widget.layout.overflow = "5.5rem", "hidden auto"
        asked = widgets.HBox([self.speaker.widget, self.why.widget], layout=widgets.Layout(flex_flow="row wrap"))
        for field in (self.speaker, self.why):
            field.widget.layout.flex = "1 1 20rem"
        buttons = widgets.HBox([self.save, self.reset])
        shown = [folds, self._rankings.widget, self._differences.widget, asked, buttons, self.line.widget]
        return table(*shown, self.proceedings.widget)

    def _listen(self) -> None:
        for field in self.fields.values():
            field.control.observe(lambda _: self._moved(), "value")
        actions = {self.save: self._save, self.line.undo: self._undo, self.line.reload: self._load}
        for button, do in actions.items():
            button.on_click(lambda _, do=do: self._attempt(do, "Not kept"))
        self.reset.on_click(lambda _: self._attempt(self._return_to_params, "Not set"))

    def _attempt(self, do: Callable[[], None], else_say: str) -> None:
        fields = {"who": self.speaker, "why": self.why}
        minutes.attempt(do, fields, self.line, "ranking", else_say=else_say)

    def _moved(self) -> None:
        if not self._setting:
            self._attempt(self._show, "Not ranked anew")

    def _set(self, weighing: Weighing, take: Callable[[Field, Any], None]) -> None:
        self._setting = True
        try:
            for name, value in _values(weighing).items():
                take(self.fields[name], value)
        finally:
            self._setting = False
        self._show()

    def _return_to_params(self) -> None:
        self._set(self._by_params, lambda field, value: setattr(field.control, "value", value))

    def _as_set(self) -> Weighing:
        """Return what the sliders say."""
        kpis = self._by_params[0]
        values: dict[str, dict[str, float]] = {"signal": {}, "trend": {}, "weight": {}, "least": {}}
        for (what, of), field in self.fields.items():
            values[what][of] = _exact(field, STEPS[what])
        weights = {name: value for name, value in values["weight"].items() if value != kpis[name].weight}
        factors = {"signal": values["signal"], "trend": values["trend"], "least": values["least"][""]}
        now = Priority.model_validate(factors)
        return applied(Ranking(department=self._department, weights=weights, priority=now), self._by_params)

    def _show(self) -> None:
        """Show what the sliders make of the ranking."""
        now = self._as_set()
        after = gaps.rank(self._ranked, *now)
        chosen = ranking_views.differences(self._by_params, self._in_force)
        titles = ("As the meeting chose" if chosen else AS_PARAMS_SAY, "As set now")
        self._rankings.show(ranking_views.side_by_side(self._ranked, after, self._by_params[0], titles))
        told = ranking_views.differences(self._in_force, now)
        self._differences.show(blocks.notes(told or ["Nothing is moved."], title="What is moved"))

    def _save(self) -> None:
        words = minutes.said({"who": self.speaker, "why": self.why})
        now = self._as_set()
        if now == self._in_force:
            raise InputError([Fault("ranking, sliders", "nothing is moved", "Move a slider, then save")])
        choice = _choice(self._department, now, self._by_params)
        ranking.choose(self._register, choice, **words, seen=self._kept.version if self._kept else 0)
        self._settle()

    def _undo(self) -> None:
        words = minutes.taking_back(self.speaker, self.why)
        seen = self._kept.version if self._kept else 0
        self._register.undo(ranking.KIND, self._department, **words, seen=seen)
        self._settle()

    def _settle(self) -> None:
        """Show what was kept, and hand it on."""
        self._take(Field.settle)
        self.why.settle("")
        self._attempt(partial(self._leave, self._ranked), "Kept, but not handed on to the next phase")

    def _load(self) -> None:
        """Take over what somebody else has kept meanwhile; what was moved here stays as it is set."""
        self._take(Field.take)

    def _take(self, take: Callable[[Field, Any], None]) -> None:
        self._kept = ranking.chosen(self._register, self._department)
        self._ranked = gaps.rank(self._ranked, *self._in_force)
        self._set(self._in_force, take)
        self._say_who()
        self.proceedings.look()

    def _say_who(self) -> None:
        history = self._register.history(ranking.KIND, self._department)
        if not history:
            self.line.kept("No meeting has weighed these gaps otherwise yet.", undo=False)
            return
        self.line.kept(minutes.signed("Weighed", history[-1]), undo=not minutes.was_taken_back(history))


def _values(weighing: Weighing) -> dict[Name, float]:
    kpis, priority = weighing
    signal, trend = priority.signal.model_dump(), priority.trend.model_dump()
    return {
        **{("weight", name): kpi.weight for name, kpi in kpis.items()},
        **{("signal", name): signal[name] for name in SIGNALS},
        **{("trend", name): trend[name] for name in TRENDS},
        ("least", ""): priority.least,
    }


def _exact(field: Field, step: float) -> float:
    """Return what a slider says; one that shows a value between two of its steps rounds it, without being moved."""
    value = float(field.control.value)
    return float(field.before) if abs(value - field.before) < step / 2 else round(value, 4)


def _choice(department: str, weighing: Weighing, by_params: Weighing) -> Ranking:
    """Return as the choice only what differs from params, so that the rest goes on following them."""
    (kpis, priority), (known, factors) = weighing, by_params
    weights = {name: kpi.weight for name, kpi in kpis.items() if kpi.weight != known[name].weight}
    return Ranking(department=department, weights=weights, priority=None if priority == factors else priority)


def _slider(name: Name, value: float, kpis: Catalogue) -> Any:
    what, of = name
    words: Mapping[str, str] = {"": "Smallest gap that counts"} | SIGNALS | TRENDS
    return widgets.FloatSlider(
        description=kpis[of].name if what == "weight" else words[of],
        min=0.0 if what == "least" else min(STEPS[what], value),
        max=max(HEAVIEST[what], value),
        step=STEPS[what],
        readout_format=".0%" if what == "least" else ".2f",
        style=LABEL,
        layout=widgets.Layout(width="auto"),
    )


def _in_columns(sliders: Sequence[Any]) -> Any:
    columns = "repeat(auto-fit, minmax(min(28rem, 100%), 1fr))"
    return widgets.GridBox(sliders, layout=widgets.Layout(grid_template_columns=columns, grid_gap="0 2rem"))
