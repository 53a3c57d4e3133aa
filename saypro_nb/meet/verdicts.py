"""Verdicts on hypotheses in the meeting: each cause family of a gap is confirmed, rejected or left open."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import ipywidgets as widgets
import pandas as pd

from saypro_nb.agree.decisions import HypothesisVerdict, Verdict, subject_of
from saypro_nb.agree.settings import Catalogue
from saypro_nb.keep import decisions
from saypro_nb.keep.register import Register
from saypro_nb.meet import minutes
from saypro_nb.meet.minutes import LABELLED, Field, Line
from saypro_nb.meet.paper import Controls, Paper, table
from saypro_nb.meet.proceedings import Proceedings
from saypro_nb.show import blocks
from saypro_nb.show.theme import ToneName
from saypro_nb.show.words import FAMILIES, VERDICTS, lower_first, upper_first

JUDGED: dict[Verdict, str] = {"confirmed": "Confirmed", "rejected": "Rejected", "open": "Left open"}
BUTTONS: dict[Verdict, str] = {"confirmed": "Confirm", "rejected": "Reject", "open": "Leave open"}
TONES: dict[Verdict, ToneName] = {"confirmed": "concern", "rejected": "neutral", "open": "watch"}
KIND = "hypothesis"


class HypothesisControls(Controls):
    """A row for each cause family of the gap that is chosen, under one field for who decides and one for why."""

    def __init__(
        self,
        weighed: pd.DataFrame,
        kpis: Catalogue,
        register: Register,
        department: str,
        hand_on: Callable[[], None],
    ) -> None:
        """Lay out the causes `weighed` (see `causes.weigh`); `hand_on` weighs them anew for the next phase."""
        self._weighed, self._kpis = weighed, kpis
        self._register, self._department, self._hand_on = register, department, hand_on
        self.speaker, self.why = minutes.speaker(), minutes.reason("what was seen or heard that speaks for it")
        names = [(kpis[kpi].name, kpi) for kpi in weighed["kpi"].unique()]
        self.gap = widgets.Dropdown(options=names, description="Gap in", style=LABELLED)
        asked = {"who": self.speaker, "why": self.why}
        rows = len(weighed[weighed["kpi"] == self.gap.value])
        self.rows = [Row(register, asked, self._settled) for _ in range(rows)]
        self.proceedings = Proceedings(register, department, {name: kpi.name for name, kpi in kpis.items()})
        self.widget = self._laid_out()
        self.gap.observe(lambda _: self._show(), "value")
        self._show()

    def _laid_out(self) -> Any:
        if not self.rows:
            nothing = Paper()
            nothing.show(blocks.notes(["No gap is on the shortlist, so there is no cause to decide on."]))
            return table(nothing.widget)
        asked = [self.gap, self.speaker.widget, self.why.widget]
        for widget in asked:
            widget.layout.flex = "1 1 20rem"
        above = widgets.HBox(asked, layout=widgets.Layout(flex_flow="row wrap"))
        return table(above, *(row.widget for row in self.rows), self.proceedings.widget)

    def _show(self) -> None:
        """Show the causes of the chosen gap, the likeliest first, and where each of them stands."""
        causes = self._weighed[self._weighed["kpi"] == self.gap.value].to_dict("records")
        for row, cause in zip(self.rows, causes, strict=True):
            row.show(cause, self._kpis[cause["kpi"]].name)

    def _settled(self) -> None:
        """Hand on what was kept."""
        self.why.settle("")
        self.proceedings.look()
        self._hand_on()


class Row:
    """A cause family of a gap: what is said of it, three verdicts, and the line that says what was kept."""

    def __init__(self, register: Register, asked: Mapping[str, Field], settled: Callable[[], None]) -> None:
        self._register, self._asked, self._settled = register, asked, settled
        self._cause: Mapping[Any, Any] = {}
        self._gap, self._version = "", 0
        self.buttons = {verdict: minutes.button(words, "") for verdict, words in BUTTONS.items()}
        self.line = Line("")
        self._head = Paper()
        self._head.widget.layout.flex = "1 1 30rem"
        beside = widgets.HBox(list(self.buttons.values()), layout=widgets.Layout(align_items="center"))
        above = widgets.HBox([self._head.widget, beside], layout=widgets.Layout(flex_flow="row wrap"))
        self.widget = widgets.VBox([above, self.line.widget], layout=widgets.Layout(min_height="6rem"))
        for verdict, button in self.buttons.items():
            button.on_click(self._attempting(partial(self._judge, verdict)))
        self.line.undo.on_click(self._attempting(self._take_back))
        self.line.reload.on_click(self._attempting(self._refresh))

    @property
    def text(self) -> str:
        """What is said of the cause, in plain words."""
        return self._head.text

    def show(self, cause: Mapping[Any, Any], gap: str) -> None:
        """Show a `cause` of the gap in the KPI called `gap`, as the register has it now."""
        self._cause, self._gap = cause, gap
        about = f"{FAMILIES[cause['family']]} as a cause of the gap in {gap}"
        for verdict, button in self.buttons.items():
            button.tooltip = f"{BUTTONS[verdict]}: {about}"
        self.line.name(about)
        self._refresh()

    def _refresh(self) -> None:
        history = self._register.history(KIND, subject_of(self._said("open")))
        self._version = len(history)
        verdict: Verdict | None = history[-1].content["verdict"] if history else None
        word, tone = (JUDGED[verdict], TONES[verdict]) if verdict else ("Not decided", "unknown")
        self._head.show(blocks.card(upper_first(FAMILIES[self._cause["family"]]), _told(self._cause), word, tone))
        for name, button in self.buttons.items():
            button.disabled = name == verdict
        if not history:
            self.line.clear()
            return
        undo = verdict != "open" and not minutes.was_taken_back(history)
        self.line.kept(minutes.signed(word, history[-1]), undo=undo)

    def _attempting(self, keep: Callable[[], None]) -> Callable[[Any], None]:
        return lambda _: minutes.attempt(keep, self._asked, self.line, str(self._cause.get("kpi", "")))

    def _judge(self, verdict: Verdict) -> None:
        words = minutes.said(self._asked)
        decisions.judge(self._register, self._said(verdict), **words, seen=self._version)
        self._settle()

    def _take_back(self) -> None:
        words = minutes.taking_back(self._asked["who"], self._asked["why"])
        last = self._register.history(KIND, subject_of(self._said("open")))[-1]
        verdict = HypothesisVerdict.model_validate(last.content)
        decisions.take_back(self._register, verdict, **words, seen=self._version)
        self._settle()

    def _settle(self) -> None:
        self._refresh()
        minutes.attempt(self._settled, {}, self.line, "causes", else_say="Kept, but not handed on to the next phase")

    def _said(self, verdict: Verdict) -> HypothesisVerdict:
        known = self._cause["hypothesis"]
        return HypothesisVerdict(
            department=self._cause["department"],
            kpi=self._cause["kpi"],
            family=self._cause["family"],
            hypothesis=known if isinstance(known, str) else None,
            verdict=verdict,
        )


def _told(cause: Mapping[Any, Any]) -> str:
    known = cause["statement"]
    statement = known if isinstance(known, str) else "The library has no hypothesis for it: put one into words."
    return f"{statement} ({lower_first(VERDICTS[cause['verdict']])}, score {cause['score']:.2f})"
