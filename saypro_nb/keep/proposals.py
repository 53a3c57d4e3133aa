"""Proposals: what is put forward against a department's gaps, by the library, and against those of its plan."""

from saypro_nb.keep import decisions, evidence
from saypro_nb.keep.alignment_review import AlignmentReview
from saypro_nb.keep.dossier import Dossier
from saypro_nb.review import actions, impact, recommendations
from saypro_nb.review.agenda import Agenda


def agenda(dossier: Dossier) -> Agenda:
    """Return the plan as the meeting finds it.

    What the library proposes is to be owned by the department's lead until the meeting decides.
    """
    ranked, weighed, library = evidence.gaps(dossier), evidence.causes(dossier), dossier.workspace.recommendations
    recommended = recommendations.rank(weighed, library, dossier.actions, dossier.verdicts, ranked)
    chosen = actions.choose(recommended, library)
    drafts = actions.draft(chosen, ranked, dossier.facts.lead, dossier.next_start)
    corrections = AlignmentReview(dossier.workspace, dossier.period).drafted(dossier.department, dossier.values)
    return Agenda(
        department=dossier.facts,
        today=dossier.last_day,
        kept=dossier.actions,
        drafts=[*drafts, *corrections],
        kpis=dossier.kpis,
        ranked=ranked,
        weighed=weighed,
        recommended=recommended,
        missed=impact.measure(dossier.values, dossier.kpis),
        verdicts=dossier.verdicts,
        signed=decisions.signed_off(dossier.register, dossier.department),
        currency=dossier.workspace.review.currency,
    )
