"""Capacity: whether owners and budget can bear the plan, and when what happens."""

import datetime
from collections.abc import Iterator, Sequence

import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.review.recommendations import CLOSED

MOST_AT_ONCE = 3  # actions that one owner can lead beside daily work; our own rough figure

LOAD = ["owner", "at_once", "proposed", "first", "last", "actions", "too_much"]
COSTS = ["quarter", "first", "planned", "proposed", "budget", "over"]
STEPS = ["id", "description", "owner", "what", "start", "end", "status", "state"]


def owners(actions: Sequence[Action], today: datetime.date, most: int = MOST_AT_ONCE) -> pd.DataFrame:
    """Return each owner's fullest time from `today` on: how many actions are open ``at_once``, and when.

    That is from the day ``first`` to the day ``last``; what is overdue keeps its owner busy today. ``actions`` are
    their ids, ``proposed`` is how many of them wait for a decision, and ``too_much`` says whether they are more than
    `most`. The fullest come first.
    """
    open_now = [_from(today, action) for action in actions if action.status not in CLOSED]
    rows = [_fullest([one for one in open_now if one.owner == owner]) for owner in _names(open_now)]
    table = pd.DataFrame(rows, columns=LOAD[:-1]).astype({"at_once": int, "proposed": int})
    table["too_much"] = table["at_once"] > most
    return table.sort_values(["at_once", "owner"], ascending=[False, True], ignore_index=True)[LOAD]


def quarter_begins(day: datetime.date) -> datetime.date:
    """Return the first day of the calendar quarter of `day`."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def costs(actions: Sequence[Action], budget: float) -> pd.DataFrame:
    """Return what the open actions take of the `budget` for a quarter, a row per calendar quarter in which one runs.

    An action's budget is spread evenly over its days. ``proposed`` is the part of ``planned`` that waits for a
    decision, and ``over`` is by how much a quarter exceeds the budget, or 0.
    """
    spread = _spread([action for action in actions if action.status not in CLOSED])
    asked = _spread([action for action in actions if action.status == "proposed"])
    rows = [
        {
            "quarter": f"Q{quarter.quarter} {quarter.year}",
            "first": quarter.start_time.date(),
            "planned": round(planned, 2),
            "proposed": round(asked.get(quarter, 0.0), 2),
            "budget": budget,
            "over": max(round(planned - budget, 2), 0.0),
        }
        for quarter, planned in sorted(spread.items())
    ]
    return pd.DataFrame(rows, columns=COSTS)


def timeline(actions: Sequence[Action], today: datetime.date) -> pd.DataFrame:
    """Return one row for each action's run and one for each milestone, in the order of time.

    ``what`` is empty for the action itself; a milestone starts and ends on its day. ``state`` is done, overdue (it
    should be done by `today` and is not), or due.
    """
    rows = [row for action in actions for row in _steps(action, today)]
    table = pd.DataFrame(rows, columns=STEPS)
    order = {action.id: (action.start, action.end, action.id) for action in actions}
    places = sorted(table.index, key=lambda at: (order[table["id"][at]], table["what"][at] != "", table["end"][at]))
    return table.loc[places].reset_index(drop=True)


def _names(actions: Sequence[Action]) -> list[str]:
    return list(dict.fromkeys(action.owner for action in actions))


def _from(today: datetime.date, action: Action) -> Action:
    """Return what is left of the action's run."""
    return action.model_copy(update={"start": max(action.start, today), "end": max(action.end, today)})


def _fullest(of_owner: Sequence[Action]) -> dict[str, object]:
    """Return the first stretch of days in which the owner has most actions at once."""
    begins = min(
        sorted({action.start for action in of_owner}),
        key=lambda day: -len(_running(of_owner, day)),
    )
    at_once = _running(of_owner, begins)
    return {
        "owner": of_owner[0].owner,
        "at_once": len(at_once),
        "proposed": sum(action.status == "proposed" for action in at_once),
        "first": begins,
        "last": min(action.end for action in at_once),
        "actions": tuple(sorted(action.id for action in at_once)),
    }


def _running(actions: Sequence[Action], day: datetime.date) -> list[Action]:
    return [action for action in actions if action.start <= day <= action.end]


def _spread(actions: Sequence[Action]) -> dict[pd.Period, float]:
    """Return the money that the actions take in each quarter."""
    spread: dict[pd.Period, float] = {}
    for action in actions:
        for quarter, share in _shares(action):
            spread[quarter] = spread.get(quarter, 0.0) + share * action.budget
    return spread


def _shares(action: Action) -> Iterator[tuple[pd.Period, float]]:
    """Yield each calendar quarter in which the action runs, with the share of its days that lie in it."""
    days = (action.end - action.start).days + 1
    for quarter in pd.period_range(str(action.start), str(action.end), freq="Q"):
        first = max(action.start, quarter.start_time.date())
        last = min(action.end, quarter.end_time.date())
        yield quarter, ((last - first).days + 1) / days


def _steps(action: Action, today: datetime.date) -> Iterator[dict[str, object]]:
    facts = {"id": action.id, "description": action.description, "owner": action.owner, "status": action.status}
    state = _state(action, action.end, today, done=action.status == "completed")
    yield facts | {"what": "", "start": action.start, "end": action.end, "state": state}
    for step in action.milestones:
        state = _state(action, step.due, today, done=step.done)
        yield facts | {"what": step.what, "start": step.due, "end": step.due, "state": state}


def _state(action: Action, due: datetime.date, today: datetime.date, *, done: bool) -> str:
    if done:
        return "done"
    return "overdue" if due < today and action.status not in (*CLOSED, "proposed") else "due"
