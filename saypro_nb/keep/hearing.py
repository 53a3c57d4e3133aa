"""The hearing: what people of the department said, read and counted. Names stay behind here."""

from dataclasses import dataclass

import pandas as pd

from saypro_nb.keep.dossier import Dossier
from saypro_nb.review import themes, voices
from saypro_nb.review.statements import Reader
from saypro_nb.review.voices import Heard

CODED = {**themes.CODED, "people": "training"}  # without a reader, what the interviewer coded is all there is


@dataclass(frozen=True)
class Hearing:
    """What forms and interviews say (`heard`), and the tables that show it.

    ``themes`` counts what comes back in the forms (`themes.count`); ``quotes`` and ``suggestions`` of forms
    (`themes.quote`) and ``spoken`` ones of interviews (`themes.spoken`) have no names; ``unread`` is what a person
    must read. They are empty where no params/statements.yaml teaches how to read, which ``reads`` tells.
    """

    heard: Heard
    themes: pd.DataFrame
    quotes: pd.DataFrame
    suggestions: pd.DataFrame
    spoken: pd.DataFrame
    unread: pd.DataFrame
    reads: bool


def hear(dossier: Dossier, forms: pd.DataFrame | None = None) -> Hearing:
    """Return what people of the department said up to the end of the review period, in some `forms` or in all."""
    reader, forms = dossier.reader, dossier.feedback if forms is None else forms
    return _ticks_alone(dossier, forms) if reader is None else _read(dossier, forms, reader)


def _read(dossier: Dossier, forms: pd.DataFrame, reader: Reader) -> Hearing:
    names = dossier.respondents
    said = themes.sentences(forms, reader)
    interviews = themes.interviewed(dossier.interviews, reader, names).assign(kpi=dossier.interviews["kpi"])
    return Hearing(
        Heard(voices.families(forms, dossier.workspace.causes, said), interviews),
        themes=themes.count(forms, said, reader),
        quotes=themes.quote(forms, said, names),
        suggestions=themes.quote(forms, said, names, suggestions=True),
        spoken=themes.spoken(interviews),
        unread=themes.unread(forms, said, names),
        reads=True,
    )


def _ticks_alone(dossier: Dossier, forms: pd.DataFrame) -> Hearing:
    coded = dossier.interviews[["kpi", "theme"]].assign(families=dossier.interviews["theme"].map(CODED).fillna(""))
    quoted = pd.DataFrame(columns=["form", "family", "said_by", "quote"])
    return Hearing(
        Heard(voices.families(forms, dossier.workspace.causes), coded),
        themes=pd.DataFrame(columns=["form", "theme", "forms", "mentioned", "share"]),
        quotes=quoted,
        suggestions=quoted,
        spoken=quoted.rename(columns={"form": "speaker"}),
        unread=quoted[["form", "quote"]],
        reads=False,
    )
