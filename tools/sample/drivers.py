"""Weekly drivers of customer support: one that moves resolution time two weeks later, and three that don't."""

import pandas as pd

from sample import chance
from sample.weeks import ABSENCE_ROSE, WEEKS, begun

LAG = 2
USUAL_ABSENCE = 6.0  # percent of the planned shifts


def absence() -> pd.Series:
    """Return the share of planned shifts without a person, in percent, from two weeks before the first one on."""
    weeks = pd.date_range(WEEKS[0] - pd.Timedelta(weeks=LAG), WEEKS[-1], freq="W-MON")
    usual = USUAL_ABSENCE + chance.noise(chance.dice("absence"), len(weeks), sd=1.0, ar=0.5)
    return (usual + 3.6 * begun(weeks, ABSENCE_ROSE)).clip(lower=1).round(1)


def absence_that_acts() -> pd.Series:
    """Return for each week the absence that shows in its resolution time: that of two weeks earlier."""
    return absence().shift(LAG).reindex(WEEKS)


def make() -> pd.DataFrame:
    """Return the table of drivers."""
    rng = chance.dice("drivers")
    columns = {
        "agent_absence": absence().reindex(WEEKS),
        "training_hours": (40 + chance.noise(rng, len(WEEKS), sd=8, ar=0.3)).round(),
        "software_releases": rng.poisson(3, len(WEEKS)),
        "campaign_mails": (12000 + chance.noise(rng, len(WEEKS), sd=1500, ar=0.4)).round(),
    }
    wide = pd.DataFrame(columns, index=WEEKS).rename_axis("period")
    long = wide.reset_index().melt("period", var_name="driver").assign(department="customer_support")
    return long[["department", "driver", "period", "value"]]
