"""Themes: what comes back in the forms of a department, with counts, quotes and suggestions.

Employees and team leaders have themes of their own and are never mixed. A form mentions a theme by a ticked challenge,
a closed answer, or a sentence that was read as pointing there. Of a group of fewer than five forms nothing is shown:
no count, no quote, no suggestion.
"""

import re
from collections.abc import Iterable, Mapping, Set

import pandas as pd

from saypro_nb.agree.schema import Form
from saypro_nb.review import quotes, statements, voices
from saypro_nb.review.statements import NO_CAUSE, Reader

# A question that says itself what its answer is about; the answer counts there whatever its words.
ASKED = {"tools_which": "processes", "training_what": "training", "resources_what": "resources"}
# What the interviewer coded decides where the statement itself is unclear; "people", "external" and the like name none.
CODED = {"process": "processes", "resources": "resources", "goals": "alignment"}
TEXTS = (
    *("challenges_other", "details", "gaps_seen", *ASKED, "support_more", "collaboration_why", "leadership_what"),
    *("suggestions", "self_reason"),
)
SUGGESTIONS = "suggestions"
LEADS = re.compile(r"\b(head|lead|leader|director|chief|supervisor|foreman|forewoman)\b", re.IGNORECASE)
QUOTES = 3

# The themes of each form: marks, cause families of its sentences as "says:", word families as "speaks of:".
THEMES: Mapping[Form, Mapping[str, Set[str]]] = {
    "employee": {
        "process": {"tools_hinder:yes", "says:processes"},
        "training": {"training_or_resources", "says:training"},
        "communication": {
            "team_communication",
            "collaboration",
            "unclear_expectations",
            "management_support",
            "says:alignment",
        },
        "workload and resources": {"workload", "technical_issues", "training_or_resources", "says:resources"},
        "morale": {"speaks of:morale"},
    },
    "team_leader": {
        "team gaps": {
            "training",
            "training_needed:yes",
            "communication",
            "morale",
            "says:training",
            "speaks of:morale",
        },
        "process": {"says:processes"},
        "leadership": {"leadership", "unclear_goals", "leadership_support:no"},
        "staffing": {"workload_balance", "resources_or_tools", "resources_adequate:no", "says:resources"},
        "cross-department": {"coordination", "collaboration:needs_improvement", "says:alignment"},
    },
}


def sentences(feedback: pd.DataFrame, reader: Reader) -> pd.DataFrame:
    """Return every sentence of the forms: its ``row``, ``form``, ``question``, and how `statements.read` reads it.

    The answer to a question that names its subject (which tool hinders, what training, what resources) is a cause of
    that family, led there by the question.
    """
    answers = feedback.reindex(columns=[*TEXTS]).rename_axis(index="row", columns="question").stack().dropna()
    split = answers.astype(str).str.split(r"(?<=[.!?])\s+", regex=True).explode().str.strip()
    said = split[split.str.contains(r"\w", regex=True)].reset_index(name="statement")
    read = said.join(statements.read(said["statement"].tolist(), reader).drop(columns="statement"))
    read["form"] = read["row"].map(feedback["form"])
    subject = read["question"].map(ASKED)
    return _decided(read, subject, subject.notna() & (read["families"] == ""), by="the question")


def interviewed(interviews: pd.DataFrame, reader: Reader, names: Iterable[str] = ()) -> pd.DataFrame:
    """Return how `statements.read` reads each interview statement, with its ``theme`` and a ``quote`` without `names`.

    Where a statement is unclear the theme that the interviewer coded decides; where the interviewer coded that all is
    fine with the KPI, it names no cause. Roles are left out: they tell who spoke.
    ``speaker`` is leader or employee by the role.
    """
    read = statements.read(interviews["statement"].astype(str).tolist(), reader).set_index(interviews.index)
    read = read.assign(theme=interviews["theme"], speaker=interviews["role"].map(_speaker))
    coded = read["theme"].map(CODED)
    read = _decided(read, coded, coded.notna() & (read["verdict"] == statements.UNREAD), by="the interviewer's theme")
    if "view" in interviews:
        fine = interviews["view"] == "fine"
        read = read.assign(families=read["families"].mask(fine, ""), verdict=read["verdict"].mask(fine, NO_CAUSE))
    known, groups = [*names], _known(interviews, "department")
    return read.assign(quote=[quotes.anonymise(text, known, spared=groups) for text in read["statement"]])


def spoken(read: pd.DataFrame) -> pd.DataFrame:
    """Return per speaker and cause family how many statements say it (``said_by``) and up to three ``quote``.

    `read` is the outcome of `interviewed`. Leaders and employees are told apart only where each gave five statements
    or more; else ``speaker`` is anybody, and with fewer than five in all nothing is shown.
    """
    counted = read["speaker"].value_counts().reindex(["leader", "employee"], fill_value=0)
    apart = bool((counted >= voices.SMALLEST_GROUP).all())
    shown = read[(read["verdict"] == statements.CAUSE) & (len(read) >= voices.SMALLEST_GROUP)]
    shown = shown if apart else shown.assign(speaker="anybody")
    each = shown.assign(family=shown["families"].str.split(";")).explode("family")
    each["said_by"] = each.groupby(["speaker", "family"])["quote"].transform("size")
    each = each.sort_values(["speaker", "said_by", "family", "lead"], ascending=[True, False, True, False])
    few = each.groupby(["speaker", "family"], sort=False).head(QUOTES)
    return few[["speaker", "family", "said_by", "quote"]].reset_index(drop=True)


