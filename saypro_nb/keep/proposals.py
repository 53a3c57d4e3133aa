"""Proposals: what the library puts forward against a department's gaps, before anybody has decided."""

import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.keep import evidence
from saypro_nb.keep.dossier import Dossier
from saypro_nb.review import actions, recommendations


def ranked(dossier: Dossier) -> pd.DataFrame:
    """Return every recommendation that fits a gap of the department, the best first, with the reasons."""
    library = dossier.workspace.recommendations
    return recommendations.rank(
        evidence.causes(dossier), library, dossier.actions, dossier.verdicts, evidence.gaps(dossier)
    )


def drafted(dossier: Dossier) -> list[Action]:
    """Return the actions that are proposed, to be owned by the department's lead until the meeting decides."""
    library = dossier.workspace.recommendations
    chosen = actions.choose(evidence.causes(dossier), library, dossier.actions, dossier.verdicts)
    return actions.draft(chosen, evidence.gaps(dossier), dossier.facts.lead, dossier.next_start)
