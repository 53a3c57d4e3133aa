"""The register of the sample: corrective actions from actions.yaml, entered one change after the other."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from saypro_nb.agree.plans import Action
from saypro_nb.keep.register import Register

SOURCE = Path(__file__).with_name("actions.yaml")
CHANGEABLE = ("status", "progress", "next_steps")


def write(folder: Path) -> None:
    """Write register.sqlite anew, with every change of every action in the order of time."""
    (folder / "register.sqlite").unlink(missing_ok=True)
    register = Register.open("sqlite:///register.sqlite", folder)
    entries = [entry for planned in yaml.safe_load(SOURCE.read_text("utf-8")) for entry in _entries(planned)]
    for entry in sorted(entries, key=lambda entry: entry["at"]):
        register.record("action", entry["content"]["id"], **entry)


def _entries(planned: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the first state of an action and then each later one, as arguments of a register entry."""
    content = planned["action"]
    for version, change in enumerate([planned["entered"], *planned["history"]]):
        content = content | {name: change[name] for name in CHANGEABLE if name in change}
        content = content | {"milestones": _milestones(content["milestones"], change.get("done", 0))}
        yield {
            "content": Action.model_validate(content).model_dump(mode="json"),
            "who": change["who"],
            "why": change["why"],
            "seen": version,
            "at": _utc(change["at"]),
        }


def _milestones(milestones: list[dict[str, Any]], done: int) -> list[dict[str, Any]]:
    """Return `milestones` with the first `done` of them marked; those marked before stay so."""
    return [step | {"done": step.get("done", False) or place < done} for place, step in enumerate(milestones)]


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
