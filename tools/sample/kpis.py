"""The KPIs that no records table yields: noise around a level, and a few planted exceptions."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sample import chance
from sample.weeks import ACTION_WORKED, CHECK_LISTS, DRIFT_BEGAN, MONTHS, QUARTERS, WEEKS, begun, since


@dataclass(frozen=True)
class Series:
    """A KPI's usual `level`, its standard deviation, the share of noise it remembers, and its decimals."""

    department: str
    kpi: str
    level: float
    sd: float
    ar: float = 0.0
    decimals: int = 2


WEEKLY = (
    Series("sales", "lead_follow_up_time", 3.65, 0.30, ar=0.2),
    Series("sales", "crm_utilisation", 81.6, 1.7, ar=0.4, decimals=1),
    Series("sales", "pipeline_health", 3.15, 0.15, ar=0.4),
    Series("marketing", "campaign_roi", 164, 16, decimals=1),
    Series("marketing", "email_open_rate", 24.0, 1.2, decimals=1),
    Series("marketing", "click_through_rate", 2.68, 0.16),
    Series("marketing", "website_traffic", 41500, 1500, ar=0.3, decimals=0),
    Series("operations", "service_delivery_time", 27.2, 1.1, ar=0.2),
    Series("operations", "production_cycle_time", 11.5, 0.45, ar=0.3),
    Series("operations", "orders_per_hour", 5.18, 0.18, ar=0.3),
    Series("operations", "cost_per_operation", 36.9, 1.1),
    Series("operations", "resource_utilisation", 82.2, 1.9, ar=0.3, decimals=1),
    Series("people", "employee_satisfaction", 76.4, 1.7, ar=0.3, decimals=1),
    Series("people", "employee_productivity", 1.03, 0.025, ar=0.4),
    Series("people", "training_completion", 91.6, 1.5, decimals=1),
    Series("people", "time_to_hire", 38.4, 2.2, decimals=1),
    Series("it", "uptime", 99.91, 0.035),
    Series("it", "patch_compliance", 96.3, 0.8, ar=0.5, decimals=1),
    Series("it", "backup_success_rate", 99.4, 0.22),
    Series("it", "service_desk_satisfaction", 87.6, 1.9, decimals=1),
)
MONTHLY = (
    Series("marketing", "customer_acquisition_cost", 428, 16, decimals=0),
    Series("customer_support", "churn_rate", 1.82, 0.13),
    Series("people", "turnover_rate", 17.3, 0.35, ar=0.5, decimals=1),
    Series("people", "time_to_productivity", 58.5, 2.4, decimals=1),
    Series("people", "training_investment", 126, 6, decimals=0),
)
QUARTERLY = (Series("people", "engagement_score", 71.2, 1.1, decimals=1),)

TURNOVER_LAST = 17.7  # 18 % above the industry's 15.0
SOLVED_LAST = 176  # of 200 tickets: 88 %, below the target of 90
CAP = {"uptime": 100, "backup_success_rate": 100}
UNREPORTED = ("crm_utilisation", "2025-08-18")  # the row is missing
UNKNOWN = ("employee_satisfaction", "2025-12-29")  # the row is there, its value is not


def make(records: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the table of KPI values; two of them follow from `records`."""
    series = [_weekly(of) for of in WEEKLY]
    series += [_usual(of, MONTHS) for of in MONTHLY]
    series += [_usual(of, QUARTERS) for of in QUARTERLY]
    series += [_issues_resolved(records["tickets"]), _changes_without_trouble(), _growth(records["opportunities"])]
    values = pd.concat(series, ignore_index=True)
    values.loc[_is(values, "turnover_rate", "2026-05-01"), "value"] = TURNOVER_LAST
    values.loc[_is(values, *UNKNOWN), "value"] = np.nan
    reported = values[~_is(values, *UNREPORTED)].sort_values(["department", "kpi", "period"])
    return reported[["department", "kpi", "period", "value", "numerator", "denominator"]]


def _usual(of: Series, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Return level and noise of a KPI."""
    noise = chance.noise(chance.dice(of.kpi), len(days), of.sd, of.ar)
    return _rows(of.department, of.kpi, days, (of.level + noise).round(of.decimals))


def _weekly(of: Series) -> pd.DataFrame:
    """Return a weekly KPI with what is planted in it."""
    rows = _usual(of, WEEKS)
    values = (rows["value"] + _planted(of)).clip(upper=CAP.get(of.kpi)).round(of.decimals)
    return rows.assign(value=values)


def _planted(of: Series) -> chance.Numbers:
    """Return what is added to the noise of a KPI: nothing for most."""
    match of.kpi:
        case "email_open_rate":
            return 2.4 * begun(WEEKS, ACTION_WORKED).to_numpy()  # two standard deviations
        case "production_cycle_time":
            return -0.9 * begun(WEEKS, CHECK_LISTS).to_numpy()  # two standard deviations
        case "website_traffic":
            return of.level * (chance.season(WEEKS, swing=0.15) - 1)
        case "uptime":
            return -0.28 * since(WEEKS, DRIFT_BEGAN).to_numpy()
    return np.zeros(len(WEEKS))


def _issues_resolved(tickets: pd.DataFrame) -> pd.DataFrame:
    asked = tickets.groupby(pd.Grouper(key="date", freq="W-MON", label="left", closed="left")).size().to_numpy()
    solved = chance.dice("issue_resolution_rate").binomial(asked, 0.892)
    solved[-1] = SOLVED_LAST
    return _shares("customer_support", "issue_resolution_rate", solved, asked)


def _changes_without_trouble() -> pd.DataFrame:
    rng = chance.dice("change_success_rate")
    made = rng.poisson(60, len(WEEKS))
    return _shares("it", "change_success_rate", rng.binomial(made, 0.962), made)


def _growth(opportunities: pd.DataFrame) -> pd.DataFrame:
    """Return the revenue per trading day of each complete month from 2025 on against the year before, in percent."""
    of_month = opportunities.groupby(pd.Grouper(key="date", freq="MS"))
    revenue = (of_month["revenue"].sum() / of_month["date"].nunique()).reindex(MONTHS)
    growth = (100 * (revenue / revenue.shift(12) - 1)).dropna().round(1)
    return _rows("sales", "revenue_growth", pd.DatetimeIndex(growth.index), growth.to_numpy())


def _shares(department: str, kpi: str, part: chance.Numbers, whole: chance.Numbers) -> pd.DataFrame:
    values = (100 * part / whole).round(2)
    return _rows(department, kpi, WEEKS, values).assign(numerator=part, denominator=whole)


def _rows(department: str, kpi: str, days: pd.DatetimeIndex, values: chance.Numbers) -> pd.DataFrame:
    return pd.DataFrame({"department": department, "kpi": kpi, "period": days, "value": values})


def _is(values: pd.DataFrame, kpi: str, day: str) -> pd.Series:
    return (values["kpi"] == kpi) & (values["period"] == day)
