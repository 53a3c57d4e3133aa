"""Effects: did an action change its KPI, and by how much.

The periods before the action say what to expect without it (`counterfactual`); the effect is what came minus what
was expected, averaged over the periods after. Its 95 % interval holds what can't be known: noise, persistence,
trend, season, and how far the level wanders by itself. The answer is one of five:

    improved, worsened   the interval leaves zero out
    no effect found      the interval holds zero, and an effect as large as planned would most likely have shown
    too early to tell    it would not have shown yet, but will within half a year
    can't be told        too little history, no values, a KPI too restless to show such an effect in half a year, or
                         one that had changed shortly before

"Would show" means: be found in four cases of five; from when on that holds is known from the periods before alone.
Who looks every week finds chance effects sooner or later. So before an effect as planned would show, or a quarter
has passed, one is named only on much stronger evidence: with a chance of accident below 0.5 %.

People act when a KPI has just changed, and then nobody knows where it would have settled. So before an effect is named,
the last few periods before the action are held against those before them by the same method; if they lie off with a
chance of accident below 2.5 %, no effect is named.

Whatever else happened at the same time is in the effect as well.
"""

from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np
import pandas as pd

from saypro_nb.agree.schema import Cadence
from saypro_nb.review import rhythm
from saypro_nb.review.baseline import holds_month_end
from saypro_nb.review.counterfactual import Array, History, Prediction, Whole, predict
from saypro_nb.review.rhythm import RHYTHMS, Rhythm

Answer = Literal["improved", "worsened", "no effect found", "too early to tell", "can't be told"]
Reason = Literal[
    "", "no values", "too little history", "never varied", "no direction", "few periods", "too restless", "unsettled",
    "not due",
]  # fmt: skip

CONFIDENCE = 0.95
EARLY = 0.995  # confidence asked of an effect that shows before its time
SETTLED = 0.975  # of each look at the periods right before; of settled KPIs about one in twenty fails one of the three
FOUND = 1 + 0.8416 / 1.9600  # an effect this many half-widths from zero is found in four cases of five
USUAL = 13  # periods up to the action whose mean is the level that a plan starts from
ROUNDING = 1e-12  # relative; less is no variation


@dataclass(frozen=True)
class Change:
    """What was done to a KPI, and what it was meant to bring.

    `begins`: the first day that may be touched; only periods that ended before it count as before. `counted_from`:
    the first day whose effect is counted (`begins` unless told otherwise). `amount`: the level to reach, in the KPI's
    unit. `baseline`: the level that the plan starts from; without it, the mean of the last 13 periods before.
    `smallest`: the smallest effect worth knowing of, above zero; without it the planned one, or else one standard
    deviation of the values before.
    """

    begins: pd.Timestamp
    every: Cadence
    better: Literal["higher", "lower", "neither"]
    amount: float | None = None
    baseline: float | None = None
    smallest: float | None = None
    counted_from: pd.Timestamp | None = None


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval, in the KPI's unit."""

    value: float = np.nan
    low: float = np.nan
    high: float = np.nan

    def times(self, count: int) -> Self:
        """Return the figure added up `count` times."""
        return replace(self, value=count * self.value, low=count * self.low, high=count * self.high)


@dataclass(frozen=True)
class Effect:
    """What an action did to its KPI, in the KPI's unit; what can't be known is missing (NaN or None).

    Attributes
    ----------
    answer, reason : the verdict, and why there is no plainer one
    periods_before, periods_after : those with a value, as far as they were used
    before, after : mean of the last 13 periods before, and of the periods after
    level : mean of the periods after, less what it would have been without the action; above zero means higher
    total : the same added up over the periods after
    chance : probability of an effect this far from zero by accident (two-sided)
    planned : the effect that would have brought the plan's baseline to the planned amount
    reached : whether the mean after is at the planned amount or beyond it
    smallest : the effect that the answer tells from none
    detectable : the smallest effect that would have been found in four cases of five
    told_from : first day of the period whose value lets an effect of size `smallest` be told
    controls : names of the control series that were used
    """

    answer: Answer
    reason: Reason
    periods_before: int
    periods_after: int
    before: float
    after: float
    level: Estimate = Estimate()
    total: Estimate = Estimate()
    chance: float = np.nan
    planned: float = np.nan
    reached: bool | None = None
    smallest: float = np.nan
    detectable: float = np.nan
    told_from: pd.Timestamp | None = None
    controls: tuple[str, ...] = ()

    @property
    def expected(self) -> float:
        """The mean of the periods after, as it would have been without the action."""
        return self.after - self.level.value


