"""The look back: what each action brought, and when its post-implementation review is due.

While an action runs, and for a quarter after, its effect so far is counted from its start. At the review, three to
six months after its end, only the periods after the end count: the change is in place then, and has shown whether it
lasts. The review has been held when a check-in from then on spoke of the action. What was planned is the way from the
success criterion's baseline (without one, the level before the start) to its amount. Before the plan lets it show, or
the review falls due, nothing is held against an action.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Kpi
from saypro_nb.review import effects
from saypro_nb.review.effects import Change, Effect, Estimate

State = Literal["not completed", "not due yet", "due", "overdue", "held"]

REVIEW_FROM, REVIEW_UNTIL = pd.DateOffset(months=3), pd.DateOffset(months=6)  # after an action's end
NOT_CARRIED_OUT = ("proposed", "declined")
DAY = datetime.timedelta(days=1)

COLUMNS = [
    "id", "department", "description", "owner", "kpi", "better", "start", "end",
    "review_from", "review_until", "review", "spoken_of", "counted_from",
    "answer", "reason", "told_from", "periods_before", "periods_after", "before", "after", "expected",
    "effect", "low", "high", "total", "total_low", "total_high", "chance", "smallest", "detectable",
    "amount", "planned", "reached", "achieved", "achieved_low", "achieved_high",
    "others_on_kpi", "others", "controls",
]  # fmt: skip
SAME_NAME = [
    "answer", "reason", "told_from", "periods_before", "periods_after", "before", "after", "expected", "chance",
    "planned", "reached", "smallest", "detectable",
]  # fmt: skip


@dataclass(frozen=True)
class Window:
    """When an action's effect is counted from, and its review: from when it may be held, until when, and its state.

    ``spoken_of`` is the last day on which a check-in spoke of the action, if any did.
    """

    counted_from: datetime.date
    review_from: datetime.date
    review_until: datetime.date
    review: State
    spoken_of: datetime.date | None = None


def window(action: Action, today: datetime.date, spoken_of: datetime.date | None = None) -> Window:
    """Return the window of an action as it stands on `today`; its review waits until it is completed."""
    opens = (pd.Timestamp(action.end) + REVIEW_FROM).date()
    closes = (pd.Timestamp(action.end) + REVIEW_UNTIL).date()
    counted_from = action.start if action.status != "completed" or today < opens else action.end + DAY
    return Window(counted_from, opens, closes, _review(action, today, (opens, closes), spoken_of), spoken_of)


def _review(
    action: Action,
    today: datetime.date,
    span: tuple[datetime.date, datetime.date],
    spoken_of: datetime.date | None,
) -> State:
    opens, closes = span
    if action.status != "completed":
        return "not completed"
    if today < opens:
        return "not due yet"
    if spoken_of is not None and spoken_of >= opens:
        return "held"
    return "due" if today <= closes else "overdue"


def effect(
    action: Action, kpi: Kpi, values: pd.DataFrame, today: datetime.date, controls: pd.DataFrame | None = None
) -> Effect:
    """Return what an action did to the KPI of its success criterion, as far as is known on `today`.

    `values`: the department's, with columns kpi, period and value. `controls`: series by period that the action
    can't have touched, a column each.
    """
    found = effects.judge(_of_criterion(action, values, today), _change(action, kpi, today), controls)
    promised = min(action.criterion.by, window(action, today).review_from)
    if found.answer == "no effect found" and today < promised:
        return replace(found, answer="too early to tell", reason="not due", told_from=pd.Timestamp(promised))
    return found


def course(action: Action, kpi: Kpi, values: pd.DataFrame, today: datetime.date) -> pd.DataFrame:
    """Return what the KPI would have been without the action, period by period (see `effects.course`)."""
    return effects.course(_of_criterion(action, values, today), _change(action, kpi, today))


def _of_criterion(action: Action, values: pd.DataFrame, today: datetime.date) -> pd.Series:
    mine = values[(values["kpi"] == action.criterion.kpi) & (values["period"] <= pd.Timestamp(today))]
    return mine.set_index("period")["value"]


def _change(action: Action, kpi: Kpi, today: datetime.date) -> Change:
    return Change(
        begins=pd.Timestamp(action.start),
        every=kpi.every,
        better=kpi.better,
        amount=action.criterion.amount,
        baseline=action.criterion.baseline,
        counted_from=pd.Timestamp(window(action, today).counted_from),
    )


def others(action: Action, actions: Sequence[Action], today: datetime.date) -> list[Action]:
    """Return the other actions of the department that may have a share in the effect, those on the same KPI first.

    They were under way at some time between the action's start and `today`.
    """
    sharing = [
        other
        for other in actions
        if other.id != action.id
        and other.department == action.department
        and other.status not in NOT_CARRIED_OUT
        and other.start <= today
        and other.end >= action.start
    ]
    return sorted(sharing, key=lambda other: (other.criterion.kpi != action.criterion.kpi, other.start, other.id))


def table(
    actions: Sequence[Action],
    kpis: Mapping[str, Kpi],
    values: pd.DataFrame,
    today: datetime.date,
    spoken_of: Mapping[str, datetime.date] | None = None,
) -> pd.DataFrame:
    """Return a row per action that has begun, with its effect, the plan beside it, and its review.

    `spoken_of` is the last day on which a check-in spoke of an action, by its id.

    ``achieved`` is the effect as a share of the planned one (1: as planned), with its 95 % interval; it is missing
    where the level before was at the amount already. ``others_on_kpi`` and ``others`` hold ids, separated by "; ".
    Actions whose KPI isn't known any more are left out.
    """
    begun = [
        action
        for action in actions
        if action.start <= today and action.status not in NOT_CARRIED_OUT and action.criterion.kpi in kpis
    ]
    rows = [
        _dates(action, today, (spoken_of or {}).get(action.id))
        | _found(action, kpis[action.criterion.kpi], values, today)
        | _beside(action, actions, today)
        for action in begun
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _dates(action: Action, today: datetime.date, spoken_of: datetime.date | None) -> dict[str, object]:
    facts = action.model_dump(include={"id", "department", "description", "owner", "start", "end"})
    return facts | asdict(window(action, today, spoken_of))


def _found(action: Action, kpi: Kpi, values: pd.DataFrame, today: datetime.date) -> dict[str, object]:
    found = effect(action, kpi, values, today)
    figures = {name: getattr(found, name) for name in SAME_NAME}
    for name, estimate in {"effect": found.level, "total": found.total, "achieved": achieved(found, kpi)}.items():
        start = "" if name == "effect" else f"{name}_"
        figures |= {name: estimate.value, f"{start}low": estimate.low, f"{start}high": estimate.high}
    criterion = {"kpi": action.criterion.kpi, "amount": action.criterion.amount, "better": kpi.better}
    return criterion | figures | {"controls": "; ".join(found.controls)}


def achieved(found: Effect, kpi: Kpi) -> Estimate:
    """Return the effect as a share of the planned one; missing where nothing was left to be achieved."""
    ahead = found.planned < 0 if kpi.better == "lower" else found.planned > 0
    if not (ahead or (kpi.better == "neither" and found.planned)):
        return Estimate()
    bounds = (found.level.low / found.planned, found.level.high / found.planned)
    return Estimate(found.level.value / found.planned, min(bounds), max(bounds))


def _beside(action: Action, actions: Sequence[Action], today: datetime.date) -> dict[str, object]:
    sharing = others(action, actions, today)
    same = [other.id for other in sharing if other.criterion.kpi == action.criterion.kpi]
    rest = [other.id for other in sharing if other.criterion.kpi != action.criterion.kpi]
    return {"others_on_kpi": "; ".join(same), "others": "; ".join(rest)}
