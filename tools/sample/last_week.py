"""The figures that the week of 2026-06-22 must hold exactly; they come from the organisation's source documents.

    sales revenue 250,000          against 300,000         lead conversion 17 %           15 % below its 20 %
    leads generated 150            against 200             qualified leads 80             20 % below its 100
    resolution time 6 h            against 4 h             response time 2.4 h            above its 2 h
    production delay 14 days       against 0 days

The numbers of rows (200 opportunities, 150 leads) are set where the cases are drawn, in records.py.
"""

from collections.abc import Mapping

import pandas as pd

from sample import chance
from sample.weeks import WEEKS

WON, REVENUE = 34, 250_000
QUALIFIED = 80
RESOLUTION_HOURS, RESPONSE_HOURS = 6.0, 2.4
DELAY_DAYS = 14


def make_exact(records: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return `records` with the cases of the last week nudged until its figures are exact."""
    return {
        **records,
        "opportunities": _opportunities(records["opportunities"]),
        "leads": _with_count(records["leads"], "qualified", QUALIFIED),
        "tickets": _tickets(records["tickets"]),
        "orders": _with_mean(records["orders"], "delay_days", DELAY_DAYS, decimals=0),
    }


def _opportunities(cases: pd.DataFrame) -> pd.DataFrame:
    counted = _with_count(cases, "won", WON)
    usual_deal = cases.loc[cases["revenue"] > 0, "revenue"].median()
    revenue = counted["revenue"].mask((counted["won"] == 1) & (counted["revenue"] == 0), usual_deal)
    paid = counted.assign(revenue=revenue.mask(counted["won"] == 0, 0).astype("int64"))
    return _with_mean(paid, "revenue", REVENUE / _in_last_week(paid).sum(), decimals=0)


def _tickets(cases: pd.DataFrame) -> pd.DataFrame:
    resolved = _with_mean(cases, "resolution_hours", RESOLUTION_HOURS, decimals=2)
    return _with_mean(resolved, "response_hours", RESPONSE_HOURS, decimals=2)


def _with_count(cases: pd.DataFrame, flag: str, count: int) -> pd.DataFrame:
    """Return `cases` with `flag` turned in some rows of the last week, until `count` of them are 1."""
    flags = cases.loc[_in_last_week(cases), flag]
    surplus = int(flags.sum()) - count
    turned = flags[flags == (1 if surplus > 0 else 0)].sample(abs(surplus), random_state=chance.SEED).index
    return cases.assign(**{flag: cases[flag].mask(cases.index.isin(turned), 1 - cases[flag])})


def _with_mean(cases: pd.DataFrame, column: str, mean: float, decimals: int) -> pd.DataFrame:
    """Return `cases` with `column` of the last week scaled to `mean`; its largest cell takes what rounding leaves."""
    amounts = cases.loc[_in_last_week(cases), column]
    scaled = (amounts * mean * len(amounts) / amounts.sum()).round(decimals)
    scaled[scaled.idxmax()] += round(mean * len(amounts) - scaled.sum(), decimals)
    changed = cases[column].astype(float)
    changed[scaled.index] = scaled.round(decimals)
    return cases.assign(**{column: changed.astype(cases[column].dtype)})


def _in_last_week(cases: pd.DataFrame) -> pd.Series:
    return cases["date"] >= WEEKS[-1]
