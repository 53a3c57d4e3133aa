"""The room: opens the controls of a meeting where there is one, and nothing where a batch makes pages.

Whether somebody is there to use controls can't be told from inside a kernel: papermill, a scheduler and JupyterLab
look the same from there. So whoever opens the notebook says it, by its parameter `meeting`.
"""

from typing import TYPE_CHECKING

from saypro_nb.keep.dossier import Dossier
from saypro_nb.review.agenda import Agenda

if TYPE_CHECKING:
    from saypro_nb.meet.check_in import CheckInRecord
    from saypro_nb.meet.plan_decisions import PlanDecisions
    from saypro_nb.meet.threshold_trial import ThresholdTrial


def plan(dossier: Dossier, agenda: Agenda, *, meeting: bool) -> "PlanDecisions | None":
    """Return the controls by which a meeting decides on the plan; None outside of a meeting, which shows nothing."""
    if not meeting:
        return None
    from saypro_nb.meet.plan_decisions import PlanDecisions  # ipywidgets, which the batch doesn't need

    return PlanDecisions(agenda, dossier.register, dossier.department, dossier.period)


def thresholds(dossier: Dossier, *, meeting: bool) -> "ThresholdTrial | None":
    """Return the controls by which a meeting tries out thresholds; None outside of a meeting."""
    if not meeting:
        return None
    from saypro_nb.meet.threshold_trial import ThresholdTrial

    return ThresholdTrial(dossier)


def check_in(dossier: Dossier, *, meeting: bool) -> "CheckInRecord | None":
    """Return the controls that keep the record of the next check-in; None outside of a meeting."""
    if not meeting:
        return None
    from saypro_nb.meet.check_in import CheckInRecord

    return CheckInRecord(dossier)
