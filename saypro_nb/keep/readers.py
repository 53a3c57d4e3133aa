"""The reader of free text, learnt once for a workspace's examples and kept in outputs/ for every page that reads.

Its file's name holds a fingerprint of the examples, the table of meanings and the method's code, so that what was
learnt from others is never taken for it.
"""

import hashlib
from contextlib import suppress
from pathlib import Path

import numpy as np

from saypro_nb.agree.library import Statements
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import meanings_table, whole
from saypro_nb.review import likeness, meanings, statements, wording
from saypro_nb.review.statements import Reader

METHOD = (statements, likeness, meanings, wording)


def of(workspace: Workspace) -> Reader | None:
    """Return what reads free text in a workspace; None where it has no params/statements.yaml to learn from."""
    examples = workspace.statements
    if examples is None:
        return None
    file = workspace.root / "outputs" / f"reader-{_fingerprint(examples)}.npz"
    if file.is_file():
        with np.load(file, allow_pickle=False) as kept:
            return Reader.recalled(kept, examples, meanings_table.load())
    learnt = statements.learn(examples, meanings_table.load())
    with suppress(OSError):  # a workspace that can only be read costs the next one who asks the time, no more
        _leave(learnt, file)
    return learnt


def _fingerprint(examples: Statements) -> str:
    known = hashlib.sha256(examples.model_dump_json().encode())
    for file in (meanings_table.TABLE, *(Path(str(module.__file__)) for module in METHOD)):
        known.update(file.read_bytes())
    return known.hexdigest()[:16]


def _leave(learnt: Reader, file: Path) -> None:
    with whole.replacing(file) as aside, aside.open("wb") as kept:
        np.savez(kept, allow_pickle=False, **learnt.learnt())
    for earlier in set(file.parent.glob("reader-*.npz")) - {file}:
        earlier.unlink(missing_ok=True)
