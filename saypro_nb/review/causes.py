"""Causes: each shortlisted gap weighed against the five cause families, with every part of the evidence shown.

A score is a reason to look, never a proof. It adds up parts of 0 to 1: whether the library of hypotheses knows the
cause for this KPI, how large a share of employees and of team leaders point at the family, and how many of the
interview statements about the KPI do. Where in the records a gap sits is no part of it: a segment says where, not why.
"""

from collections.abc import Sequence

import pandas as pd

from saypro_nb.agree.schema import Causes, Family, Hypothesis

THEMES: dict[str, Family] = {
    "process": "processes",
    "resources": "resources",
    "people": "training",
    "goals": "alignment",
}
"""The cause family that an interview theme speaks for; external factors and suggestions speak for none."""

PARTS = ["known", "employees", "leaders", "interviews"]
COLUMNS = ["department", "kpi", "family", "hypothesis", "statement", "refuted_if", *PARTS, "score"]


def weigh(ranked: pd.DataFrame, said: pd.DataFrame, interviews: pd.DataFrame, causes: Causes) -> pd.DataFrame:
    """Return one row per shortlisted gap and cause family, gaps in their order and the likeliest family first.

    `ranked` is the outcome of `gaps.rank`, `said` that of `voices.families`.
    """
    weighed = [_weigh(gap, said, interviews, causes) for _, gap in ranked[ranked["shortlisted"]].iterrows()]
    return pd.concat(weighed, ignore_index=True) if weighed else pd.DataFrame(columns=COLUMNS)


def _weigh(gap: pd.Series, said: pd.DataFrame, interviews: pd.DataFrame, causes: Causes) -> pd.DataFrame:
    statements = interviews[interviews["kpi"] == gap["kpi"]]
    rows = [
        {
            "department": gap["department"],
            "kpi": gap["kpi"],
            "family": family,
            **_hypothesis(gap, family, causes.hypotheses),
            "employees": _share(said, "employee", family),
            "leaders": _share(said, "team_leader", family),
            "interviews": _spoken(statements, family),
        }
        for family in causes.families
    ]
    weighed = pd.DataFrame(rows)
    weighed["score"] = weighed[PARTS].sum(axis=1)
    return weighed.sort_values("score", ascending=False, kind="stable")[COLUMNS]


def _hypothesis(gap: pd.Series, family: Family, library: Sequence[Hypothesis]) -> dict[str, object]:
    of_family = [item for item in library if (item.department, item.family) == (gap["department"], family)]
    known = [item for item in of_family if gap["kpi"] in item.kpis]
    if not known:
        return {"hypothesis": None, "statement": None, "refuted_if": None, "known": 0.0}
    first = known[0]
    return {"hypothesis": first.id, "statement": first.statement, "refuted_if": first.refuted_if, "known": 1.0}


def _share(said: pd.DataFrame, form: str, family: Family) -> float:
    """Return the share of forms that point at the family; missing where it is hidden, not asked or nobody answered."""
    row = said[(said["form"] == form) & (said["family"] == family) & (said["said"] != "not asked")]
    return float(row["share"].iloc[0]) if len(row) else float("nan")


def _spoken(statements: pd.DataFrame, family: Family) -> float:
    """Return the share of the interview statements that speak for the family; missing where there are none."""
    return float((statements["theme"].map(THEMES) == family).mean()) if len(statements) else float("nan")
