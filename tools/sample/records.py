"""Six tables of invented cases, and what is planted in them (dates in weeks.py).

    opportunities   paid_social alone converts worse            a cause in one segment
    leads           fewer qualify, in every segment alike       a general fall; and fewer come in summer
    tickets         more by chat, where fewer are solved at     a shift of the mix;
                    once; absence slows them two weeks later    a driver
    orders          late and delayed all the time               a target the process can't meet
    incidents       longer downtime since last autumn           the drift of uptime, seen from below
    survey          nothing: NPS is stable noise

Everything else is noise. The figures of the last week are made exact afterwards, in last_week.py.
"""

import numpy as np
import pandas as pd

from sample import chance
from sample.drivers import USUAL_ABSENCE, absence_that_acts
from sample.weeks import CHANGE, DRIFT_BEGAN, WEEKS, since

WON = {"website": 0.21, "paid_social": 0.20, "referral": 0.28, "email": 0.20, "partner": 0.26, "event": 0.18}
WON_PAID_SOCIAL_LATER = 0.06
DEAL = {"starter": 4600, "standard": 6900, "premium": 10800}

QUALIFIED = {"search": 0.63, "paid_social": 0.55, "email": 0.66, "referral": 0.70, "webinar": 0.62, "fair": 0.58}
QUALIFIED_LATER = -0.29  # logit: seven points lower in the middle, for everybody alike
LEAD_COST = {"search": 46, "paid_social": 38, "email": 18, "referral": 25, "webinar": 52, "fair": 78}

SOLVED_AT_ONCE = {"email": 0.74, "phone": 0.80, "chat": 0.50, "portal": 0.76}
CHANNELS = {"email": 0.35, "phone": 0.30, "chat": 0.15, "portal": 0.20}
CHANNELS_LATER = {"email": 0.247, "phone": 0.212, "chat": 0.40, "portal": 0.141}
URGENCY = {"urgent": 0.5, "high": 0.8, "normal": 1.05, "low": 1.5}  # times the usual hours
HOURS_PER_ABSENCE = 0.55  # hours of resolution time per point of absence

ANSWERS = (0.005, 0.005, 0.01, 0.01, 0.02, 0.04, 0.05, 0.09, 0.20, 0.31, 0.26)  # 57 % promote, 14 % detract

SEVERITY = {"critical": 0.5, "high": 0.8, "medium": 1.0, "low": 1.2}  # times the usual hours


def make() -> dict[str, pd.DataFrame]:
    """Return the records tables by name."""
    return {
        "opportunities": opportunities(),
        "leads": leads(),
        "tickets": tickets(),
        "orders": orders(),
        "incidents": incidents(),
        "survey": survey(),
    }


def opportunities() -> pd.DataFrame:
    """Return sales opportunities closed, won or lost; revenue in dollars."""
    rng = chance.dice("opportunities")
    week = chance.case_weeks(rng, 200, last=200)
    sources = {"website": 0.22, "paid_social": 0.32, "referral": 0.12, "email": 0.14, "partner": 0.12, "event": 0.08}
    cases = pd.DataFrame({"date": chance.days(rng, week, open_days=5), "source": _split(rng, week, sources)})
    cases["team"] = _split(rng, week, {"north": 0.35, "south": 0.35, "key_accounts": 0.30})
    cases["product"] = _split(rng, week, {"starter": 0.35, "standard": 0.45, "premium": 0.20})
    cases["region"] = _split(rng, week, {"capital": 0.40, "coast": 0.25, "inland": 0.20, "abroad": 0.15})
    fell = (cases["source"] == "paid_social") & (cases["date"] >= CHANGE)
    rate = cases["source"].map(WON).mask(fell, WON_PAID_SOCIAL_LATER).to_numpy()
    cases["won"] = chance.happens(rng, week, rate, wobble=0.06)
    deal = chance.amounts(rng, week, cases["product"].map(DEAL).to_numpy(), spread=0.4, wobble=0.03)
    cases["revenue"] = (deal * cases["won"]).round().astype("int64")
    cases["cycle_days"] = chance.amounts(rng, week, 40.5, spread=0.5, wobble=0.03).round().astype("int32")
    return chance.forget(rng, cases)


def leads() -> pd.DataFrame:
    """Return marketing leads, qualified or not; cost in dollars."""
    rng = chance.dice("leads")
    week = chance.case_weeks(rng, 188 * chance.season(WEEKS, swing=0.20), last=150, wobble=0.04)
    sources = {"search": 0.30, "paid_social": 0.28, "email": 0.14, "referral": 0.10, "webinar": 0.10, "fair": 0.08}
    cases = pd.DataFrame({"date": chance.days(rng, week, open_days=7), "source": _split(rng, week, sources)})
    campaigns = {"always_on": 0.40, "spotlight": 0.25, "partner_week": 0.20, "reactivation": 0.15}
    cases["campaign"] = _split(rng, week, campaigns)
    cases["region"] = _split(rng, week, {"capital": 0.40, "coast": 0.25, "inland": 0.20, "abroad": 0.15})
    cases["device"] = _split(rng, week, {"mobile": 0.55, "desktop": 0.37, "tablet": 0.08})
    usual = cases["source"].map(QUALIFIED).to_numpy()
    logit = np.log(usual / (1 - usual)) + QUALIFIED_LATER * (cases["date"] >= CHANGE).to_numpy()
    cases["qualified"] = chance.happens(rng, week, 1 / (1 + np.exp(-logit)), wobble=0.06)
    cost = chance.amounts(rng, week, cases["source"].map(LEAD_COST).to_numpy(), spread=0.35, wobble=0.03)
    cases["cost"] = cost.round(2)
    return chance.forget(rng, cases)


