"""Causes: each shortlisted gap weighed against the five cause families, with every part of the evidence shown.

A score is a reason to look, never a proof. It adds up three parts: how much of the change is carried by what measures
the family (0 to 1); how large a share of people point at it (0 to 1, the mean over employees, team leaders and the
interview statements about the KPI, as far as they were asked); and a half if the library of hypotheses knows the cause
for this KPI, which is where to start and no evidence. What the meeting rejected, and what data and people rule out,
scores nothing; what it confirmed comes first.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from saypro_nb.agree.decisions import Verdict
from saypro_nb.agree.library import Causes, Hypothesis
from saypro_nb.agree.schema import Family
from saypro_nb.review import triangulation
from saypro_nb.review.voices import Heard

KNOWN = 0.5  # of the library: less than half of a team pointing at the cause
PEOPLE = ["employees", "leaders", "interviews"]
PARTS = ["data", *PEOPLE, "known"]
COLUMNS = [
    "department", "kpi", "family", "hypothesis", "statement", "refuted_if", *PARTS, "score",
    "data_say", "people_say", "verdict", "decision", "decided_by", "decided_on", "reason",
]  # fmt: skip


@dataclass(frozen=True)
class Decided:
    """What the meeting decided about a family as the cause of a gap, with the library's `hypothesis`, if it has one."""

    kpi: str
    family: Family
    hypothesis: str | None
    verdict: Verdict
    who: str
    on: datetime.date
    why: str


def weigh(
    ranked: pd.DataFrame,
    heard: Heard,
    measured: Mapping[str, pd.DataFrame],
    causes: Causes,
    decided: Sequence[Decided] = (),
) -> pd.DataFrame:
    """Return one row per shortlisted gap and cause family, gaps in their order and the likeliest family first.

    `ranked` is the outcome of `gaps.rank`, `measured` per KPI that of `triangulation.measure`.

    Returns
    -------
    pandas.DataFrame
        The parts of the ``score``; ``data_say``, ``people_say`` and their ``verdict`` (see `triangulation`);
        ``decision`` (confirmed, rejected or open) with ``decided_by``, ``decided_on`` and ``reason`` where the
        meeting has spoken. Missing parts were not measured, not asked or are hidden; they count nothing.
    """
    nothing = pd.DataFrame(columns=triangulation.MEASURED)
    weighed = [
        _weigh(gap, heard, measured.get(gap["kpi"], nothing), causes, decided)
        for _, gap in ranked[ranked["shortlisted"]].iterrows()
    ]
    return pd.concat(weighed, ignore_index=True) if weighed else pd.DataFrame(columns=COLUMNS)


def undecided(weighed: pd.DataFrame, verdicts: Mapping[tuple[str, str], Verdict]) -> pd.DataFrame:
    """Return the causes that have evidence, and that no meeting has confirmed or rejected by its latest `verdicts`."""
    settled = [
        verdicts.get((kpi, family)) in ("confirmed", "rejected")
        for kpi, family in zip(weighed["kpi"], weighed["family"], strict=True)
    ]
    return weighed[(weighed["score"] > 0) & ~pd.Series(settled, weighed.index, dtype=bool)]


def _weigh(
    gap: pd.Series, heard: Heard, measured: pd.DataFrame, causes: Causes, decided: Sequence[Decided]
) -> pd.DataFrame:
    rows = [
        {
            "department": gap["department"],
            "kpi": gap["kpi"],
            **_hypothesis(gap, family, causes.hypotheses, decided),
            **_of_family(gap["kpi"], family, heard, measured),
        }
        for family in causes.families
    ]
    weighed = pd.DataFrame(rows)
    confirmed, rejected = (weighed["decision"] == word for word in ("confirmed", "rejected"))
    counts = confirmed | ~(rejected | (weighed["verdict"] == "ruled out"))
    people = weighed[PEOPLE].astype(float).mean(axis=1)
    weighed["score"] = weighed[["data", "known"]].assign(people=people).sum(axis=1).where(counts, 0.0)
    order = weighed.assign(first=confirmed).sort_values(["first", "score"], ascending=False, kind="stable")
    return order[COLUMNS]


def _of_family(kpi: str, family: Family, heard: Heard, measured: pd.DataFrame) -> dict[str, object]:
    data, people = triangulation.data_say(measured, family), triangulation.people_say(heard, kpi, family)
    return {
        "family": family,
        "data": _carried(measured, family),
        "employees": _share(heard, "employee", family),
        "leaders": _share(heard, "team_leader", family),
        "interviews": _spoken(heard.about(kpi), family),
        "data_say": data,
        "people_say": people,
        "verdict": triangulation.verdict(data, people),
    }


def _hypothesis(
    gap: pd.Series, family: Family, library: Sequence[Hypothesis], decided: Sequence[Decided]
) -> dict[str, object]:
    """Return the library's hypothesis for the gap and family, that which was decided on first, and the decision."""
    spoken = next((one for one in decided if (one.kpi, one.family) == (gap["kpi"], family)), None)
    known = [
        item
        for item in library
        if (item.department, item.family) == (gap["department"], family) and gap["kpi"] in item.kpis
    ]
    known.sort(key=lambda item: spoken is None or item.id != spoken.hypothesis)
    item = known[0] if known else None
    return {
        "hypothesis": item.id if item else None,
        "statement": item.statement if item else None,
        "refuted_if": item.refuted_if if item else None,
        "known": KNOWN if item else 0.0,
        "decision": spoken.verdict if spoken else None,
        "decided_by": spoken.who if spoken else None,
        "decided_on": spoken.on if spoken else None,
        "reason": spoken.why if spoken else None,
    }


def _carried(measured: pd.DataFrame, family: Family) -> float:
    """Return the largest share of the change, 0 to 1, that something which measures the family carries."""
    rows = measured[measured["family"] == family]
    if rows.empty:
        return float("nan")
    return float(rows["share"].astype(float).clip(0, 1).max()) if (rows["says"] == "yes").any() else 0.0


def _share(heard: Heard, form: str, family: Family) -> float:
    """Return the share of forms that point at the family; missing where it is hidden, not asked or nobody answered."""
    said = heard.of_family(family)
    row = said[(said["form"] == form) & (said["said"] != "not asked")]
    return float(row["share"].iloc[0]) if len(row) else float("nan")


def _spoken(about: pd.DataFrame, family: Family) -> float:
    """Return the share of the interview statements that speak for the family; missing where there are none."""
    if about.empty:
        return float("nan")
    return float(about["families"].str.split(";").map(lambda named: family in named).mean())
