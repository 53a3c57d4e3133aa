"""Limits for shares and rates whose denominators are known: Laney's p′ and u′ charts.

A share of 20 cases wobbles more than one of 2,000, and large denominators make the binomial limits far too narrow.
Laney's chart takes the binomial (or Poisson) spread of each point and widens it by the wobble that the points show
among themselves (D. B. Laney, "Improved control charts for attributes", Quality Engineering 14(4), 2002).
Moving ranges are screened once, as in the R package qicharts2 0.8.1.
"""

from typing import Literal

import numpy as np
import pandas as pd

from saypro_nb.agree.measures import ROWS
from saypro_nb.agree.schema import Kpi

Kind = Literal["share", "rate"]

D2 = 1.128  # expected moving range of two standard normal values (Shewhart's d2, n = 2)
SCREEN = 3.267  # moving ranges beyond this multiple of their mean are left out once
ROUNDED = 0.06  # how far a value may lie from numerator by denominator, as people hand in one decimal


def kind(points: pd.DataFrame, kpi: Kpi) -> Kind | None:
    """Return what numerator and denominator of the KPI's `points` count; None where they count nothing.

    They must be known, and agree with the value, in every period that has one.
    """
    counted = points.dropna(subset="value")
    if kpi.chart == "values" or not is_quotient(counted, kpi) or (counted["numerator"] < 0).any():
        return None
    part, whole = counted["numerator"], counted["denominator"]
    of_cases = ((part <= whole) & (part % 1 == 0) & (whole % 1 == 0)).all()
    if kpi.chart == "rate":
        return "rate"
    return "share" if of_cases and (kpi.chart == "share" or _counts_cases(kpi)) else None


def is_quotient(known: pd.DataFrame, kpi: Kpi) -> bool:
    """Return whether each of the KPI's `known` values is that of its numerator by its denominator."""
    if known.empty or not {"numerator", "denominator"} <= set(known.columns):
        return False
    part, whole = known["numerator"], known["denominator"]
    told = np.isclose(known["value"], kpi.scale * part / whole.where(whole > 0), rtol=0.01, atol=ROUNDED)
    return bool(told.all())


def reach(numerator: pd.Series, denominator: pd.Series, kind: Kind) -> tuple[float, pd.Series]:
    """Return the centre of numerator/denominator, and how far chance carries each point from it.

    Points without a denominator have no reach; it is zero where the points never vary.
    """
    weight = denominator.where(denominator > 0)
    value = numerator / weight
    centre = numerator.where(value.notna()).sum() / weight.where(value.notna()).sum()
    spread = np.sqrt(centre * (1 - centre if kind == "share" else 1) / weight)
    moving = ((value - centre) / spread.where(spread > 0)).dropna().diff().abs().dropna()
    kept = moving[moving < SCREEN * moving.mean()]
    wobble = kept.mean() / D2 if len(kept) else 0.0
    return float(centre), 3 * spread * wobble


def limits(numerator: pd.Series, denominator: pd.Series, kind: Kind) -> pd.DataFrame:
    """Return ``centre``, ``lower`` and ``upper`` of numerator/denominator for each point, in the order of time.

    A share (p′) lies between 0 and 1, a rate (u′) is 0 or more. Points without a denominator have no limits.
    """
    centre, far = reach(numerator, denominator, kind)
    return pd.DataFrame(
        {
            "centre": centre,
            "lower": (centre - far).clip(lower=0),
            "upper": (centre + far).clip(upper=1 if kind == "share" else None),
        },
        index=numerator.index,
    )


def _counts_cases(kpi: Kpi) -> bool:
    """Return whether whole numbers behind the KPI can be taken for cases; sums of money are whole numbers, too."""
    return kpi.unit == "percent" and (kpi.computed is None or (kpi.computed.denominator or "").startswith(ROWS))
