"""Limits for shares and rates whose denominators are known: Laney's p′ and u′ charts.

A share of 20 cases wobbles more than one of 2,000, and large denominators make the binomial limits far too narrow.
Laney's chart takes the binomial (or Poisson) spread of each point and widens it by the wobble that the points show
among themselves (D. B. Laney, "Improved control charts for attributes", Quality Engineering 14(4), 2002).
Moving ranges are screened once, as in the R package qicharts2 0.8.1.
"""

from typing import Literal

import numpy as np
import pandas as pd

from saypro_nb.review.signals import SCREEN

D2 = 1.128  # expected moving range of two standard normal values (Shewhart's d2, n = 2)


def limits(numerator: pd.Series, denominator: pd.Series, kind: Literal["share", "rate"]) -> pd.DataFrame:
    """Return ``centre``, ``lower`` and ``upper`` of numerator/denominator for each point, in the order of time.

    A share (p′) lies between 0 and 1, a rate (u′) is 0 or more. Points without a denominator have no limits.
    """
    weight = denominator.where(denominator > 0)
    value = numerator / weight
    centre = numerator.where(value.notna()).sum() / weight.where(value.notna()).sum()
    spread = np.sqrt(centre * (1 - centre if kind == "share" else 1) / weight)
    moving = ((value - centre) / spread).dropna().diff().abs().dropna()
    wobble = moving[moving < SCREEN * moving.mean()].mean() / D2
    reach = 3 * spread * wobble
    return pd.DataFrame(
        {
            "centre": centre,
            "lower": (centre - reach).clip(lower=0),
            "upper": (centre + reach).clip(upper=1 if kind == "share" else None),
        },
        index=value.index,
    )
