"""The roll-up: a department stands as well as its weakest KPI or action, the organisation as its weakest department.

    concern   a KPI with an alarm; an action that is late, or has made its KPI worse
    watch     a KPI that can't meet its target as it is, or drifts; an action without the effect that it was to have,
              one that its owner wants adjusted, or one whose review is overdue
    unknown   no concern and no watch, but more than half of what should be known is not
    good      anything else

No average hides what is wrong, and each level comes with what brings it about. What was only proposed or declined
counts for nothing, and the effect of an action no longer counts once its review has been held: it has been dealt with.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from saypro_nb.agree.goals import Goal
from saypro_nb.review.gaps import NEW, UNKNOWN

Level = Literal["concern", "watch", "unknown", "good"]
Kind = Literal["kpi", "action", "department"]

GRAVEST_FIRST: tuple[Level, ...] = ("concern", "watch", "unknown", "good")
STANDING = ("failing", "drifting")  # states of a KPI that are no news, yet to be decided
COUNTS_FOR_NOTHING = ("proposed", "declined")


@dataclass(frozen=True)
class Part:
    """What a roll-up is made of, with its level, and in a word `why` it is no better."""

    kind: Kind
    id: str
    level: Level
    why: str = ""


@dataclass(frozen=True)
class Rollup:
    """A level, and the parts that bring it about; `unknown` of all `parts` could not be judged."""

    level: Level
    because: tuple[Part, ...]
    parts: tuple[Part, ...]

    @property
    def unknown(self) -> int:
        """The number of parts that could not be judged."""
        return sum(part.level == "unknown" for part in self.parts)


def up(parts: Iterable[Part]) -> Rollup:
    """Return the level of the weakest of the `parts`, and which of them it is that have it."""
    known = tuple(parts)
    levels = {part.level for part in known}
    judged = [part for part in known if part.kind != "action"]  # a young action without an answer is nothing unknown
    unknown = 2 * sum(part.level == "unknown" for part in judged) > len(judged) or not known
    level = next((grave for grave in GRAVEST_FIRST[:2] if grave in levels), "unknown" if unknown else "good")
    because = () if level == "good" else tuple(part for part in known if part.level == level)
    return Rollup(level, because, known)


def of_kpis(ranked: pd.DataFrame) -> list[Part]:
    """Return the KPIs of a ranking (see `gaps.rank`), each with its level and its state as the reason."""
    return [
        Part("kpi", kpi, _of_state(state), state) for kpi, state in zip(ranked["kpi"], ranked["state"], strict=True)
    ]


def of_actions(progress: pd.DataFrame) -> list[Part]:
    """Return the decided actions (see `progress.table`), each with its level and the reason where it is not good."""
    decided = progress[~progress["status"].isin(COUNTS_FOR_NOTHING)]
    return [Part("action", str(row["id"]), *_of_action(row)) for row in decided.to_dict("records")]


def of_departments(rollups: Mapping[str, Rollup]) -> list[Part]:
    """Return the departments, by their ids, as parts of the organisation."""
    return of_levels({name: found.level for name, found in rollups.items()})


def of_levels(levels: Mapping[str, Level]) -> list[Part]:
    """Return the departments, by their ids and levels, as parts of the organisation."""
    return [Part("department", name, level) for name, level in levels.items()]


def of_goals(goals: Iterable[Goal], ranked: pd.DataFrame) -> dict[str, Rollup]:
    """Return how each goal stands, by its id: as well as the weakest of the KPIs by which one will know."""
    return {goal.id: up(of_kpis(ranked[ranked["kpi"].isin(goal.kpis)])) for goal in goals}


def _of_state(state: str) -> Level:
    if state in NEW:
        return "concern"
    return "watch" if state in STANDING else "unknown" if state in UNKNOWN else "good"


def _of_action(row: Mapping[Hashable, Any]) -> tuple[Level, str]:
    settled = row["review"] == "held"
    reasons: list[tuple[Level, str, bool]] = [
        ("concern", "late", row["state"] == "late"),
        ("concern", "worsened", row["answer"] == "worsened" and not settled),
        ("watch", "no effect found", row["answer"] == "no effect found" and not settled),
        ("watch", "needs adjustment", row["status"] == "needs adjustment"),
        ("watch", "review overdue", row["review"] == "overdue"),
    ]
    return next(((level, why) for level, why, holds in reasons if holds), ("good", ""))
