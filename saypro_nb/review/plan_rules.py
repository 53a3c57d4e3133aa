"""Plan rules: whether an action can be followed up, and what to write where it can't.

`plans.Action` refuses what is no action at all. These rules are for what people enter now; what was decided before a
rule came stays readable.
"""

from collections.abc import Iterator

from saypro_nb.agree.errors import Fault, did_you_mean
from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Kpi
from saypro_nb.agree.settings import Catalogue


def faults(action: Action, owned: Catalogue, where: str) -> list[Fault]:
    """Return what keeps the action from being measured; `owned` are the KPIs of its department."""
    return [*_dates(action, where), *_measure(action, owned, where)]


def _dates(action: Action, where: str) -> Iterator[Fault]:
    for step in action.milestones:
        if not action.start <= step.due <= action.end:
            found = f"the milestone of {step.due} lies outside {action.start} to {action.end}"
            yield Fault(f"{where}, milestones", found, "Move the milestone, or the start or end")
    if action.criterion.by < action.end:
        found = f"success falls due on {action.criterion.by}, before the action ends ({action.end})"
        yield Fault(f"{where}, by", found, "Give the KPI until the end, or longer, to show it")


def _measure(action: Action, owned: Catalogue, where: str) -> Iterator[Fault]:
    for column, name in (("kpi", action.kpi), ("criterion", action.criterion.kpi)):
        if name not in owned:
            found = f"'{name}' is no KPI of the department {action.department}"
            yield Fault(f"{where}, {column}", found, did_you_mean(name, owned))
    if action.criterion.kpi in owned:
        yield from _amount(action, owned[action.criterion.kpi], where)


def _amount(action: Action, kpi: Kpi, where: str) -> Iterator[Fault]:
    amount, baseline = action.criterion.amount, action.criterion.baseline
    low, high = kpi.bounds()
    if (low is not None and amount < low) or (high is not None and amount > high):
        found = f"{kpi.name} can't reach {amount:g} ({kpi.unit})"
        yield Fault(f"{where}, amount", found, "Write the level that the KPI is to reach, not by how much it changes")
        return
    if baseline is None or kpi.better == "neither":
        return
    gain = amount - baseline if kpi.better == "higher" else baseline - amount
    if gain <= 0:
        found = f"{kpi.name} starts from {baseline:g}, and {amount:g} would be no gain ({kpi.better} is better)"
        yield Fault(f"{where}, amount", found, "Write the level that will show that the action worked, and by when")
