"""Filled-in feedback forms in the register: kept, taken back, and read together with those of the source.

The register is where they belong: what people enter is never lost there, and a source may be a database that only
others write to. A form without a name is kept by nobody and with its day only, so that no time of day gives away who
sat at the keyboard. Forms may hold names, so the register that `saypro export` writes leaves them out.
"""

import datetime
import secrets
from collections.abc import Sequence
from typing import Any

import pandas as pd
from pydantic import ValidationError

from saypro_nb.agree.decisions import FilledForm, as_kept
from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import checks
from saypro_nb.keep.register import Change, Entry, Register

KIND = "feedback"
ANONYMOUS = "Anonymous"


def checked(content: dict[str, Any], where: str) -> FilledForm:
    """Return what was filled in as a form, with an id of its own where it has none.

    Raises InputError with a fault for every field that keeps it from being one.
    """
    try:
        return FilledForm.model_validate({"id": f"f-{secrets.token_hex(8)}", **content})
    except ValidationError as error:
        raise InputError([_fault(dict(problem), where) for problem in error.errors()]) from None


def keep(register: Register, form: FilledForm) -> Entry:
    """Keep a form of one person, signed by the name on it."""
    return _record(register, form, "Feedback form filled in", seen=0)


def withdraw(register: Register, form: FilledForm) -> Entry:
    """Take back a form that was kept; both stay in the register."""
    seen = len(register.history(KIND, form.id))
    return _record(register, form.model_copy(update={"withdrawn": True}), "Feedback form taken back", seen=seen)


def keep_all(register: Register, forms: Sequence[FilledForm], *, who: str, why: str) -> None:
    """Keep the forms of an import, all or none; one that is known by its id is kept anew."""
    seen = {entry.subject: entry.version for entry in register.current(KIND)}
    register.record_all([Change(KIND, one.id, as_kept(one), seen.get(one.id, 0)) for one in forms], who=who, why=why)


def known(register: Register) -> dict[str, FilledForm]:
    """Return every form that was ever kept, by its id, those that were taken back among them."""
    return {entry.subject: FilledForm.model_validate(entry.content) for entry in register.current(KIND)}


def standing(register: Register, workspace: Workspace, until: datetime.date) -> list[FilledForm]:
    """Return the forms up to a day, without those that were taken back or whose department there is no more."""
    return [
        form
        for form in known(register).values()
        if not form.withdrawn and form.date <= until and form.department in workspace.review.departments
    ]


def table(workspace: Workspace, register: Register, until: datetime.date) -> pd.DataFrame:
    """Return the forms up to a day as rows of the table ``feedback``."""
    rows = [
        {"date": form.date.isoformat(), "form": form.form, "department": form.department, **form.answers}
        for form in standing(register, workspace, until)
    ]
    if not rows:
        return checks.nothing("feedback", workspace)
    raw = pd.DataFrame(rows, dtype=object)
    raw = raw.reindex(columns=list(dict.fromkeys([*raw.columns, "challenges"])))
    found, faults = checks.rows("feedback", raw, "the register, feedback", workspace)
    if faults:
        raise InputError(faults)
    return found


def _record(register: Register, form: FilledForm, why: str, *, seen: int) -> Entry:
    name = form.answers.get("respondent")
    day = None if name else datetime.datetime.combine(form.date, datetime.time(), datetime.UTC)
    return register.record(KIND, form.id, as_kept(form), who=name or ANONYMOUS, why=why, seen=seen, at=day)


def _fault(problem: dict[str, Any], where: str) -> Fault:
    place = ", ".join([where, *(str(part) for part in problem["loc"][-1:])])
    if problem["input"] is None:
        return Fault(place, "nothing is written", "Fill it in")
    return Fault(place, str(problem["msg"]).removeprefix("Value error, "), "Correct it")
