"""Actions: what is proposed against a gap, and how far each decided action has come."""

import datetime
from collections.abc import Sequence

import pandas as pd

from saypro_nb.agree.library import Recommendation
from saypro_nb.agree.plans import Action, Criterion, Milestone
from saypro_nb.agree.schema import Family
from saypro_nb.review import recommendations

SHORT_TERM = 13  # weeks: what is in place within a quarter
CLOSED = recommendations.CLOSED
NOT_BEGUN = ("proposed", "not started", "pending")
TO_SHOW = 13  # weeks after an action's end in which its KPI must show it
WEEK = datetime.timedelta(weeks=1)

FIELDS = [
    "id", "department", "kpi", "family", "recommendation", "description", "owner", "start", "end", "milestones",
    "resources", "budget", "criterion", "baseline", "amount", "by", "term", "status", "progress", "next_steps",
]  # fmt: skip

FOLLOWED = [
    "id", "department", "description", "owner", "start", "end", "status", "state", "progress", "next_steps",
    "kpi", "amount", "by",
]  # fmt: skip


def choose(recommended: pd.DataFrame, library: Sequence[Recommendation]) -> dict[str, tuple[Family, Recommendation]]:
    """Return, per KPI, the recommendation of the `library` that `recommendations.rank` proposes, and its cause family.

    A gap without evidence gets none, nor does one whose likeliest cause an open action already works on, and what was
    declined for a gap is not proposed for it again.
    """
    by_id = {item.id: item for item in library}
    rows = recommended[recommended["proposed"]].to_dict("records")
    return {row["kpi"]: (row["family"], by_id[row["recommendation"]]) for row in rows}


def draft(
    chosen: dict[str, tuple[Family, Recommendation]], measured: pd.DataFrame, owner: str, starts: datetime.date
) -> list[Action]:
    """Return a proposed action for each choice, from `starts` on, to be owned by `owner` until the meeting decides.

    Its success criterion is the KPI's target, or its usual level where it has none, a quarter after its end.
    """
    gaps = {gap["kpi"]: gap for _, gap in measured.iterrows()}
    return [_draft(gaps[kpi], family, item, owner, starts) for kpi, (family, item) in chosen.items()]


def table(actions: Sequence[Action]) -> pd.DataFrame:
    """Return the actions as a table of plain cells, one row each, as people keep them."""
    rows = [
        action.model_dump()
        | {
            "milestones": "; ".join(f"{milestone.due}: {milestone.what}" for milestone in action.milestones),
            "criterion": action.criterion.kpi,
            "baseline": action.criterion.baseline,
            "amount": action.criterion.amount,
            "by": action.criterion.by,
        }
        for action in actions
    ]
    return pd.DataFrame(rows, columns=FIELDS)


def follow_up(actions: Sequence[Action], today: datetime.date) -> pd.DataFrame:
    """Return where every action stands on `today`, by its owner's word (``status``) and by its dates (``state``).

    ``state`` is proposed, planned, on time, late, done or declined; ``kpi``, ``amount`` and ``by`` are those of the
    success criterion.
    """
    rows = [
        {
            "id": action.id,
            "department": action.department,
            "description": action.description,
            "owner": action.owner,
            "start": action.start,
            "end": action.end,
            "status": action.status,
            "state": state(action, today),
            "progress": action.progress,
            "next_steps": action.next_steps,
            "kpi": action.criterion.kpi,
            "amount": action.criterion.amount,
            "by": action.criterion.by,
        }
        for action in actions
    ]
    return pd.DataFrame(rows, columns=FOLLOWED)


def running(actions: Sequence[Action]) -> list[Action]:
    """Return the actions that are decided on and neither completed nor declined."""
    return [action for action in actions if action.status not in (*CLOSED, "proposed")]


def waiting(actions: Sequence[Action]) -> list[Action]:
    """Return the actions that a meeting has still to decide on, such as those whose decision was undone."""
    return [action for action in actions if action.status == "proposed"]


def is_personnel(action: Action, library: Sequence[Recommendation]) -> bool:
    """Return whether an action is about people: as the library says, or as one for lack of resources may be."""
    kinds = {item.id: item.kind for item in library}
    if action.recommendation in kinds:
        return kinds[action.recommendation] == "personnel"
    return action.family == "resources"


def state(action: Action, today: datetime.date) -> str:
    """Return where an action stands on `today` by its dates, whatever its owner says of it."""
    if action.status in CLOSED or action.status == "proposed":
        return {"completed": "done", "declined": "declined", "proposed": "proposed"}[action.status]
    if action.end < today or (action.start < today and action.status in NOT_BEGUN):
        return "late"
    return "planned" if action.start > today else "on time"


def turned(actions: Sequence[Action], earlier: datetime.date, today: datetime.date) -> list[tuple[Action, str]]:
    """Return the actions whose state by their dates was another on the day `earlier`, with that of `today`."""
    return [(action, state(action, today)) for action in actions if state(action, earlier) != state(action, today)]


def _draft(gap: pd.Series, family: Family, item: Recommendation, owner: str, starts: datetime.date) -> Action:
    ends = starts + item.weeks * WEEK
    amount = gap["usual"] if pd.isna(gap["target"]) else gap["target"]
    return Action(
        id=f"{gap['department']}-{gap['kpi']}-{item.id}",
        department=gap["department"],
        kpi=gap["kpi"],
        family=family,
        recommendation=item.id,
        description=item.description,
        owner=owner,
        start=starts,
        end=ends,
        milestones=(Milestone(due=starts + item.weeks * WEEK / 2, what="Half-way look at the KPI"),),
        resources=item.resources,
        budget=item.budget,
        criterion=Criterion(kpi=gap["kpi"], baseline=_baseline(gap), amount=amount, by=ends + TO_SHOW * WEEK),
        term="short" if item.weeks <= SHORT_TERM else "long",
        status="proposed",
    )


def _baseline(gap: pd.Series) -> float | None:
    """Return the KPI's value where it misses what the draft promises; None where it only has to be held."""
    missed = gap.get("gap_to_usual" if pd.isna(gap["target"]) else "gap", float("nan"))
    return float(gap["value"]) if missed > 0 else None