def _speaker(role: str) -> str:
    return "leader" if LEADS.search(role) else "employee"


def _decided(read: pd.DataFrame, family: pd.Series, where: pd.Series, *, by: str) -> pd.DataFrame:
    """Return `read` with a cause of `family` in the rows `where`, led there `by` something other than words."""
    decided = {"families": family, "verdict": statements.CAUSE, "words": by}
    return read.assign(**{column: read[column].mask(where, value) for column, value in decided.items()})


def count(feedback: pd.DataFrame, said: pd.DataFrame, reader: Reader) -> pd.DataFrame:
    """Return per form and theme: ``forms``, how many mention it (``mentioned``), and their ``share``.

    `said` comes from `sentences`. A group of fewer than five forms has no counts.
    """
    pointed = _marks(feedback, said, reader)
    rows = [
        {"form": form, "theme": theme, "forms": len(rows), "mentioned": sum(bool(pointed[row] & signs) for row in rows)}
        for form, named in THEMES.items()
        for rows in [feedback.index[feedback["form"] == form]]
        for theme, signs in named.items()
        if len(rows)
    ]
    table = pd.DataFrame(rows, columns=["form", "theme", "forms", "mentioned"])
    table["mentioned"] = table["mentioned"].astype(float).where(table["forms"] >= voices.SMALLEST_GROUP)
    return table.assign(share=table["mentioned"] / table["forms"])


def quote(
    feedback: pd.DataFrame, said: pd.DataFrame, names: Iterable[str] = (), *, suggestions: bool = False
) -> pd.DataFrame:
    """Return per form and cause family how many forms say it (``said_by``) and up to three ``quote``, clearest first.

    Of the sentences in answer to "suggestions" where asked for these, else of all others. Quotes have no names:
    neither those of the respondents nor the further `names`.
    """
    shown = _of_large_groups(said[said["verdict"] == statements.CAUSE], feedback)
    shown = shown[(shown["question"] == SUGGESTIONS) == suggestions]
    each = shown.assign(family=shown["families"].str.split(";")).explode("family")
    each["said_by"] = each.groupby(["form", "family"])["row"].transform("nunique")
    columns, rising = ["form", "said_by", "family", "lead", "statement"], [True, False, True, False, True]
    once = each.sort_values(columns, ascending=rising).drop_duplicates(["form", "family", "statement"])
    few = once.groupby(["form", "family"], sort=False).head(QUOTES)
    return few.assign(quote=_nameless(few, feedback, names))[["form", "family", "said_by", "quote"]].reset_index(
        drop=True
    )


def unread(feedback: pd.DataFrame, said: pd.DataFrame, names: Iterable[str] = ()) -> pd.DataFrame:
    """Return what a person must read because its meaning is unclear: ``form`` and ``quote``, by the alphabet."""
    left = _of_large_groups(said[said["verdict"] == statements.UNREAD], feedback)
    return left.assign(quote=_nameless(left, feedback, names))[["form", "quote"]].sort_values(
        ["form", "quote"], ignore_index=True
    )


def _marks(feedback: pd.DataFrame, said: pd.DataFrame, reader: Reader) -> dict[object, set[str]]:
    """Return per form what it points out: marks of its closed questions, and what its sentences say and speak of."""
    pointed: dict[object, set[str]] = dict(zip(feedback.index, voices.marks(feedback), strict=True))
    telling = said[said["verdict"] != NO_CAUSE]
    for row, families, statement in zip(telling["row"], telling["families"], telling["statement"], strict=True):
        touched = {f"speaks of:{name}" for name in reader.wording.touched(statement)}
        pointed[row] = pointed[row] | touched | {f"says:{family}" for family in families.split(";") if family}
    return pointed


def _of_large_groups(said: pd.DataFrame, feedback: pd.DataFrame) -> pd.DataFrame:
    counted = feedback["form"].value_counts()
    return said[said["form"].isin(counted.index[counted >= voices.SMALLEST_GROUP])]


def _nameless(said: pd.DataFrame, feedback: pd.DataFrame, further: Iterable[str]) -> list[str]:
    names, groups = (
        [*_known(feedback, "respondent"), *further],
        [*_known(feedback, "department"), *_known(feedback, "team")],
    )
    return [quotes.anonymise(text, names, spared=groups) for text in said["statement"]]


def _known(feedback: pd.DataFrame, column: str) -> list[str]:
    return sorted(feedback[column].dropna().astype(str).unique()) if column in feedback else []
