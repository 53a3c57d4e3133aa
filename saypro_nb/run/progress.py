"""How a batch goes, for whoever waits for it: live lines on a terminal, plain ones in a log."""

import sys
import time
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from saypro_nb.run.batch import Batch
    from saypro_nb.run.build import Outcome, Task


class PlainProgress:
    """Says in one line what became of each page that was not left alone."""

    def began(self, task: "Task") -> None:
        """Say nothing: a log wants results."""

    def ended(self, outcome: "Outcome") -> None:
        """Say what became of the page."""
        if outcome.state != "unchanged":
            self._say(_line(outcome), failed=outcome.state != "built")

    def tick(self) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Say nothing."""

    def _say(self, line: str, *, failed: bool) -> None:
        click.echo(line, err=failed)


class LiveProgress(PlainProgress):
    """Also shows a line for the batch, with the time left, and one for each page that is being built."""

    def __init__(self, batch: "Batch") -> None:
        from tqdm import tqdm

        self._bar = tqdm(total=len(batch.tasks), unit="page", leave=False, position=0, dynamic_ncols=True)
        self._lines: dict[tuple[str, str], Any] = {}
        self._began: dict[tuple[str, str], float] = {}

    def began(self, task: "Task") -> None:
        """Give the page a line."""
        from tqdm import tqdm

        taken = {line.pos for line in self._lines.values()}
        position = next(place for place in range(1, len(taken) + 2) if -place not in taken)
        self._lines[task.key] = tqdm(total=0, bar_format="{desc}", leave=False, position=position)
        self._began[task.key] = time.monotonic()
        self.tick()

    def ended(self, outcome: "Outcome") -> None:
        """Take the page's line away, and say what became of it."""
        key = (outcome.department, outcome.notebook)
        if key in self._lines:
            self._lines.pop(key).close()
        super().ended(outcome)
        self._bar.update()

    def tick(self) -> None:
        """Show how long each page has taken."""
        for key, line in self._lines.items():
            line.set_description_str(f"  {', '.join(key)}: {time.monotonic() - self._began[key]:.0f} s")
        self._bar.refresh()

    def close(self) -> None:
        """Take all lines away."""
        for line in self._lines.values():
            line.close()
        self._bar.close()

    def _say(self, line: str, *, failed: bool) -> None:
        self._bar.write(line, file=sys.stderr if failed else sys.stdout)


def shown_for(batch: "Batch") -> PlainProgress:
    """Return the progress that suits where the batch was started."""
    return LiveProgress(batch) if sys.stderr.isatty() and sys.stdout.isatty() else PlainProgress()


def _line(outcome: "Outcome") -> str:
    if outcome.state == "built":
        return f"built: {outcome.department}, {outcome.notebook} in {outcome.seconds:.1f} s ({outcome.because})"
    return f"{outcome.state}: {outcome.department}, {outcome.notebook}: {outcome.reason}"
