"""The scope of the review: which department to look into first, where in it, and with which questions.

Nothing is measured here. A department's priority is the sum of those of its shortlisted gaps, an area's likewise, so
each can be taken apart into the KPIs that make it up.
"""

import pandas as pd

from saypro_nb.agree.library import Causes
from saypro_nb.agree.settings import Catalogue

DEPARTMENTS = [
    "department", "rank", "priority", "share", "shortlisted", "worse", "unstable", "failing", "drifting", "unknown",
    "kpis", "first", "first_state", "first_share",
]  # fmt: skip
AREAS = ["department", "area", "kpis", "priority", "share", "looks_at"]
QUESTIONS = ["department", "kpi", "state", "step", "hypothesis", "family", "statement", "refuted_if", "area"]

STEPS = {
    "worse": "find_the_change",
    "unstable": "find_the_wobble",
    "failing": "redesign_or_retarget",
    "drifting": "act_before_it_crosses",
}
"""What a state asks week 2 to do first: look for what happened when the change began, for what differs between good
and bad weeks, for what the process would need (or whether the target is right), or for what to do before the target
is missed."""


def departments(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return a row per department, the one to look into first on top, with what its place rests on.

    ``priority`` is the sum over its shortlisted gaps and ``share`` its percentage of all departments'; then how many
    of its KPIs are in each shortlisted state, ``unknown`` how many can't be judged, and the ``first`` gap with its
    state and its percentage of the department's priority. `ranked` holds the gaps of all departments.
    """
    rows = [_department(str(name), gaps) for name, gaps in ranked.groupby("department", sort=False)]
    table = pd.DataFrame(rows, columns=DEPARTMENTS)
    table = table.sort_values(["priority", "worse", "department"], ascending=[False, False, True], ignore_index=True)
    total = table["priority"].sum()
    return table.assign(rank=range(1, len(table) + 1), share=100 * table["priority"] / total if total else 0.0)


def areas(ranked: pd.DataFrame, kpis: Catalogue) -> pd.DataFrame:
    """Return the areas of each department that hold its shortlisted gaps, the heaviest first.

    ``kpis`` is the list of their gaps, ``share`` the percentage of the department's priority, ``looks_at`` what a gap
    in the first of them usually points at. A KPI without a declared area is one by itself.
    """
    short = ranked[ranked["shortlisted"]]
    named = short.assign(area=[kpis[kpi].area or kpis[kpi].name for kpi in short["kpi"]])
    rows = [
        {
            "department": department,
            "area": area,
            "kpis": list(gaps["kpi"]),
            "priority": gaps["priority"].sum(),
            "looks_at": kpis[gaps["kpi"].iloc[0]].points_at,
        }
        for (department, area), gaps in named.groupby(["department", "area"], sort=False)
    ]
    table = pd.DataFrame(rows, columns=AREAS).astype({"priority": float})
    total = table.groupby("department")["priority"].transform("sum")
    table["share"] = (100 * table["priority"] / total.where(total > 0)).fillna(0.0)
    return table.sort_values(["department", "priority"], ascending=[True, False], kind="stable", ignore_index=True)


def questions(ranked: pd.DataFrame, kpis: Catalogue, causes: Causes) -> pd.DataFrame:
    """Return what week 2 is to look into: each shortlisted gap with its first ``step`` (see `STEPS`) and hypotheses.

    A gap has a row per hypothesis of the library that names it, and one without where none does.
    """
    rows = [
        {
            "department": gap["department"],
            "kpi": gap["kpi"],
            "state": gap["state"],
            "step": STEPS[gap["state"]],
            "area": kpis[gap["kpi"]].area,
            **known,
        }
        for gap in ranked[ranked["shortlisted"]].to_dict("records")
        for known in _hypotheses(gap["department"], gap["kpi"], causes)
    ]
    return pd.DataFrame(rows, columns=QUESTIONS)


def _department(name: str, gaps: pd.DataFrame) -> dict[str, object]:
    short = gaps[gaps["shortlisted"]].sort_values("priority", ascending=False)
    priority = short["priority"].sum()
    first = short.iloc[0] if len(short) else None
    return {
        "department": name,
        "priority": priority,
        "shortlisted": len(short),
        **{state: int((gaps["state"] == state).sum()) for state in STEPS},
        "unknown": int(gaps["state"].isin(["too_short", "missing"]).sum()),
        "kpis": len(gaps),
        "first": None if first is None else first["kpi"],
        "first_state": None if first is None else first["state"],
        "first_share": None if first is None or not priority else 100 * first["priority"] / priority,
    }


def _hypotheses(department: str, kpi: str, causes: Causes) -> list[dict[str, str | None]]:
    found: list[dict[str, str | None]] = [
        {"hypothesis": item.id, "family": item.family, "statement": item.statement, "refuted_if": item.refuted_if}
        for item in causes.hypotheses
        if item.department == department and kpi in item.kpis
    ]
    return found or [{}]
