"""Decisions: what a meeting settles about actions and causes, as changes for the register.

Approving a proposal of the library keeps the proposal as its first version and the decision as the second, so that
one can see later what was asked and what was answered. Every decision on an action is signed off by an entry of its
own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from saypro_nb.agree.decisions import Decision, HypothesisVerdict, SignOff, as_kept, kind_of, subject_of
from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.plans import Action, Status
from saypro_nb.agree.settings import Catalogue
from saypro_nb.keep.register import Change, Entry, Register
from saypro_nb.review import plan_rules
from saypro_nb.review.agenda import SignedOff
from saypro_nb.review.causes import Decided

APPROVED: dict[Status, Status] = {
    "proposed": "not started",
    "declined": "not started",
    "needs adjustment": "in progress",
}
"""What approval makes of an action's status; in any other there is nothing to approve."""


@dataclass(frozen=True)
class Standing:
    """An action as it stands: its `version` in the register (0: only proposed by the library), and `signed`, how
    often it was signed off.
    """

    action: Action
    version: int
    signed: int = 0


def standing(register: Register) -> dict[str, Standing]:
    """Return every action of the register as it stands, by its id; raises InputError for one that is damaged."""
    signed = {entry.subject: entry.version for entry in register.current("sign_off")}
    return {
        entry.subject: Standing(
            checked(entry.content, f"the register, action '{entry.subject}'"),
            entry.version,
            signed.get(entry.subject, 0),
        )
        for entry in register.current("action")
    }


def decided(register: Register, department: str) -> list[Decided]:
    """Return what was decided about the causes of a department's gaps, by whom, when and why."""
    judged = [(HypothesisVerdict.model_validate(entry.content), entry) for entry in register.current("hypothesis")]
    return [
        Decided(item.kpi, item.family, item.hypothesis, item.verdict, entry.who, entry.at.date(), entry.why)
        for item, entry in judged
        if item.department == department
    ]


def signed_off(register: Register, department: str) -> list[SignedOff]:
    """Return the last decision on each of a department's actions, the latest first."""
    entries = [entry for entry in register.current("sign_off") if entry.content["department"] == department]
    return [
        SignedOff(entry.subject, entry.content["verdict"], entry.who, entry.at.date(), entry.why)
        for entry in sorted(entries, key=lambda entry: entry.at, reverse=True)
    ]


def judge(register: Register, verdict: HypothesisVerdict, *, who: str, why: str, seen: int | None = None) -> Entry:
    """Keep the verdict on a cause of a gap, in place of the one of version `seen`, or of the last one."""
    kind, subject = kind_of(verdict), subject_of(verdict)
    version = len(register.history(kind, subject)) if seen is None else seen
    return register.record(kind, subject, as_kept(verdict), who=who, why=why, seen=version)


def take_back(register: Register, verdict: HypothesisVerdict, *, who: str, why: str, seen: int) -> Entry:
    """Return a cause of a gap to the verdict before its last one; before its first one it was open."""
    if seen != 1:
        return register.undo(kind_of(verdict), subject_of(verdict), who=who, why=why, seen=seen)
    before = verdict.model_copy(update={"verdict": "open"})
    return judge(register, before, who=who, why=why, seen=seen)


def changed(action: Action, changes: Mapping[str, Any], where: str) -> Action:
    """Return the action with `changes`; raises InputError, with a fault for every field, where it is none then.

    ``baseline``, ``amount``, ``by`` and ``criterion`` (its KPI) are those of the success criterion.
    """
    of_criterion = {"criterion": "kpi", "baseline": "baseline", "amount": "amount", "by": "by"}
    content = action.model_dump()
    for name, value in changes.items():
        if name in of_criterion:
            content["criterion"][of_criterion[name]] = value
        else:
            content[name] = value
    return checked(content, where)


def checked(content: Mapping[str, Any], where: str) -> Action:
    """Return the content as an action; raises InputError with a fault for every field that keeps it from being one."""
    try:
        return Action.model_validate(content)
    except ValidationError as error:
        raise InputError([_fault(dict(problem), where) for problem in error.errors()]) from None


