"""Recommendations: what the library offers against each gap, the best first, and why.

The order is by evidence for the cause, then by fit, then by what is expected for the effort. What was tried or
declined for the same gap stays in the table, with the reason why it isn't proposed again. An expected effect is the
library's rough guess; only `effects` of past actions would know.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from saypro_nb.agree.decisions import Verdict
from saypro_nb.agree.library import Recommendation
from saypro_nb.agree.plans import Action

CLOSED = ("completed", "declined")
TRIED = {"declined": "declined before", "completed": "done before"}
EFFORT = {"low": 1, "medium": 2, "high": 4}  # beside the daily work, planned time, a project: each about twice as much
SHARE = {"small": 0.25, "medium": 0.5, "large": 0.75}  # of the gap: a small part, about half, most of it
_WORKED_ON = "an action works on this cause already"
_WAITS = "an action against this cause waits for a decision"
_EVIDENCE = {
    "data": "records and drivers",
    "known": "the library of hypotheses",
    "employees": "employees",
    "leaders": "team leaders",
    "interviews": "interviews",
}

Verdicts = Mapping[tuple[str, str], Verdict]
"""What meetings decided, by KPI and cause family."""

COLUMNS = [
    "department", "kpi", "family", "score", "verdict", "recommendation", "kind", "description", "effort", "effect",
    "expected", "weeks", "budget", "resources", "place", "why", "not_proposed", "proposed",
]  # fmt: skip


def rank(
    weighed: pd.DataFrame,
    library: Sequence[Recommendation],
    decided: Sequence[Action],
    verdicts: Verdicts | None = None,
    measured: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return every recommendation that fits a gap and a cause with evidence, gaps in their order, the best first.

    `weighed` is the outcome of `causes.weigh`, `measured` that of `gaps.measure`. ``place`` counts within the gap from
    1, ``expected`` is the part of the gap that is expected to close, in the KPI's unit; ``not_proposed`` says why a
    recommendation is left out, and is empty otherwise. One recommendation per gap is ``proposed``: the first that is
    free, and each only for the first gap that it answers, also where that was decided in an earlier review.
    """
    gaps = {} if measured is None else measured.set_index("kpi")["gap"].to_dict()
    rows = [
        _row(cause, item, decided, verdicts or {}, gaps.get(cause["kpi"], float("nan")))
        for cause in weighed.to_dict("records")
        for item in library
        if _fits(item, cause) and _has_evidence(cause, verdicts or {})
    ]
    order = {kpi: place for place, kpi in enumerate(dict.fromkeys(weighed["kpi"]))}
    rows.sort(key=lambda row: (order[row["kpi"]], *row.pop("preference")))
    return _proposed(pd.DataFrame(rows, columns=[name for name in COLUMNS if name not in ("place", "proposed")]))


def _row(
    cause: Mapping[Any, Any], item: Recommendation, decided: Sequence[Action], verdicts: Verdicts, gap: float
) -> dict[str, Any]:
    verdict = verdicts.get((cause["kpi"], cause["family"]), "open")
    return {
        **{name: cause[name] for name in ("department", "kpi", "family", "score")},
        "verdict": verdict,
        "recommendation": item.id,
        "kind": item.kind,
        "description": item.description,
        "effort": item.effort,
        "effect": item.effect,
        "expected": SHARE[item.effect] * gap if gap > 0 else float("nan"),
        "weeks": item.weeks,
        "budget": item.budget,
        "resources": item.resources,
        "why": _why(cause, item, verdict),
        "not_proposed": _not_proposed(cause, item, decided, verdict),
        "preference": (
            verdict != "confirmed",
            -cause["score"],
            not item.departments,
            -SHARE[item.effect] / EFFORT[item.effort],
            item.budget,
        ),
    }


def _fits(item: Recommendation, cause: Mapping[Any, Any]) -> bool:
    return item.family == cause["family"] and (not item.departments or cause["department"] in item.departments)


def _has_evidence(cause: Mapping[Any, Any], verdicts: Verdicts) -> bool:
    return bool(cause["score"] > 0) or verdicts.get((cause["kpi"], cause["family"])) == "confirmed"


def _why(cause: Mapping[Any, Any], item: Recommendation, verdict: Verdict) -> str:
    """Return the reasons for the recommendation, in words."""
    evidence = [words for part, words in _EVIDENCE.items() if part in cause and cause[part] > 0]
    reasons = [
        "The meeting has confirmed the cause" if verdict == "confirmed" else "",
        f"The cause has evidence from {', '.join(evidence)} (score {cause['score']:.2f})" if evidence else "",
        "made for this department" if item.departments else "open to every department",
        f"{item.effort} effort for a {item.effect} effect",
    ]
    return "; ".join(reason for reason in reasons if reason)


def _not_proposed(cause: Mapping[Any, Any], item: Recommendation, decided: Sequence[Action], verdict: Verdict) -> str:
    """Return why the recommendation is not proposed for this gap now, or nothing."""
    if verdict == "rejected":
        return "the meeting has rejected this cause"
    here = [action for action in decided if action.kpi == cause["kpi"]]
    working = [action for action in here if action.family == cause["family"] and action.status not in CLOSED]
    if working:
        begun = next((action for action in working if action.status != "proposed"), None)
        return f"{_WORKED_ON} ({begun.id})" if begun else f"{_WAITS} ({working[0].id})"
    same = [action for action in here if action.recommendation == item.id]
    if same:
        return f"{TRIED.get(same[-1].status, 'planned already')} ({same[-1].id})"
    elsewhere = [action for action in decided if action.recommendation == item.id and action.status not in CLOSED]
    return f"planned against another gap ({elsewhere[0].id})" if elsewhere else ""


def _proposed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with their place within the gap, and which of them are proposed.

    A gap whose likeliest cause is being worked on waits for that.
    """
    chosen: dict[str, str] = {}
    settled: set[str] = set()
    marks = []
    for row in rows.to_dict("records"):
        if row["not_proposed"].startswith((_WORKED_ON, _WAITS)):
            settled.add(row["kpi"])
        free = not row["not_proposed"] and row["kpi"] not in settled | {*chosen}
        marks.append(free and row["recommendation"] not in chosen.values())
        if marks[-1]:
            chosen[row["kpi"]] = row["recommendation"]
    place = rows.groupby("kpi", sort=False).cumcount() + 1
    return rows.assign(place=place, proposed=pd.Series(marks, rows.index, dtype=bool))[COLUMNS]
