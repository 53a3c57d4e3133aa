"""Put dirt into many workspaces: ``python -m tests.faults.dirt_soak [WORKSPACES] [SEED] [RUN_EVERY] [FIRST]``.

Each workspace gets one to three kinds of dirt and is checked; of those that pass, every RUN_EVERY-th is run, and other
commands look at it. Prints what ended wrongly, and how often each kind of dirt was met, refused and run.
"""

import faulthandler
import os
import resource
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random

from tests.faults import dirt, dirt_verdict, dirty_workspace

MOST_BYTES = 12 << 30  # of address space: a bomb in a file ends in an error rather than with the machine
COMMANDS = (
    ("status",),
    ("status", "--json"),
    ("export", "--out", "OUTPUTS/xlsx"),
    ("export", "--out", "OUTPUTS/csv", "--format", "csv"),
    ("export", "--out", "OUTPUTS/calendar", "--calendar"),
    ("check-in", "north"),
    ("notify", "--dry-run"),
    ("history", "N-1"),
)


def main(count: int = 2000, seed: int = 1, run_every: int = 8, first: int = 0) -> int:
    """Check every workspace, run some, and return how many ended wrongly."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    os.environ[dirt_verdict.SECRET_NAME] = dirt_verdict.SECRET
    met, wrong, passed = Counter[str](), 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        clean = dirty_workspace.make(Path(scratch) / "clean" / "work")
        figures = _undisturbed(Path(scratch), clean) if run_every else {}
        for number in range(first, first + count):
            faulthandler.dump_traceback_later(600, exit=True)  # stuck beyond Python, where no alarm is heard
            chance = Random(1_000_003 * seed + number)
            folder = Path(scratch) / str(number) / "work"
            shutil.copytree(clean, folder)
            chosen = chance.choices([*dirt.DIRT, *dirt.HARMLESS], [3] * len(dirt.DIRT) + [1] * len(dirt.HARMLESS), k=3)
            names = chosen[: chance.choice((1, 1, 1, 2, 3))]
            is_run = run_every and chance.randrange(run_every) == 0
            found = disturbed(folder, names, chance)
            met.update(f"{name}: {'refused' if found is None else 'passed'}" for name in names)
            if found == [] and is_run:
                passed += 1
                found = run(folder, figures if set(names) <= set(dirt.HARMLESS) else {}, chance)
            if found:
                wrong += 1
                print(f"{number} {', '.join(names)}:\n    " + "\n    ".join(found), flush=True)
            shutil.rmtree(folder.parent)
    faulthandler.cancel_dump_traceback_later()
    for name, times in sorted(met.items()):
        print(f"{times:5} {name}")
    print(f"{count - wrong} of {count} ended well; {passed} of them were run")
    return wrong


def disturbed(folder: Path, names: list[str], chance: Random) -> list[str] | None:
    """Put in the dirt and check; return what is wrong, or None where the dirt was rightly refused."""
    kinds = dirt.DIRT | dirt.HARMLESS
    abouts = []
    for name in names:
        try:
            abouts.append(kinds[name](folder, chance))
        except (OSError, ValueError, LookupError, TypeError, AttributeError):  # not possible on top of the dirt before
            if len(names) == 1:
                raise
    before = dirt_verdict.lying(folder)
    end = dirt_verdict.ask("check", "--workspace", str(folder))
    about = next((word for word in abouts if word in end.said), abouts[0] if abouts else "")
    found = dirt_verdict.said_wrongly(end, about)
    found += _touched(before, folder)
    if end.code == 2 and not found:
        if set(names) <= set(dirt.HARMLESS):
            return [f"refused, though harmless: {end.said}"]
        return None
    return found


def run(folder: Path, figures: Mapping[str, bytes], chance: Random) -> list[str]:
    """Run the review and some other command; return what is wrong. `figures` are those that must come out, if known."""
    if chance.random() < 0.3:
        dirt.foreign_outputs(folder, chance)
    before = dirt_verdict.lying(folder)
    end = dirt_verdict.ask("run", "--workspace", str(folder), "--jobs", "2", seconds=300)
    found = dirt_verdict.said_wrongly(end, "") + dirt_verdict.left_wrongly(folder) + _touched(before, folder)
    if figures and (now := dirt_verdict.figures(folder)) != figures:
        found += [f"{name} differs" for name in sorted({*now, *figures}) if now.get(name) != figures.get(name)]
    command = chance.choice(COMMANDS)
    told = dirt_verdict.ask(command[0], "--workspace", str(folder), *_at(folder, command[1:]))
    wrong = dirt_verdict.said_wrongly(told, "") + dirt_verdict.left_wrongly(folder) + _touched(before, folder)
    return found + [f"{' '.join(command)}: {what}" for what in wrong if what not in found]


def _at(folder: Path, options: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.replace("OUTPUTS", str(folder / "outputs")) for word in options)


def _touched(before: dict[str, tuple[int, int]], folder: Path) -> list[str]:
    after = dirt_verdict.lying(folder)
    return [f"{name} was touched" for name in sorted({*before, *after}) if before.get(name) != after.get(name)]


def _undisturbed(scratch: Path, clean: Path) -> dict[str, bytes]:
    folder = scratch / "undisturbed" / "work"
    shutil.copytree(clean, folder)
    end = dirt_verdict.ask("run", "--workspace", str(folder), "--jobs", "2", seconds=600)
    assert end.code == 0, end
    figures = dirt_verdict.figures(folder)
    assert len(figures) == 8, figures.keys()
    return figures


if __name__ == "__main__":
    sys.exit(min(main(*map(int, sys.argv[1:])), 100))
