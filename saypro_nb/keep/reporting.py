"""Reporting: everything that a department's report on a month or quarter tells, gathered once.

What figures say is as it was when the month or quarter ended; actions stand as they do now.
"""

import datetime
from typing import get_args

import pandas as pd

from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.keep import evidence, hearing, monitoring, notes, proposals
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.hearing import Hearing
from saypro_nb.review import actions, spans
from saypro_nb.review.report import Report
from saypro_nb.review.spans import Length, Span

SAID_WITHIN = datetime.timedelta(weeks=13)  # in a month alone, few groups are large enough to be shown


def report(dossier: Dossier, length: Length) -> Report:
    """Return the report on the last month or quarter that is over when the dossier's period is.

    Raises InputError for a `length` that is neither.
    """
    if length not in get_args(Length):
        remedy = did_you_mean(length, get_args(Length))
        raise InputError([Fault("the parameter span", f"there is no report on a '{length}'", remedy)])
    every = dossier.workspace.every
    span = spans.last_complete(dossier.period, every, length)
    begun, ended = span.first_day(every), span.last_period(every)
    points, ranked = evidence.as_of(dossier, ended)
    return Report(
        span=span,
        every=every,
        points=points,
        ranked=ranked,
        noted=notes.of_periods(dossier, begun, ended),
        agenda=proposals.agenda(dossier),
        progress=monitoring.followed(dossier),
        turned=actions.turned(dossier.actions, begun - datetime.timedelta(days=1), dossier.last_day),
    )


def heard(dossier: Dossier, span: Span) -> Hearing:
    """Return what people said in the quarter of a year up to the end of the span."""
    last = pd.Timestamp(span.last_day(dossier.workspace.every))
    day = dossier.feedback["date"]
    return hearing.hear(dossier, dossier.feedback[(day > last - SAID_WITHIN) & (day <= last)])
