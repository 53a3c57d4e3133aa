"""The weekly alarm: which of all KPIs deserve attention this week, and for what.

Three questions are put to every monitored week of a KPI. Each is answered by a p-value: how often would a KPI
on which nothing changed look at least this bad?

    level         have the last weeks left the expected level for the worse?
    single week   does this week alone lie too far on the bad side?
    spread        do the last weeks scatter more widely than they used to, on the bad side as well?

The smallest of the three, corrected for having asked three questions, is the week's `p` (Šidák's correction,
with the single week at a third of the others' share). Then all KPIs of a week are judged together: an *alarm*
passes Benjamini and Hochberg's procedure (1995), so that about nine alarms in ten are true; *watch* is the
more sensitive tier, which a stable KPI enters in one week of twenty.

Expectations come from `baseline`: season, trend, old level shifts and autocorrelation are in them. Week w is
judged by data up to w only. A change for the better is not an alarm; it has a p-value of its own, `p_better`, from
the level and the single week on the good side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import fdtrc, ndtri, softmax, stdtr

from saypro_nb.review import baseline
from saypro_nb.review.baseline import Array, Surprises, Weeks

Better = Literal["higher", "lower"]

FEWEST = 26  # baseline weeks: half a year; with fewer, a level and its autocorrelation can't be told apart
ALARM = 0.10  # share of false ones among the alarms that Benjamini and Hochberg's procedure holds to
RARE = 0.03  # largest p of an alarm: with a handful of KPIs the procedure alone would pass one week in ten
WATCH = 0.05  # share of a stable KPI's weeks in the watch tier
RAMP = 8  # weeks: a change that builds up over two months; the weights also suit a sudden step
WINDOW = 6  # weeks over which the spread is judged
GREAT = 2.5  # standard deviations on the good side, as far as they count for the spread
CAPPED = 1.062  # degrees of freedom of such a square: 2 x squared mean (0.989) / variance (1.841)
# How many times as rare a finding must be: most single bad weeks pass by themselves, so they must be rarer.
RARER = {"level": 1, "single week": 3, "spread": 1}
QUESTIONS = 1.75  # independent ones that the three amount to; 5 % of simulated stable weeks have p < 0.05

# Heavier than normal tails, as degrees of freedom of Student's t, with their prior probability.
TAILS = {4.0: 0.1, 6.0: 0.15, 10.0: 0.25, 1e6: 0.5}

EVIDENCE = list(RARER)
GOOD = ["better level", "better week"]  # the same questions, asked of the good side


def evidence(
    values: pd.Series, better: Better, begins: pd.Timestamp, denominators: pd.Series | None = None
) -> pd.DataFrame:
    """Return a row for each monitored week with a value, indexed by period.

    Parameters
    ----------
    values : the KPI, indexed by the first day of each week; a missing week is left out, never filled
    better : which direction is good
    begins : the first monitored week; all weeks before it are the baseline
    denominators : of a rate, by the same periods: a week with few cases then scatters more

    Returns
    -------
    level, single week, spread : p-value of each, from 0 (surely worse) to 1; missing where it can't be judged
    p : the three combined
    p_better : how often a KPI on which nothing changed would look at least this good
    score : how far the week lay from what was expected, in standard deviations, above zero on the good side
    kind : the strongest of the three; "level" rather than "spread" where both are rare
    direction : where the KPI went: "down", "up", or "wider"
    reason : why the KPI can't be judged; missing where it can
    """
    return examine(values, better, begins, denominators).weekly


@dataclass(frozen=True)
class Examination:
    """The evidence of a KPI's monitored weeks, and the season of all its weeks, indexed by period.

    The season is in the KPI's unit and zero on average over the baseline; zero throughout where there is none.
    """

    weekly: pd.DataFrame
    season: pd.Series


def examine(
    values: pd.Series, better: Better, begins: pd.Timestamp, denominators: pd.Series | None = None
) -> Examination:
    """Return the `evidence` of the monitored weeks together with the season that was found in the baseline."""
    weeks = baseline.line_up(values, begins, denominators)
    known = values.dropna().sort_index().index
    reason = _reason(weeks)
    if reason or len(known) == weeks.baseline:
        return Examination(_unjudged(known[weeks.baseline :], reason), pd.Series(0.0, known))
    models = baseline.surprises(weeks, ramps(weeks))
    weekly = _judged(weeks, models, better).set_axis(known[weeks.baseline :])
    return Examination(weekly, pd.Series(baseline.season(weeks, models), known))


def _judged(weeks: Weeks, models: Sequence[Surprises], better: Better) -> pd.DataFrame:
    found = pd.DataFrame(_p_values(weeks, models, 1 if better == "higher" else -1), columns=[*EVIDENCE, *GOOD, "score"])
    weighed = (found[EVIDENCE] * pd.Series(RARER)).clip(upper=1)
    strongest = weighed.idxmin(axis=1)
    # A lost level raises the squares as well: where it is rare by itself, it is the plainer explanation.
    kind = strongest.mask((strongest == "spread") & (found["level"] <= RARE), "level")
    worse = "down" if better == "higher" else "up"
    good = (found[GOOD].set_axis(EVIDENCE[:2], axis=1) * pd.Series(RARER)[EVIDENCE[:2]]).clip(upper=1)
    return found.drop(columns=GOOD).assign(
        p=_combined(weighed),
        p_better=_combined(good),
        kind=kind,
        direction=kind.map({"level": worse, "single week": worse, "spread": "wider"}),
        reason=pd.Series(pd.NA, index=found.index, dtype="str"),
    )


def _combined(weighed: pd.DataFrame) -> pd.Series:
    return pd.Series(1 - (1 - weighed.min(axis=1)) ** QUESTIONS)


def shortlist(weekly: pd.DataFrame) -> pd.DataFrame:
    """Return `weekly` (the evidence of many KPIs, with a column ``period``) with ``alarm`` and ``watch``.

    The KPIs of each period are judged together. Every alarm is in the watch tier too; a KPI that can't be
    judged is in neither.
    """
    adjusted = weekly.groupby("period")["p"].transform(lambda p: adjust(p.to_numpy(dtype=float)))
    alarm = (adjusted <= ALARM) & (weekly["p"] <= RARE)
    return weekly.assign(alarm=alarm, watch=alarm | (weekly["p"] < WATCH))


def adjust(p: Array) -> Array:
    """Return Benjamini and Hochberg's adjusted p-values; missing ones stay missing and don't count."""
    adjusted = np.full(len(p), np.nan)
    known = ~np.isnan(p)
    if known.any():
        adjusted[known] = stats.false_discovery_control(p[known])
    return adjusted


def _reason(weeks: Weeks) -> str:
    past = weeks.value[: weeks.baseline]
    if len(past) < FEWEST:
        return f"{len(past)} baseline weeks; judging takes {FEWEST}"
    if np.ptp(past) <= 1e-12 * np.abs(past).max():  # rounding noise is not variation
        return "the baseline never varied, so nothing says how much variation is normal"
    return ""


def _unjudged(periods: pd.Index, reason: str) -> pd.DataFrame:
    empty = pd.DataFrame(np.nan, index=periods, columns=[*EVIDENCE, "score", "p", "p_better"])
    unknown = pd.Series(pd.NA, index=periods, dtype="str")
    return empty.assign(kind=unknown, direction=unknown, reason=reason or unknown)


def _p_values(weeks: Weeks, models: Sequence[Surprises], sign: int) -> Array:
    """Return a row a week, averaged over models; `sign` is -1 where lower is better.

    Columns: the three questions, the first two asked of the good side, and the score.
    """
    tails = _tail_weights(models[0].past)
    freedom = weeks.baseline - 1
    p = np.zeros((len(weeks.value) - weeks.baseline, len(EVIDENCE) + len(GOOD) + 1))
    for model in models:
        scores = sign * _normal_scores(model.weeks, tails)
        past = sign * _normal_scores(model.past, tails)
        level = _level(scores, model)
        bad = [stdtr(freedom, level), stdtr(freedom, scores), _spread(scores, past, freedom)]
        p += model.weight * np.column_stack([*bad, stdtr(freedom, -level), stdtr(freedom, -scores), scores])
    return p


def ramps(weeks: Weeks) -> Array:
    """Return for each monitored week the change that has been building up over `RAMP` weeks until then."""
    ends = weeks.number[weeks.baseline :]
    built_up = np.clip(weeks.number[:, None] - ends + RAMP, 0, RAMP).astype(float)
    built_up[: weeks.baseline] = 0
    return np.asarray(built_up)


def _level(scores: Array, model: Surprises) -> Array:
    """Return for each week how far the surprises match a ramp that ends there, in standard deviations."""
    match = np.triu(model.patterns)  # row: week of the surprise; column: week judged; later weeks don't count
    return np.asarray(scores @ match / np.sqrt((match**2).sum(axis=0)))


def _spread(scores: Array, past: Array, freedom: int) -> Array:
    """Return for each week the p-value of the last weeks' squares against the baseline's.

    A better level or one great week would raise the squares, too. So a good week counts up to `GREAT` only,
    and where the bad weeks alone are no more extreme than usual there is no wider spread.
    """
    week = np.arange(len(scores))
    window = (week <= week[:, None]) & (week > week[:, None] - WINDOW)  # row: week judged
    size = window.sum(axis=1)
    squares = window @ np.minimum(scores, GREAT) ** 2 / np.mean(np.minimum(past, GREAT) ** 2)
    wider = fdtrc(CAPPED * size, CAPPED * freedom, squares / size)
    worse = _bad_half(window @ np.minimum(scores, 0) ** 2 / np.mean(past**2), size, freedom)
    return np.asarray(np.where(worse < 0.5, wider, np.maximum(wider, worse)))


def _bad_half(squares: Array, size: Array, freedom: int) -> Array:
    """Return how often the bad weeks' squares add up to more, if a week is bad with probability one half."""
    bad = np.arange(1, WINDOW + 1)[:, None]
    chance = stats.binom.pmf(bad, size, 0.5)
    return np.asarray((chance * fdtrc(bad, freedom, squares / bad)).sum(axis=0))


def _tail_weights(past: Array) -> Array:
    """Return the probability of each of `TAILS`, by its likelihood in the baseline's surprises."""
    freedom, stretch = _tails()
    prior = np.log(list(TAILS.values()))
    fit = prior + (stats.t.logpdf(stretch * past, freedom) + np.log(stretch)).sum(axis=1)
    return np.asarray(softmax(fit))


def _normal_scores(surprises: Array, tails: Array) -> Array:
    """Return `surprises` as normal scores: with heavy `tails` a far week is less surprising."""
    freedom, stretch = _tails()
    outer = tails @ stdtr(freedom, -stretch * np.abs(surprises))
    return np.asarray(-np.sign(surprises) * ndtri(np.maximum(outer, 1e-300)))


def _tails() -> tuple[Array, Array]:
    """Return the degrees of freedom, and what stretches unit variance to that of their t distribution."""
    freedom = np.array(list(TAILS))[:, None]
    return freedom, np.sqrt(freedom / (freedom - 2))