def tickets() -> pd.DataFrame:
    """Return support tickets; times in hours."""
    rng = chance.dice("tickets")
    week = chance.case_weeks(rng, 198, last=200)
    channels = chance.weekly_shares(rng, CHANNELS, CHANNELS_LATER, CHANGE)
    cases = pd.DataFrame({"date": chance.days(rng, week, open_days=7), "channel": chance.pick(rng, week, channels)})
    cases["product"] = _split(rng, week, {"starter": 0.35, "standard": 0.45, "premium": 0.20})
    cases["team"] = _split(rng, week, {"early": 0.45, "late": 0.40, "weekend": 0.15})
    cases["priority"] = _split(rng, week, {"urgent": 0.10, "high": 0.25, "normal": 0.50, "low": 0.15})
    urgency = cases["priority"].map(URGENCY).to_numpy()
    usual = 3.85 + HOURS_PER_ABSENCE * (absence_that_acts().to_numpy() - USUAL_ABSENCE)
    cases["response_hours"] = chance.amounts(rng, week, 2.15 * urgency, spread=0.7, wobble=0.04).round(2)
    cases["resolution_hours"] = chance.amounts(rng, week, usual[week] * urgency, spread=0.6, wobble=0.03).round(2)
    rate = cases["channel"].map(SOLVED_AT_ONCE).to_numpy()
    cases["first_time"] = chance.happens(rng, week, rate, wobble=0.06)
    cases["csat_satisfied"] = chance.happens(rng, week, 0.852, wobble=0.06)
    return chance.forget(rng, cases)


def orders() -> pd.DataFrame:
    """Return orders finished; the delay counts from the promised day."""
    rng = chance.dice("orders")
    week = chance.case_weeks(rng, 205, last=204, wobble=0.04)
    cases = pd.DataFrame({"date": chance.days(rng, week, open_days=6)})
    cases["site"] = _split(rng, week, {"harbour": 0.45, "hillside": 0.35, "airport": 0.20})
    cases["line"] = _split(rng, week, {"line_1": 0.30, "line_2": 0.30, "line_3": 0.25, "line_4": 0.15})
    cases["shift"] = _split(rng, week, {"early": 0.40, "late": 0.38, "night": 0.22})
    cases["product"] = _split(rng, week, {"starter": 0.40, "standard": 0.40, "premium": 0.20})
    cases["on_time"] = chance.happens(rng, week, 0.60, wobble=0.06)
    late = 1 - cases["on_time"]
    delay = chance.amounts(rng, week, 34.5, spread=0.55, wobble=0.04).round().clip(1)
    cases["delay_days"] = (delay * late).astype("int32")
    cases["defective"] = chance.happens(rng, week, 0.036, wobble=0.40)
    return chance.forget(rng, cases)


def incidents() -> pd.DataFrame:
    """Return IT incidents; time to solve in hours, downtime in minutes."""
    rng = chance.dice("incidents")
    week = chance.case_weeks(rng, 120, last=118)
    cases = pd.DataFrame({"date": chance.days(rng, week, open_days=7)})
    services = {"email": 0.22, "crm": 0.20, "erp": 0.18, "network": 0.16, "workplace": 0.16, "telephony": 0.08}
    cases["service"] = _split(rng, week, services)
    cases["severity"] = _split(rng, week, {"critical": 0.05, "high": 0.20, "medium": 0.45, "low": 0.30})
    cases["team"] = _split(rng, week, {"service_desk": 0.50, "infrastructure": 0.30, "applications": 0.20})
    usual = 7.35 * cases["severity"].map(SEVERITY).to_numpy()
    cases["resolution_hours"] = chance.amounts(rng, week, usual, spread=0.7, wobble=0.04).round(2)
    stopped = chance.happens(rng, week, 0.15, wobble=0.05)
    longer = (1 + 2.8 * since(WEEKS, DRIFT_BEGAN)).to_numpy()[week]
    minutes = chance.amounts(rng, week, 5 * longer, spread=0.6, wobble=0.05).round().clip(1)
    cases["downtime_minutes"] = (minutes * stopped).astype("int32")
    return chance.forget(rng, cases)


def survey() -> pd.DataFrame:
    """Return answers to "would you recommend us", from 0 to 10; a few skip the question."""
    rng = chance.dice("survey")
    week = chance.case_weeks(rng, 260, last=262)
    cases = pd.DataFrame({"date": chance.days(rng, week, open_days=7)})
    cases["product"] = _split(rng, week, {"starter": 0.35, "standard": 0.45, "premium": 0.20})
    cases["contact"] = _split(rng, week, {"order": 0.55, "support": 0.30, "invoice": 0.15})
    answers = rng.choice(np.arange(11), len(week), p=ANSWERS)
    cases["answer"] = pd.Series(answers, dtype="Int8").mask(rng.random(len(week)) < 0.04)
    return chance.forget(rng, cases)


def _split(rng: np.random.Generator, week: chance.Numbers, shares: chance.Shares) -> chance.Numbers:
    """Return a value for each case, with shares that stay the same but for the wobble of the weeks."""
    return chance.pick(rng, week, chance.weekly_shares(rng, shares))
