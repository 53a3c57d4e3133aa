"""The outbox: messages to people, kept in the register until they have been sent.

A message is kept before the first attempt, so that nothing is lost while nobody can be reached. Before each attempt
the intent is kept and after it the outcome, so that nothing is sent twice. A program that is killed between the two
leaves the outcome open; such a message is sent again and says so, because a lost alert is worse than one told twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from saypro_nb.agree.decisions import Delivery, Told, as_kept
from saypro_nb.agree.errors import ConflictError
from saypro_nb.keep.register import Change, Register

WHO = "saypro notify"
AGAIN = "Sent again: it is not known whether the first attempt arrived.\n\n"

Send = Callable[[str, str, str], bool]
"""Sends a title and a text to the address of that name, and returns whether it was taken."""

Outcome = Literal["sent", "failed", "left to another"]


@dataclass(frozen=True)
class Letter:
    """A message of the outbox, and the `version` of its entry."""

    delivery: Delivery
    version: int

    @property
    def in_doubt(self) -> bool:
        """Whether an attempt was begun of which nobody knows how it ended."""
        return self.delivery.state == "sending"


def letters(register: Register) -> list[Letter]:
    """Return every message that was ever kept, in the order of their names."""
    return [Letter(Delivery.model_validate(entry.content), entry.version) for entry in register.current("delivery")]


def unsent(register: Register) -> list[Letter]:
    """Return the messages that nobody has confirmed to have taken."""
    return [letter for letter in letters(register) if letter.delivery.state != "sent"]


def told(register: Register) -> dict[str, list[Told]]:
    """Return what each address was told, or will be: everything that was ever put into the outbox for it."""
    found: dict[str, list[Told]] = {}
    for letter in letters(register):
        found.setdefault(letter.delivery.address, []).extend(letter.delivery.tells)
    return found


def put(register: Register, deliveries: Sequence[Delivery]) -> None:
    """Put new messages into the outbox, all or none; raises ConflictError where one of them is there already."""
    changes = [Change("delivery", one.subject, as_kept(one), 0) for one in deliveries]
    register.record_all(changes, who=WHO, why="to be told")


def send(register: Register, letter: Letter, by: Send) -> Outcome:
    """Try to send a message, with its intent kept before and its outcome after.

    It is left to another program that began at the same moment.
    """
    attempt = letter.delivery.attempts + 1
    intent = letter.delivery.model_copy(update={"state": "sending", "attempts": attempt})
    try:
        begun = _keep(register, intent, letter.version, f"attempt {attempt}")
    except ConflictError:
        return "left to another"
    arrived = by(intent.address, intent.title, (AGAIN if letter.in_doubt else "") + intent.text)
    outcome: Outcome = "sent" if arrived else "failed"
    _keep(register, intent.model_copy(update={"state": outcome}), begun, f"attempt {attempt} {outcome}")
    return outcome


def _keep(register: Register, delivery: Delivery, seen: int, why: str) -> int:
    entry = register.record("delivery", delivery.subject, as_kept(delivery), who=WHO, why=why, seen=seen)
    return entry.version
