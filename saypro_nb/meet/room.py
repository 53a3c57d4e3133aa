"""The room: opens the controls of a meeting where there is one, and nothing where a batch makes pages.

Whether somebody is there to use controls can't be told from inside a kernel: papermill, a scheduler and JupyterLab
look the same from there. So whoever opens the notebook says it, by its parameter `meeting`.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from saypro_nb.agree import forms
from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.agree.form_questions import FORMS
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import investigation
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.investigation import Case
from saypro_nb.review.agenda import Agenda
from saypro_nb.show import blocks
from saypro_nb.show.html import Block

if TYPE_CHECKING:
    import pandas as pd

    from saypro_nb.meet.check_in import CheckInRecord
    from saypro_nb.meet.drilling import SegmentControls
    from saypro_nb.meet.feedback_form import FeedbackForm
    from saypro_nb.meet.plan_decisions import PlanDecisions
    from saypro_nb.meet.reception import Doors, Reception
    from saypro_nb.meet.threshold_trial import ThresholdTrial
    from saypro_nb.meet.verdicts import HypothesisControls
    from saypro_nb.meet.weighing import RankingControls


def reception(workspace: Workspace, doors: "Doors", *, meeting: bool) -> "Reception | None":
    """Return the choice of period, department and phase; None outside of a meeting."""
    if not meeting:
        return None
    from saypro_nb.meet.reception import Reception

    return Reception(workspace, Path.cwd(), doors)


def ranking(dossier: Dossier, ranked: "pd.DataFrame", *, meeting: bool) -> "RankingControls | None":
    """Return the controls by which a meeting weighs the gaps otherwise; None outside of a meeting."""
    if not meeting:
        return None
    from saypro_nb.meet.weighing import RankingControls

    leave = partial(dossier.leave, "gaps")
    return RankingControls(ranked, dossier.by_params, dossier.register, dossier.department, leave)


def segments(dossier: Dossier, case: Case, *, meeting: bool) -> "SegmentControls | None":
    """Return the controls by which a meeting looks into segments; None outside of a meeting."""
    if not meeting:
        return None
    from saypro_nb.meet.drilling import SegmentControls

    return SegmentControls(case.split, dossier.kpis, dossier.workspace.review.currency)


def hypotheses(dossier: Dossier, case: Case, ranked: "pd.DataFrame", *, meeting: bool) -> "HypothesisControls | None":
    """Return the controls by which a meeting decides on causes; None outside of a meeting."""
    if not meeting:
        return None
    from saypro_nb.meet.verdicts import HypothesisControls

    hand_on = partial(investigation.hand_on, case, dossier, ranked)
    return HypothesisControls(case.weighed, dossier.kpis, dossier.register, dossier.department, hand_on)


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


def feedback(dossier: Dossier, form: str, *, meeting: bool) -> "FeedbackForm | Block":
    """Return a feedback form of the department as controls; outside of a meeting as a blank one to look at.

    Raises InputError where there is no such form.
    """
    sheets = {name: sheet for name, sheet in FORMS.items() if name == form}
    if not sheets:
        raise InputError([Fault("the parameter form", f"there is no form '{form}'", did_you_mean(form, FORMS))])
    (sheet,) = (forms.tailored(one, dossier.workspace.feedback, dossier.department) for one in sheets.values())
    if not meeting:
        return blocks.blank_form(sheet)
    from saypro_nb.meet.feedback_form import FeedbackForm

    return FeedbackForm(dossier, sheet)
