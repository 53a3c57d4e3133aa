"""Feedback on changes: whether fewer people point at an action's cause after it than before.

The forms of the half year before an action began are held against those since it was completed, or, while it runs,
against those since it began. A form points at a cause family by its strongest tick or closed answer (see `voices`):
what everybody was asked, before and after alike. Own words don't count here, for who writes any is chance. Employees
and team leaders are kept apart, and where either side has fewer than five forms nothing is shown.

The change is the difference of two shares, with Newcombe's interval (hybrid score, method 10: R. G. Newcombe,
Statistics in Medicine 17, 1998), made of the two shares' 95 % Wilson intervals. A form that points only weakly counts
less than one; a share of such marks varies less than one of whole forms, so the interval is on the careful side.
Different people may have answered before and after, and who fills in a form is nobody's sample: a change is a reason
to ask, not an effect.
"""

import datetime
from typing import Any, Literal

import pandas as pd

from saypro_nb.agree.library import Causes
from saypro_nb.agree.plans import Action
from saypro_nb.review import voices

Says = Literal["fewer", "more", "can't tell", "too few", "not asked"]

LOOK = pd.DateOffset(months=6)  # what was written earlier, or later, is about other times
CONFIDENCE = 0.95
COLUMNS = [
    "id", "family", "driven", "form", "forms_before", "before", "forms_after", "after", "change", "low", "high", "says",
]  # fmt: skip


def sides(action: Action, feedback: pd.DataFrame, today: datetime.date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the forms of the half year before the action, and those after it (while it runs: since it began)."""
    start = pd.Timestamp(action.start)
    since = pd.Timestamp(action.end) + pd.Timedelta(days=1) if action.status == "completed" else start
    until = min(pd.Timestamp(today), since + LOOK)
    day = feedback["date"]
    return feedback[(day < start) & (day >= start - LOOK)], feedback[(day >= since) & (day <= until)]


def around(action: Action, feedback: pd.DataFrame, causes: Causes, today: datetime.date) -> pd.DataFrame:
    """Return how the share of forms that point at the action's cause family has changed, a row per kind of form.

    ``before`` and ``after`` are shares, ``change`` their difference with its 95 % interval: below zero means that
    fewer point at it. ``says`` is fewer or more where the interval leaves zero out, else can't tell; too few where a
    side has fewer than five forms (its share is missing then), and not asked where no question of the form is about
    the family. ``driven`` tells whether people had spoken for it before the action began, by the rule of
    `triangulation`. `feedback` is the department's.
    """
    counted = [voices.families(forms, causes) for forms in sides(action, feedback, today)]
    before, after = (table[table["family"] == action.family].set_index("form") for table in counted)
    facts = {"id": action.id, "family": action.family, "driven": bool((before["said"] == "yes").any())}
    rows = [facts | {"form": form, **_change(before, after, form)} for form in voices.FORMS]
    return pd.DataFrame([row for row in rows if row["forms_before"] or row["forms_after"]], columns=COLUMNS)


def _change(before: pd.DataFrame, after: pd.DataFrame, form: str) -> dict[str, Any]:
    then, now = _said(before, form), _said(after, form)
    counts = {"forms_before": int(then["forms"]), "forms_after": int(now["forms"])}
    if "not asked" in (then["said"], now["said"]):
        return counts | {"says": "not asked"}
    shares = {"before": then["share"], "after": now["share"]}
    if "hidden" in (then["said"], now["said"]):
        return counts | shares | {"says": "too few"}
    low, high = newcombe((now["share"], counts["forms_after"]), (then["share"], counts["forms_before"]))
    says: Says = "fewer" if high < 0 else "more" if low > 0 else "can't tell"
    return counts | shares | {"change": now["share"] - then["share"], "low": low, "high": high, "says": says}


def _said(counted: pd.DataFrame, form: str) -> dict[Any, Any]:
    if form in counted.index:
        return counted.loc[form].to_dict()
    return {"forms": 0, "share": float("nan"), "said": "hidden"}


def newcombe(now: tuple[float, int], then: tuple[float, int]) -> tuple[float, float]:
    """Return the 95 % interval of the difference of two shares, `now` less `then`, each with its count."""
    (low_now, high_now), (low_then, high_then) = (voices.wilson(*side, confidence=CONFIDENCE) for side in (now, then))
    difference = now[0] - then[0]
    below = ((now[0] - low_now) ** 2 + (high_then - then[0]) ** 2) ** 0.5
    above = ((high_now - now[0]) ** 2 + (then[0] - low_then) ** 2) ** 0.5
    return difference - below, difference + above
