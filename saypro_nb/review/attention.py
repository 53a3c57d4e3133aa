"""Attention: the calibrated evidence of all KPIs of the organisation, judged together, week by week.

`alarm` asks of one KPI how surprising its weeks are. Here every weekly KPI is asked, and the KPIs of a week are
judged as one family, whichever department owns them: with forty KPIs, two would look alarming in any week by chance
alone, and no department could know that from its own. A KPI that can't be asked (measured monthly, too young, never
varying) is left to its process-behaviour chart, and says why.
"""

import numpy as np
import pandas as pd

from saypro_nb.agree.schema import Kpi
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import alarm
from saypro_nb.review.signals import SERIES

MONITORED = 26  # the last half year is watched; what is older is what the KPI is used to
FEWEST_MONITORED = 13  # with fewer, a change of last month would already count as usual
LONG = 52  # baseline weeks: a year before anything else, if there are as many

WEEKLY = [*SERIES, "period", "season", "without_season", "p", "p_better", "kind", "direction", "score", "reason"]
LATEST = [
    *SERIES, "evidence", "fallback", "p", "p_adjusted", "kind", "direction", "alarm", "watch", "improved",
    "flagged", "or_earlier",
]  # fmt: skip


def weigh(values: pd.DataFrame, kpis: Catalogue) -> pd.DataFrame:
    """Return the evidence of every KPI, one row per department, KPI and period with a value.

    ``season`` is what the time of the year and the month ends add, in the KPI's unit; ``without_season`` the value
    less it, its sign turned where lower is better. ``p`` and ``p_better`` are how often chance alone looks as bad and
    as good, missing in the weeks before monitoring and where ``reason`` says why the KPI can't be judged; the rest is
    as in `alarm.evidence`.
    """
    found = [
        _weigh(rows, kpis[str(name[1])]).assign(department=str(name[0]), kpi=str(name[1]))
        for name, rows in values.groupby(SERIES, sort=False)
    ]
    found = [table for table in found if len(table)]
    return pd.concat(found, ignore_index=True)[WEEKLY] if found else pd.DataFrame(columns=WEEKLY)


def judge(weekly: pd.DataFrame) -> pd.DataFrame:
    """Return `weekly` with ``p_adjusted``, ``alarm``, ``watch`` and ``improved``, all KPIs of a period together."""
    bad = alarm.shortlist(weekly)
    good = alarm.shortlist(weekly.assign(p=weekly["p_better"]))
    adjusted = weekly.groupby("period")["p"].transform(lambda p: alarm.adjust(p.to_numpy(dtype=float)))
    return bad.assign(p_adjusted=adjusted, improved=good["alarm"])


def latest(judged: pd.DataFrame) -> pd.DataFrame:
    """Return the last period's evidence of each KPI, one row per department and KPI.

    ``evidence`` is calibrated or chart, the latter with the reason as ``fallback``; ``flagged`` is the first period of
    what was found: the week of a single bad one, the likeliest first week of a lost level, or the first week in which
    a wider spread was on watch; missing where nothing was. ``or_earlier`` tells that it is the first watched week.
    """
    rows = [_latest(rows) for _, rows in judged.groupby(SERIES, sort=False)]
    return pd.DataFrame(rows, columns=LATEST).astype({"flagged": "datetime64[s]"})


def with_season(values: pd.DataFrame, weekly: pd.DataFrame) -> pd.DataFrame:
    """Return `values` with the ``season`` of each period; in a period without a value, that between its neighbours."""
    known = weekly[[*SERIES, "period", "season"]].astype({"period": values["period"].dtype, "season": float})
    joined = values.merge(known, how="left", on=[*SERIES, "period"]).set_axis(values.index)
    between = joined.groupby(SERIES)["season"].transform(lambda season: season.interpolate(limit_direction="both"))
    return joined.assign(season=between.fillna(0.0))


