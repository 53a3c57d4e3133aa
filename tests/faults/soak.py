"""Inject faults at random moments, many times: ``python -m tests.faults.soak [ROUNDS] [SEED]``, 50 rounds by default.

Each round begins a batch that builds everything, disturbs it at a random moment, and runs it again. The end must be
the same, byte for byte, as that of a batch that nobody disturbed.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from tests import workspaces
from tests.faults import injection

SMALL_DISK = "a full disk"


def main(rounds: int = 50, seed: int = 1) -> int:
    """Run the rounds, print what happened in each, and return how many ended wrongly."""
    chance, wrong, met = Random(seed), 0, Counter[str]()
    with tempfile.TemporaryDirectory() as scratch:
        folder = workspaces.make(Path(scratch) / "work")
        began = time.monotonic()
        assert injection.finish(folder)[0] == 0
        whole, seconds = injection.left(folder), time.monotonic() - began
        for number in range(1, rounds + 1):
            name = chance.choice([*injection.FAULTS, SMALL_DISK])
            met[name] += 1
            told = disturbed(folder, name, chance, seconds)
            faults = [*after(folder, whole), *(["a traceback was shown"] if "Traceback (most" in told else [])]
            wrong += bool(faults)
            print(f"{number:3} {name}: {'; '.join(faults) or 'recovered'}", flush=True)
    print(f"{rounds - wrong} of {rounds} recovered ({dict(met)})")
    return wrong


def disturbed(folder: Path, name: str, chance: Random, seconds: float) -> str:
    """Begin to build everything, let the fault happen at some moment, and return what the batch said."""
    most_bytes = chance.randrange(1000, 200_000) if name == SMALL_DISK else None
    batch = injection.begin(folder, "--force", most_bytes=most_bytes)
    time.sleep(chance.uniform(0, seconds))
    if name in injection.FAULTS and batch.poll() is None:
        injection.FAULTS[name](batch, folder, chance)
    return injection.end(batch)[1]


def after(folder: Path, whole: dict[str, str]) -> list[str]:
    """Run the batch again, and return what is not as it would be after an undisturbed one."""
    code, said = injection.finish(folder)
    found = injection.left(folder)
    differing = [name for name in whole | found if whole.get(name) != found.get(name)]
    faults = [f"exit code {code}: {said[-300:]}"] if code else []
    faults += [f"{name} differs" for name in differing]
    return faults + [f"{file.name} is left" for file in injection.unfinished(folder)]


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
