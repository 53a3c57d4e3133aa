"""What waits for a department's meeting: causes and actions to decide on, and a check-in that nobody recorded."""

import datetime
from dataclasses import dataclass

from saypro_nb.keep import proposals, sittings
from saypro_nb.keep.dossier import Dossier
from saypro_nb.review import causes, timetable


@dataclass(frozen=True)
class Waiting:
    """How many `gaps` are on the shortlist, how many `hypotheses` and `actions` are undecided, and the day of the
    last check-in if it was `missed`. What the phases have not found yet is None.
    """

    gaps: int | None
    hypotheses: int | None
    actions: int | None
    missed: datetime.date | None


def of(dossier: Dossier) -> Waiting:
    """Return what waits, by the tables that the phases left and by the register as it is now."""
    missed = missed_check_in(dossier)
    ranked, weighed = dossier.left("gaps"), dossier.left("causes")
    if ranked is None or weighed is None:
        return Waiting(None, None, None, missed)
    undecided = causes.undecided(weighed, dossier.verdicts)
    actions = len(proposals.agenda(dossier).waiting)
    return Waiting(int(ranked["shortlisted"].sum()), len(undecided), actions, missed)


def missed_check_in(dossier: Dossier) -> datetime.date | None:
    """Return the day of the latest check-in up to the review period's end, if no record was kept from then on."""
    series = timetable.schedule(dossier.workspace.meetings, {dossier.department: dossier.facts})[0]
    due, last = timetable.last_until(series, dossier.last_day), sittings.last(dossier)
    return None if due is None or (last is not None and last.held_on >= due) else due
