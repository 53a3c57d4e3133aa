"""How a meeting chose to rank a department's gaps: weights and factors that stand in place of params'."""

import datetime
from dataclasses import dataclass

from saypro_nb.agree.decisions import Ranking
from saypro_nb.agree.schema import Priority
from saypro_nb.agree.settings import Catalogue

Weighing = tuple[Catalogue, Priority]  # a department's KPIs with their weights, and the factors


@dataclass(frozen=True)
class Chosen:
    """What a meeting chose, by whom, when and why; `version` is that of the register."""

    ranking: Ranking
    who: str
    at: datetime.datetime
    why: str
    version: int


def applied(ranking: Ranking | None, by_params: Weighing) -> Weighing:
    """Return what weighs a department's gaps: what was chosen, and for the rest what params say."""
    kpis, priority = by_params
    if ranking is None:
        return by_params
    weights = ranking.weights
    weighed = {
        name: kpi.model_copy(update={"weight": weights[name]}) if name in weights else kpi for name, kpi in kpis.items()
    }
    return weighed, ranking.priority or priority
