"""Notes: what analysts have added to a department's pages."""

import datetime

from saypro_nb.agree.decisions import Note, Noted
from saypro_nb.keep.dossier import Dossier


def of_periods(dossier: Dossier, first: datetime.date, last: datetime.date) -> list[Noted]:
    """Return the notes on review periods from `first` to `last`, those on the department before those on its KPIs."""
    kept = [(Note.model_validate(entry.content), entry) for entry in dossier.register.current("note")]
    noted = [
        Noted(note, entry.who, entry.at.date())
        for note, entry in kept
        if note.department == dossier.department and first <= note.period <= last
    ]
    return sorted(noted, key=lambda one: (one.note.kpi or "", one.note.period))


def of_period(dossier: Dossier) -> list[Noted]:
    """Return the notes on the period under review."""
    return of_periods(dossier, dossier.period, dossier.period)
