"""The data contract: which columns every table must have, and what may stand in them."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "date", "number", "department", "kpi", "yes_no", "choice"]


@dataclass(frozen=True)
class Column:
    """One column: its kind, whether the table may lack it, whether a cell may be empty, and its choices."""

    kind: Kind
    optional: bool = False
    empty: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """The columns of a table by name, and those that together name a row once."""

    columns: dict[str, Column]
    key: tuple[str, ...] = ()


_NOTE = Column("text", optional=True, empty=True)
_YES_NO = Column("yes_no", optional=True, empty=True)

TABLES = {
    "kpi_values": Table(
        {
            "department": Column("department"),
            "kpi": Column("kpi"),
            "period": Column("date"),
            "value": Column("number", empty=True),
            "numerator": Column("number", optional=True, empty=True),
            "denominator": Column("number", optional=True, empty=True),
        },
        key=("department", "kpi", "period"),
    ),
    "drivers": Table(
        {
            "department": Column("department"),
            "driver": Column("text"),
            "period": Column("date"),
            "value": Column("number", empty=True),
        },
        key=("department", "driver", "period"),
    ),
    "feedback": Table(
        {
            "date": Column("date"),
            "form": Column("choice", choices=("employee", "team_leader")),
            "department": Column("department"),
            "team": _NOTE,
            "respondent": _NOTE,
            "job_title": _NOTE,
            "challenges": Column("text", empty=True),
            "challenges_other": _NOTE,
            "details": _NOTE,
            "tools_hinder": _YES_NO,
            "tools_which": _NOTE,
            "support_adequate": _YES_NO,
            "support_more": _NOTE,
            "gaps_seen": _NOTE,
            "training_needed": _YES_NO,
            "training_what": _NOTE,
            "resources_adequate": _YES_NO,
            "resources_what": _NOTE,
            "collaboration": Column(
                "choice", optional=True, empty=True, choices=("excellent", "good", "fair", "needs_improvement")
            ),
            "collaboration_why": _NOTE,
            "leadership_support": _YES_NO,
            "leadership_what": _NOTE,
            "suggestions": _NOTE,
            "self_assessment": Column(
                "choice", optional=True, empty=True, choices=("excellent", "good", "satisfactory", "needs_improvement")
            ),
            "self_reason": _NOTE,
        }
    ),
    "interviews": Table(
        {
            "date": Column("date"),
            "department": Column("department"),
            "role": Column("text"),
            "theme": Column(
                "choice",
                choices=("process", "resources", "people", "external", "goals", "suggestion"),
            ),
            "kpi": Column("kpi", optional=True, empty=True),
            "view": Column("choice", optional=True, empty=True, choices=("problem", "fine")),
            "statement": Column("text"),
        }
    ),
}

CHALLENGES = {
    "employee": (
        "training_or_resources",
        "management_support",
        "unclear_expectations",
        "workload",
        "team_communication",
        "collaboration",
        "technical_issues",
        "personal_or_external",
        "other",
    ),
    "team_leader": (
        "training",
        "communication",
        "resources_or_tools",
        "workload_balance",
        "morale",
        "coordination",
        "unclear_goals",
        "leadership",
        "external_factors",
        "other",
    ),
}
"""The tick-boxes of each form, as codes separated by ";" in the column ``challenges``."""


def marks(form: str) -> set[str]:
    """Return everything that a form can point out: its challenges, and its closed questions as "question:answer"."""
    closed = {"yes_no": ("yes", "no"), "choice": ()}
    questions = {
        f"{name}:{answer}"
        for name, column in TABLES["feedback"].columns.items()
        if column.kind in closed and name != "form"
        for answer in (*closed[column.kind], *column.choices)
    }
    return questions | set(CHALLENGES[form])


def vocabulary(question: str, form: str) -> set[str] | None:
    """Return the words by which a column of the feedback is answered; none where any will do, None for no such column.

    What stands beside the answers (date, form, department) is no question.
    """
    column = TABLES["feedback"].columns.get(question)
    if column is None or question in ("date", "form", "department"):
        return None
    if question == "challenges":
        return set(CHALLENGES[form])
    return {"yes", "no"} if column.kind == "yes_no" else set(column.choices)
