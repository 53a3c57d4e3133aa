"""The sitting: a check-in's record as somebody fills it in, kept with the actions that it changes, or taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile
from typing import Any

from pydantic import ValidationError

from saypro_nb.agree.decisions import CheckIn, as_kept, kind_of, subject_of
from saypro_nb.agree.errors import ConflictError, Fault, InputError
from saypro_nb.keep import decisions
from saypro_nb.keep.decisions import Standing
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.register import Change, Entry, Register, conflict
from saypro_nb.review import check_ins


@dataclass(frozen=True)
class Sitting:
    """A check-in as somebody has it before them: its `record`, and what the register said when it was opened.

    `version` is that of the record (0: not kept yet), and `actions` are the department's, by id.
    """

    record: CheckIn
    version: int
    actions: Mapping[str, Standing]


def sit(dossier: Dossier, record: CheckIn) -> Sitting:
    """Return a `record` with what the register says now."""
    standings = decisions.standing(dossier.register)
    actions = {name: one for name, one in standings.items() if one.action.department == dossier.department}
    return Sitting(record, len(dossier.register.history(kind_of(record), subject_of(record))), actions)


def open_record(dossier: Dossier, blank: CheckIn) -> Sitting:
    """Return the record of a check-in as it was kept, else the `blank` one, with each action as it stands now.

    It is the same check-in on whatever day it was held between the period's end and the next update.
    """
    after = blank.next_update or date.max
    kept = [record for record in held(dossier) if dossier.last_day < record.held_on < after]
    sitting = sit(dossier, [blank, *kept][-1])
    actions = {name: one.action for name, one in sitting.actions.items()}
    lines = check_ins.brought_up_to_date(sitting.record.actions, actions)
    return replace(sitting, record=sitting.record.model_copy(update={"actions": lines}))


def checked(content: Mapping[str, Any], where: str) -> CheckIn:
    """Return what was filled in as a record; raises InputError with a fault for every field that keeps it from it."""
    try:
        record = CheckIn.model_validate(content)
    except ValidationError as error:
        raise InputError([_fault(dict(problem), where) for problem in error.errors()]) from None
    faults = check_ins.unfit(record, where)
    if faults:
        raise InputError(faults)
    return record


def keep(register: Register, sitting: Sitting, record: CheckIn, *, who: str, why: str) -> list[Entry]:
    """Keep the `record` that was filled in, and the actions that it changes, all or none, and return their entries.

    A second record of the same day takes the place of the first. Raises ConflictError where the record, or one of its
    actions, was changed by somebody else since the sitting was opened.
    """
    actions = {name: one.action for name, one in sitting.actions.items()}
    changed = {action.id: action for action in check_ins.followed(record, actions, "the record")[0]}
    _refuse_if_behind(register, sitting, [line.action for line in record.actions])
    changes = [Change(kind_of(record), subject_of(record), as_kept(record), _seen(register, sitting, record))]
    for name, action in changed.items():
        changes.append(Change(kind_of(action), name, as_kept(action), sitting.actions[name].version))
    return register.record_all(changes, who=who, why=why)


def undo(register: Register, entry: Entry, *, who: str, why: str) -> list[Entry]:
    """Return a check-in, of which this is the `entry`, and the actions kept with it to the state before.

    The first record of a day is withdrawn. Raises ConflictError where the register has moved on since.
    """
    changes = []
    for one in _kept_together(register, entry):
        earlier = register.history(one.kind, one.subject)[: one.version - 1]
        before = earlier[-1].content if earlier else {**one.content, "withdrawn": True}
        changes.append(Change(one.kind, one.subject, before, one.version))
    return register.record_all(changes, who=who, why=why)


def last(dossier: Dossier) -> CheckIn | None:
    """Return the department's last record, or None where there is none yet."""
    return next(reversed(held(dossier)), None)


def held(dossier: Dossier) -> list[CheckIn]:
    """Return the department's records, the earliest first, without those that were taken back."""
    records = [CheckIn.model_validate(entry.content) for entry in dossier.register.current("check_in")]
    mine = [one for one in records if one.department == dossier.department and not one.withdrawn]
    return sorted(mine, key=lambda one: one.held_on)


def _seen(register: Register, sitting: Sitting, record: CheckIn) -> int:
    """Return the version that the record follows: of another day than it was opened for, only one taken back."""
    if subject_of(record) == subject_of(sitting.record):
        return sitting.version
    history = register.history(kind_of(record), subject_of(record))
    return len(history) if history and history[-1].content.get("withdrawn") else 0


def _kept_together(register: Register, entry: Entry) -> list[Entry]:
    """Return the entry of a check-in with those of the actions that `keep` wrote right after it."""
    since = register.since(entry.at)
    after = since[since.index(entry) + 1 :]
    signed = (entry.at, entry.who, entry.why)
    of_it = takewhile(lambda one: one.kind == "action" and (one.at, one.who, one.why) == signed, after)
    return [entry, *of_it]


def _refuse_if_behind(register: Register, sitting: Sitting, actions: Iterable[str]) -> None:
    newest, seen = {entry.subject: entry for entry in register.current("action")}, sitting.actions
    behind = [name for name in actions if name in seen and newest[name].version != seen[name].version]
    if behind:
        raise ConflictError("\n".join(conflict("action", name, newest[name]) for name in behind))


def _fault(problem: Mapping[str, Any], where: str) -> Fault:
    place = f"{where}, {problem['loc'][0]}"
    if problem["input"] is None:
        return Fault(place, "nothing is written", "Fill it in")
    return Fault(place, str(problem["msg"]), "Correct it")
