"""The crosscheck: what people say of a KPI or an area, against what its figures say.

Neither side is taken for the truth. Agreement is a reason to go on, a contradiction a reason to ask again: people may
know what no figure shows, or explain their own gap by somebody else's work. So a statement is kept with the department
it comes from, and with that department's own gaps.

    agree          both see trouble, or both see none
    contradict     people speak of trouble that the figures don't show, or of none where they show some
    data only      the figures show trouble, and nobody speaks of it
    people only    people speak, and the figures can't be judged
    mixed          people disagree among themselves
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from saypro_nb.agree.library import Causes
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.gaps import SHORTLISTED

Gap = Mapping[Any, Any]  # a row of `gaps.rank`

FIGURES = dict.fromkeys(SHORTLISTED, "trouble") | {
    "steady": "sound", "by_chance": "sound", "better": "sound", "watch": "unclear", "untested": "sound",
    "too_short": "unknown", "missing": "unknown",
}  # fmt: skip
"""What a gap's state says, in one word."""

BY_KPI = [
    "department", "kpi", "speaker", "own", "statements", "themes", "said", "state", "figures", "verdict", "at_home",
]  # fmt: skip
BY_AREA = ["department", "area", "kpis", "figures", "interviews", "families", "employees", "leaders", "verdict"]


def by_kpi(interviews: pd.DataFrame, ranked: pd.DataFrame) -> pd.DataFrame:
    """Return a row per KPI in `ranked` and department that speaks of it, and one for trouble that nobody speaks of.

    ``own`` tells whether the speakers own the KPI; ``themes`` are theirs, the most frequent first; ``said`` is
    trouble, sound or mixed; ``figures`` is trouble, sound, unclear or unknown by the KPI's ``state``. ``at_home``
    lists the speaker's own gaps on the shortlist, the most urgent first, where it speaks of another's KPI: a
    contradiction with some of these asks whether the cause lies nearer home.

    `interviews` has ``view``: problem or fine, empty where a statement only names a theme, which counts as a problem
    unless it is a suggestion. `ranked` may hold the gaps of several departments; a statement about a KPI that it
    doesn't hold is left out.
    """
    about = interviews.dropna(subset="kpi").assign(says=_says).dropna(subset="says")
    rows = [row for gap in ranked.to_dict("records") for row in _of_kpi(gap, about, ranked)]
    return pd.DataFrame(rows, columns=BY_KPI)


def by_area(
    interviews: pd.DataFrame, ranked: pd.DataFrame, forms: pd.DataFrame, kpis: Catalogue, causes: Causes
) -> pd.DataFrame:
    """Return a row per area of the department's KPIs: what figures, interviews and forms say of it.

    ``figures`` is trouble where one of its ``kpis`` is in trouble; ``interviews`` what all statements about them say.
    Forms don't name KPIs: ``families`` are the cause families that the library links with the area's KPIs, and
    ``employees`` and ``leaders`` are yes, no or unclear by the family that most point at (see `voices.families`);
    hidden groups and families that a form doesn't ask about are no answer. They count for the verdict only where there
    is trouble to explain: what they point at may as well be another area's. `ranked` and `forms` are one department's.
    """
    named = ranked.assign(area=[kpis[kpi].area or kpis[kpi].name for kpi in ranked["kpi"]])
    spoken = interviews.dropna(subset="kpi").assign(says=_says).dropna(subset="says")
    rows = [_of_area(str(area), gaps, spoken, forms, causes) for area, gaps in named.groupby("area", sort=False)]
    return pd.DataFrame(rows, columns=BY_AREA)


def _says(interviews: pd.DataFrame) -> pd.Series:
    coded = interviews["view"].map({"problem": "trouble", "fine": "sound"})
    return coded.where(coded.notna() | (interviews["theme"] == "suggestion"), "trouble")


def _of_kpi(gap: Gap, about: pd.DataFrame, ranked: pd.DataFrame) -> list[dict[str, object]]:
    """Return a row per department that speaks of the gap; one that owns the KPI too speaks of its own only."""
    owners = ranked.loc[ranked["kpi"] == gap["kpi"], "department"]
    others = (about["department"] == gap["department"]) | ~about["department"].isin(owners)
    spoken = about[(about["kpi"] == gap["kpi"]) & others]
    known = {name: gap[name] for name in ("department", "kpi", "state")} | {"figures": FIGURES[gap["state"]]}
    if spoken.empty and gap["shortlisted"]:
        return [known | {"own": False, "statements": 0, "themes": [], "verdict": "data only", "at_home": []}]
    return [known | _of_speaker(gap, str(speaker), said, ranked) for speaker, said in spoken.groupby("department")]


def _of_speaker(gap: Gap, speaker: str, said: pd.DataFrame, ranked: pd.DataFrame) -> dict[str, object]:
    own = speaker == gap["department"]
    home = ranked[(ranked["department"] == speaker) & ranked["shortlisted"]]
    heard = _heard(said["says"])
    return {
        "speaker": speaker,
        "own": own,
        "statements": len(said),
        "themes": list(said["theme"].value_counts().index),
        "said": heard,
        "verdict": _verdict(heard, FIGURES[gap["state"]]),
        "at_home": [] if own else list(home["kpi"]),
    }


def _of_area(
    area: str, gaps: pd.DataFrame, spoken: pd.DataFrame, forms: pd.DataFrame, causes: Causes
) -> dict[str, object]:
    department, owned = gaps["department"].iloc[0], set(gaps["kpi"])
    known = [item for item in causes.hypotheses if item.department == department and owned & set(item.kpis)]
    families = list(dict.fromkeys(item.family for item in known))
    heard = _heard(spoken.loc[spoken["kpi"].isin(owned), "says"])
    employees, leaders = (_answer(forms, form, families) for form in ("employee", "team_leader"))
    figures = _worst(FIGURES[state] for state in gaps["state"])
    pointed = {"yes": "trouble", "no": "sound"}
    told = [employees, leaders] if figures == "trouble" else []  # a family may have any cause where all is sound
    voices = [heard, *(pointed.get(answer or "") for answer in told)]
    return {
        "department": department,
        "area": area,
        "kpis": list(gaps["kpi"]),
        "figures": figures,
        "interviews": heard,
        "families": families,
        "employees": employees,
        "leaders": leaders,
        "verdict": _verdict(_heard(pd.Series([voice for voice in voices if voice], dtype="str")), figures),
    }


def _heard(says: pd.Series) -> str | None:
    """Return what several statements say together; None where there are none."""
    said = set(says)
    return "mixed" if len(said) > 1 else next(iter(said), None)


def _worst(figures: Iterable[str]) -> str:
    found = set(figures)
    return next(word for word in ("trouble", "unclear", "sound", "unknown") if word in found)


def _answer(forms: pd.DataFrame, form: str, families: Sequence[str]) -> str | None:
    answers = forms[
        (forms["form"] == form) & forms["family"].isin(families) & forms["said"].isin(["yes", "no", "unclear"])
    ]
    return None if answers.empty else str(answers.sort_values("share")["said"].iloc[-1])


def _verdict(said: str | None, figures: str) -> str | None:
    """Return how both sides fit; None where nobody speaks and the figures show no trouble."""
    if said is None:
        return "data only" if figures == "trouble" else None
    if said == "mixed":
        return "mixed"
    if figures in ("unknown", "unclear"):
        return "people only"
    return "agree" if said == figures else "contradict"
