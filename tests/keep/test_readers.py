"""What was learnt is kept, and is the same as learning anew; it is learnt again when an example changes."""

from pathlib import Path

import pandas as pd
import pytest

from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import meanings_table, readers
from saypro_nb.review import statements
from tests import workspaces

EXAMPLES = {
    "words": {"training": ["train", "course"]},
    "examples": {
        "shop": {
            "training": ["Nobody trained us on the new till.", "We need a course on returns."],
            "resources": ["We are two people short every Saturday.", "There are too few tills."],
            "none": ["The shop opens at nine.", "Everything went well."],
        }
    },
}
SAID = ["No course on the new system was offered.", "We are short of staff.", "Fine."]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = workspaces.make(tmp_path / "work")
    workspaces.write(made, "statements", EXAMPLES)
    return made


def read(folder: Path) -> pd.DataFrame:
    reader = readers.of(Workspace.load(str(folder)))
    assert reader is not None
    return statements.read(SAID, reader)


def test_what_was_kept_reads_as_what_was_just_learnt(folder: Path) -> None:
    examples = Workspace.load(str(folder)).statements
    assert examples is not None
    fresh = statements.read(SAID, statements.learn(examples, meanings_table.load()))
    for found in (read(folder), read(folder)):
        pd.testing.assert_frame_equal(found, fresh, check_exact=True)
    assert len(list((folder / "outputs").glob("reader-*.npz"))) == 1


def test_a_changed_example_is_learnt(folder: Path) -> None:
    before = read(folder)
    others = {"words": {}, "examples": {"shop": {"none": SAID, "training": ["Teach us."]}}}
    workspaces.write(folder, "statements", others)
    assert read(folder)["verdict"].tolist() != before["verdict"].tolist()
    assert len(list((folder / "outputs").glob("reader-*.npz"))) == 1


def test_a_workspace_without_examples_has_no_reader(tmp_path: Path) -> None:
    assert readers.of(Workspace.load(str(workspaces.make(tmp_path / "work")))) is None
