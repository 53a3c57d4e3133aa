"""Whether a run may begin: everything that it will read is looked at first, and again only when it has changed."""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import whole
from saypro_nb.run import fingerprint, parameters
from saypro_nb.run.fingerprint import Inputs
from saypro_nb.run.nursery import Nursery


def light_faults(workspace: Workspace, files: Sequence[Path]) -> list[Fault]:
    """Return the faults of the notebooks that can be told without looking at data."""
    missing = [
        Fault(f"{workspace.review.notebooks}/{file.name}", "there is no such notebook", "Copy it from the project")
        for file in files
        if not file.is_file()
    ]
    return missing or parameters.faults(workspace, files)


def inspect(workspace: Workspace, faults: list[Fault]) -> None:
    """Look at all data; raises InputError with its faults and the given ones."""
    from saypro_nb.keep import inspection

    found = faults + inspection.faults(workspace)
    if found:
        raise InputError(found)


def _inspected(workspace: Workspace, period: str, faults: list[Fault]) -> datetime.date:
    """Return the review period after looking at all data."""
    from saypro_nb.keep import values

    inspect(workspace, faults)
    return values.resolve(period, workspace)


class Admission:
    """The answer for a workspace, with what was found out by earlier runs about the very same inputs."""

    def __init__(self, workspace: Workspace, inputs: Inputs, files: Sequence[Path]) -> None:
        self._file = workspace.root / "outputs" / "checked.json"
        self._workspace, self._files = workspace, files
        self._inputs = inputs
        self._periods: dict[str, str] = {}
        self._digest: str | None = None
        self.is_new = True  # nothing is known of inputs like these

    def period(self, asked: str, faults: list[Fault], nursery: Nursery) -> datetime.date:
        """Return the review period that is `asked` for; raises InputError with every fault."""
        light = faults + light_faults(self._workspace, self._files)
        if not light:
            self._recall()
        if asked not in self._periods:
            self._periods[asked] = nursery.call(_inspected, self._workspace, asked, light).isoformat()
        return datetime.date.fromisoformat(self._periods[asked])

    def remember(self) -> None:
        """Keep the answer for later runs."""
        if self._digest is not None:
            whole.write(self._file, json.dumps({"inputs": self._digest, "periods": self._periods}) + "\n")

    def _recall(self) -> None:
        try:
            parts = self._inputs.of_everything(self._files)
        except Exception:  # a register that can't be read has its own words, from the inspection
            return
        if None in parts.values():
            return
        self._digest = fingerprint.of_facts(parts)
        try:
            known = json.loads(self._file.read_text(encoding="utf-8"))
            self._periods = dict(known["periods"]) if known["inputs"] == self._digest else {}
            self.is_new = not self._periods
        except (OSError, ValueError, LookupError, TypeError):
            return
