"""How a meeting chose to rank a department's gaps, in the register.

The first choice is kept as the second version; the first one says that params hold, so that there is something to
return to.
"""

from saypro_nb.agree.decisions import Ranking, as_kept, kind_of, subject_of
from saypro_nb.keep.register import Change, Entry, Register
from saypro_nb.review.ranking import Chosen

KIND = "ranking"


def chosen(register: Register, department: str) -> Chosen | None:
    """Return the choice that was kept last, be it to let params hold again; None where there never was one."""
    history = register.history(KIND, department)
    if not history:
        return None
    last = history[-1]
    return Chosen(Ranking.model_validate(last.content), last.who, last.at, last.why, last.version)


def choose(register: Register, ranking: Ranking, *, who: str, why: str, seen: int) -> Entry:
    """Keep the choice of somebody who had `seen` that version, 0 for none; raises ConflictError after a later one."""
    kind, subject = kind_of(ranking), subject_of(ranking)
    as_before = [Change(kind, subject, as_kept(Ranking(department=ranking.department)), 0)] if not seen else []
    change = Change(kind, subject, as_kept(ranking), seen + len(as_before))
    return register.record_all([*as_before, change], who=who, why=why)[-1]
