"""The history of runs: what was built when, how long it took, why, and how it ended.

outputs/run.json holds the last runs, the latest at the end. While a run is going on, each page is noted in a journal
beside it, a line at a time, so that a run which is killed has its place in the history as well.
"""

import datetime
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.keep import whole

RUNS_KEPT = 200  # almost four years of weeks; the file stays small enough to be read at once

Run = dict[str, Any]


class History:
    """The history in the folder `outputs`."""

    def __init__(self, outputs: Path) -> None:
        self._file, self._journal = outputs / "run.json", outputs / "run.journal"

    def runs(self) -> list[Run]:
        """Return every run that is kept, the latest last; raises InputError where the file is damaged."""
        try:
            kept = list(json.loads(self._file.read_text(encoding="utf-8"))) if self._file.is_file() else []
        except ValueError:
            found = "the history of runs is damaged"
            raise InputError([Fault("outputs/run.json", found, "Delete the file")]) from None
        known = {run["began"] for run in kept}  # killed between the last two steps of its end, a run is in both files
        return [*kept, *(run for run in self._unfinished() if run["began"] not in known)][-RUNS_KEPT:]

    def begin(self, facts: Run) -> None:
        """Begin a run; one that was killed before gets its place in the history."""
        self._keep(self.runs())
        self._journal.write_text(_line(facts | {"began": _now()}), encoding="utf-8")

    def note(self, page: Run) -> None:
        """Note what became of a page."""
        with self._journal.open("a", encoding="utf-8") as journal:
            journal.write(_line(page))

    def end(self, result: str, **facts: object) -> None:
        """End the run with its `result` in a word."""
        *before, run = self.runs()
        began = datetime.datetime.fromisoformat(run["began"])
        seconds = (datetime.datetime.now(datetime.UTC) - began).total_seconds()
        pages = run.pop("pages")
        self._keep([*before, run | {"result": result, "seconds": round(seconds, 1), **facts, "pages": pages}])

    def _keep(self, runs: list[Run]) -> None:
        whole.write(self._file, json.dumps(runs[-RUNS_KEPT:], indent=1, ensure_ascii=False) + "\n")
        self._journal.unlink(missing_ok=True)

    def _unfinished(self) -> list[Run]:
        """Return the run that the journal tells of, if there is one; its last line may be torn."""
        text = self._journal.read_text(encoding="utf-8", errors="replace") if self._journal.is_file() else ""
        lines = text.splitlines()
        noted = list(_read(lines))
        return [noted[0] | {"result": "cut short", "pages": noted[1:]}] if noted else []


def _read(lines: Iterable[str]) -> Iterable[Run]:
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            return


def _line(facts: Run) -> str:
    return json.dumps(facts, ensure_ascii=False) + "\n"


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")