def settle(
    before: Standing, decision: Decision, after: Action, owned: Catalogue, where: str
) -> tuple[Action, list[Change]]:
    """Return the action as decided and the changes that keep it: the proposal, where it is new, decision, sign-off.

    `after` is the action with what the meeting adjusted. Raises InputError where the decision doesn't fit the action's
    status, or the action could not be followed up.
    """
    _refuse(before.action, decision, after, where)
    decided = after
    if decision == "decline":
        decided = before.action.model_copy(update={"status": "declined"})
    elif after.status == before.action.status:
        decided = after.model_copy(update={"status": APPROVED.get(after.status, after.status)})
    faults = plan_rules.faults(decided, owned, where) if decision != "decline" else []
    if faults:
        raise InputError(faults)
    asked = [_change(before.action, 0)] if before.version == 0 else []
    version = before.version + len(asked)
    said = SignOff(department=decided.department, action=decided.id, version=version + 1, verdict=_SAID[decision])
    return decided, [*asked, _change(decided, version), _change(said, before.signed)]


_SAID: dict[Decision, Any] = {"approve": "approved", "adjust": "adjusted", "decline": "declined"}


def undo(register: Register, action: str, *, who: str, why: str, seen: int | None = None) -> Entry:
    """Return an action to the state before its last change, and withdraw the sign-off of what is undone.

    The change to undo is the one that made the version `seen`, the last one if it isn't given. Raises ConflictError
    where the register has moved on since.
    """
    history = register.history("action", action)
    signed = register.history("sign_off", action)
    version = len(history) if seen is None else seen
    if version < 2 or version > len(history):
        return register.undo("action", action, who=who, why=why, seen=version)
    changes = [Change("action", action, history[version - 2].content, version)]
    if signed and signed[-1].content["version"] == version and signed[-1].content["verdict"] != "withdrawn":
        content = signed[-1].content | {"verdict": "withdrawn"}
        changes.append(Change("sign_off", action, content, len(signed)))
    return register.record_all(changes, who=who, why=why)[0]


def meant(decision: Decision, before: Action, after: Action) -> Decision:
    """Return the decision that is meant: who approves an action and changes it as well adjusts it."""
    return "adjust" if decision == "approve" and after != before else decision


def _refuse(action: Action, decision: Decision, after: Action, where: str) -> None:
    """Raise InputError where the decision doesn't fit what the action is already."""
    found = remedy = ""
    if decision == "approve" and action.status not in APPROVED:
        found, remedy = f"{action.id} is {action.status} already", "To change it, adjust it"
    elif decision == "approve" and after != action:
        found, remedy = f"{action.id} is approved with changes", "Decide 'adjust', which approves what is changed"
    elif decision == "adjust" and after == action:
        found, remedy = f"{action.id} is adjusted without a change", "Change its owner, dates, budget or another field"
    elif decision == "decline" and action.status in ("completed", "declined"):
        found, remedy = f"{action.id} is {action.status} already", "There is nothing left to decline"
    if found:
        raise InputError([Fault(f"{where}, decision", found, remedy)])


def _change(content: Action | SignOff, seen: int) -> Change:
    return Change(kind_of(content), subject_of(content), as_kept(content), seen)


def _fault(problem: Mapping[str, Any], where: str) -> Fault:
    """Return what pydantic says of a field in the words of the plan's columns."""
    place = [str(part) for part in problem["loc"]]
    column = place[-1] if place and place[0] == "criterion" else place[0] if place else "dates"
    column = "criterion" if place == ["criterion", "kpi"] else column
    message = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] in ("string_too_short", "missing") or problem["input"] is None:
        return Fault(f"{where}, {column}", "nothing is written", "Fill it in")
    shown = "" if isinstance(problem["input"], dict) else f"{problem['input']!r}: "
    return Fault(f"{where}, {column}", f"{shown}{message[:1].lower()}{message[1:]}", "Correct it")