@dataclass(frozen=True)
class Span:
    """The periods of a KPI around a change: those before, and half a year ahead; `seen` are the places with a value."""

    past: Array
    number: Whole
    ahead: Whole
    after: Array
    seen: Whole
    first: pd.Timestamp


def judge(values: pd.Series, change: Change, controls: pd.DataFrame | None = None) -> Effect:
    """Return what `change` did to the KPI.

    Parameters
    ----------
    values : the KPI, indexed by the first day of each period; a missing period is left out, never filled
    change : what was done, and what it was meant to bring
    controls : series that the action can't have touched, a column each, by the same periods. One that lacks a value
        in a period of the KPI is not used.

    Raises InputError where two values fall into one period.
    """
    known = values.dropna().sort_index()
    span = _span(known, change)
    effect, good = _without_model(span, change)
    if effect.answer == "can't be told":
        return effect
    used = _usable(controls, known.index)
    prediction = predict(_history(span, change.every, used), _averages(span))
    measured = replace(_measured(effect, span, prediction), controls=tuple(map(str, used)))
    answered = _answered(_foreseen(measured, span, change, good, prediction), RHYTHMS[change.every], good)
    if answered.answer in ("improved", "worsened") and _unsettled(span, change.every, used):
        return replace(answered, answer="can't be told", reason="unsettled")
    return answered


def course(values: pd.Series, change: Change) -> pd.DataFrame:
    """Return what the KPI would have been without `change`, period by period, from its first day to the last counted.

    Columns: ``period``, ``value`` (missing where it is not known), ``expected``, and ``low`` and ``high`` between
    which a single value would have lain with 95 % probability. No row where nothing can be told.
    """
    known = values.dropna().sort_index()
    span = _span(known, change)
    columns = ["period", "value", "expected", "low", "high"]
    if not len(span.seen) or _obstacle(span, RHYTHMS[change.every], good=1):
        return pd.DataFrame(columns=columns)
    first = rhythm.place_from(change.begins, change.every, span.first)
    ahead = np.arange(first, span.seen[-1] + 1)
    prediction = predict(
        _history(replace(span, ahead=ahead), change.every, _usable(None, known.index)), np.eye(len(ahead))
    )
    periods = pd.DatetimeIndex([rhythm.period_at(int(place), change.every, span.first) for place in ahead])
    low, high = (prediction.quantile((1 + side * CONFIDENCE) / 2) for side in (-1, 1))
    course = {"value": known.reindex(periods).to_numpy(), "expected": prediction.mean, "low": low, "high": high}
    return pd.DataFrame({"period": periods} | course)


def _span(known: pd.Series, change: Change) -> Span:
    """Place the KPI's periods around the change; one that is cut by its first day is on neither side."""
    periods, longest = pd.DatetimeIndex(known.index), RHYTHMS[change.every]
    first = periods.min() if len(periods) else change.begins
    number, value = rhythm.places(periods, change.every, first), known.to_numpy(dtype=float)
    past = np.flatnonzero(number < rhythm.place_of(change.begins, change.every, first))[-longest.most_before :]
    start = rhythm.place_from(change.counted_from or change.begins, change.every, first)
    ahead = np.arange(start, start + longest.longest_after)
    after = np.isin(number, ahead)
    return Span(value[past], number[past], ahead, value[after], number[after], first)


def _without_model(span: Span, change: Change) -> tuple[Effect, int]:
    """Return what the levels alone tell, and the good direction: 1 up, -1 down; without one, the plan decides it."""
    before = float(span.past[-USUAL:].mean()) if len(span.past) else np.nan
    after = float(span.after.mean()) if len(span.after) else np.nan
    baseline = before if change.baseline is None else change.baseline
    planned = np.nan if change.amount is None else change.amount - baseline
    good = {"higher": 1, "lower": -1, "neither": int(np.sign(np.nan_to_num(planned)))}[change.better]
    reached = bool(good * (after - change.amount) >= 0) if change.amount is not None and len(span.after) else None
    reason = _obstacle(span, RHYTHMS[change.every], good)
    answer: Answer = "can't be told" if reason else "too early to tell"
    counts = len(span.past), len(span.after)
    return Effect(answer, reason, *counts, before, after, planned=planned, reached=reached), good


def _obstacle(span: Span, need: Rhythm, good: int) -> Reason:
    if not len(span.past) + len(span.after):
        return "no values"
    if len(span.past) < need.fewest_before:
        return "too little history"
    if np.ptp(span.past) <= ROUNDING * np.abs(span.past).max():
        return "never varied"
    return "" if good else "no direction"