def onset(level: pd.Series, watched: int) -> pd.Timestamp:
    """Return the likeliest first period of a fall in `level` (indexed by period), among the last `watched` ones.

    The border between two levels that leaves least variation within either, as many periods before watching taken
    with it (D. M. Hawkins, "Testing a sequence of observations for a shift in location", JASA 72, 1977).
    """
    recent = level.iloc[-2 * watched :]
    value, count = recent.to_numpy(dtype=float), np.arange(1, len(recent))
    before = np.cumsum(value)[:-1] / count
    after = np.cumsum(value[::-1])[::-1][1:] / (len(recent) - count)
    explained = count * (len(recent) - count) * np.clip(before - after, 0, None) ** 2
    first = len(recent) - watched
    return pd.DatetimeIndex(recent.index)[first + int(explained[first - 1 :].argmax())]


def _weigh(rows: pd.DataFrame, kpi: Kpi) -> pd.DataFrame:
    known = _since_rebase(rows, kpi).dropna(subset="value").set_index("period")
    reason = _reason(len(known), kpi)
    if reason or kpi.better == "neither":
        return _left_to_chart(known, reason)
    begins = known.index[len(known) - _monitored(len(known))]
    found = alarm.examine(known["value"], kpi.better, begins, known.get("denominator"))
    season = found.season.rename("season").rename_axis("period").reset_index()
    level = (known["value"] - found.season) * (1 if kpi.better == "higher" else -1)
    season["without_season"] = level.to_numpy()
    reason = found.weekly["reason"].dropna().min()
    together = season.merge(found.weekly.rename_axis("period").drop(columns="reason"), how="left", on="period")
    return together.reindex(columns=WEEKLY[2:]).assign(reason=None if pd.isna(reason) else reason)


def _since_rebase(rows: pd.DataFrame, kpi: Kpi) -> pd.DataFrame:
    begun = [pd.Timestamp(rebase.date) for rebase in kpi.rebase if pd.Timestamp(rebase.date) <= rows["period"].max()]
    return rows[rows["period"] >= begun[-1]] if begun else rows


def _reason(count: int, kpi: Kpi) -> str | None:
    if kpi.every != "week":
        return f"it is measured every {kpi.every}, and the weekly evidence needs weeks"
    if kpi.better == "neither":
        return "neither direction is better"
    if count < alarm.FEWEST + FEWEST_MONITORED:
        rebased = " since the rebase" if kpi.rebase else ""
        return f"{count} weeks of values{rebased}; the weekly evidence needs {alarm.FEWEST + FEWEST_MONITORED}"
    return None


def _monitored(count: int) -> int:
    """Return how many of `count` weeks are watched: a quarter of a year, and up to half a year after the first one."""
    return min(max(count - LONG, FEWEST_MONITORED), MONITORED)


def _left_to_chart(known: pd.DataFrame, reason: str | None) -> pd.DataFrame:
    rows = pd.DataFrame({"period": known.index}).reindex(columns=WEEKLY[2:])
    numbers = ["without_season", "p", "p_better", "score"]
    return rows.astype(dict.fromkeys(numbers, float)).assign(season=0.0, reason=reason)


def _latest(rows: pd.DataFrame) -> dict[str, object]:
    last = rows.iloc[-1]
    calibrated = not pd.isna(last["p"])
    monitored = rows.dropna(subset="p").set_index("period")
    flagged = _flagged(monitored, rows.set_index("period")["without_season"]) if calibrated else None
    return {
        **last[[*SERIES, "p", "p_adjusted", "kind", "direction", "alarm", "watch", "improved"]],
        "evidence": "calibrated" if calibrated else "chart",
        "fallback": None if calibrated else last["reason"],
        "flagged": flagged,
        "or_earlier": flagged is not None and flagged == monitored.index[0],
    }


def _flagged(monitored: pd.DataFrame, level: pd.Series) -> pd.Timestamp | None:
    last = monitored.iloc[-1]
    if last["improved"]:
        return onset(-level, len(monitored))
    if not last["watch"]:
        return None
    if last["kind"] == "level":
        return onset(level, len(monitored))
    weeks = pd.DatetimeIndex(monitored.index)
    lasting = 1 if last["kind"] == "single week" else int(monitored["watch"][::-1].cumprod().sum())
    return weeks[-lasting]