def _usable(controls: pd.DataFrame | None, periods: pd.Index) -> pd.DataFrame:
    """Return the controls that have a value in every one of `periods`."""
    if controls is None:
        return pd.DataFrame(index=periods)
    return controls.reindex(periods).dropna(axis="columns")


def _history(span: Span, every: Cadence, controls: pd.DataFrame) -> History:
    """Return what the counterfactual is made of; where a control's future is unknown, it stays at its mean."""
    shown = np.concatenate([span.number, span.ahead])
    month_end = None
    if every == "week":
        month_end = holds_month_end(span.first + pd.to_timedelta(7 * shown, unit="D"))
    table = controls.set_axis(rhythm.places(pd.DatetimeIndex(controls.index), every, span.first))
    filled = table.reindex(shown).astype("float64").fillna(table.loc[span.number].mean())
    return History(span.past, span.number, span.ahead, RHYTHMS[every].per_year, month_end, filled.to_numpy())


def _averages(span: Span) -> Array:
    """Return weights over the periods ahead: of the first, of the first two, and so on; last, of those seen."""
    size = len(span.ahead)
    first = np.tril(np.ones((size, size))) / np.arange(1, size + 1)[:, None]
    seen = np.isin(span.ahead, span.seen)[None] / max(len(span.seen), 1)
    return np.vstack([first, seen]) if len(span.seen) else first


def _measured(effect: Effect, span: Span, prediction: Prediction) -> Effect:
    if not len(span.seen):
        return effect
    seen, after = prediction.of(-1), effect.after
    highest, lowest = (float(seen.quantile((1 + side * CONFIDENCE) / 2)[0]) for side in (1, -1))
    level = Estimate(after - float(seen.mean[0]), after - highest, after - lowest)
    below = float(seen.below(np.array([after]))[0])
    chance = 2 * min(below, 1 - below)
    return replace(effect, level=level, total=level.times(len(span.seen)), chance=chance)


def _unsettled(span: Span, every: Cadence, controls: pd.DataFrame) -> bool:
    """Say whether the few periods right before the change lie off what those before them lead one to expect."""
    few = RHYTHMS[every].fewest_after
    longest = 2 * few
    counts = [count for count in (few // 2, few, longest) if count]
    earlier = replace(span, past=span.past[:-longest], number=span.number[:-longest], ahead=span.number[-longest:])
    last = np.array([np.arange(longest) >= longest - count for count in counts]) / np.array(counts)[:, None]
    prediction = predict(_history(earlier, every, controls), last)
    below = prediction.below(last @ span.past[-longest:])
    return bool((2 * np.minimum(below, 1 - below) < 1 - SETTLED).any())


def _foreseen(effect: Effect, span: Span, change: Change, good: int, prediction: Prediction) -> Effect:
    """Return `effect` with what could be told from the periods seen, and from when on enough can."""
    highest, lowest = (prediction.quantile((1 + side * CONFIDENCE) / 2) for side in (1, -1))
    detectable = FOUND * (highest - lowest) / 2
    planned = good * effect.planned  # above zero, unless the level before was good enough already
    usual = planned if planned > 0 else float(span.past.std(ddof=1))
    smallest = change.smallest or usual
    fewest = RHYTHMS[change.every].fewest_after
    enough = fewest - 1 + np.flatnonzero(detectable[fewest - 1 : len(span.ahead)] <= smallest)
    told_from = rhythm.period_at(int(span.ahead[enough[0]]), change.every, span.first) if len(enough) else None
    now = float(detectable[-1]) if len(span.seen) else np.nan
    return replace(effect, smallest=smallest, detectable=now, told_from=told_from)


def _answered(effect: Effect, need: Rhythm, good: int) -> Effect:
    enough = effect.periods_after >= need.fewest_after
    would_show = enough and effect.detectable <= effect.smallest
    asked = CONFIDENCE if would_show or effect.periods_after >= need.planned_look else EARLY
    if enough and effect.chance < 1 - asked:
        return replace(effect, answer="improved" if good * effect.level.value > 0 else "worsened")
    if would_show:
        return replace(effect, answer="no effect found")
    if effect.told_from is None:
        return replace(effect, answer="can't be told", reason="too restless")
    over = effect.periods_after >= need.longest_after
    return replace(effect, answer="can't be told" if over else "too early to tell", reason="few periods")
