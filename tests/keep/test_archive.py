import csv
import json
from pathlib import Path

import pytest

from saypro_nb.agree.errors import ConflictError, InputError
from saypro_nb.keep import archive
from saypro_nb.keep.register import Register
from tests.plans import action

URL = "sqlite:///register.sqlite"
NASTY = '=HYPERLINK(A1), "two"\r\nlines\t; \'ü 測試 🎯'


def register(folder: Path) -> Register:
    folder.mkdir(exist_ok=True)
    return Register.open(URL, folder)


@pytest.fixture
def full(tmp_path: Path) -> Register:
    """A register with text that spreadsheets, CSV and JSON find hard, and with several kinds."""
    kept = register(tmp_path / "full")
    for seen, progress in enumerate(("", NASTY, "'=A1", "'quoted")):
        content = action(progress=progress, budget=0.1 + 0.2).model_dump(mode="json")
        kept.record("action", "north-1", content, who="-Lead", why=NASTY, seen=seen)
    note = {"department": "north", "period": "2026-06-22", "text": NASTY}
    kept.record("note", "north-2026-06-22", note, who="Analyst", why="asked", seen=0)
    return kept


@pytest.mark.parametrize("name", ["register.json", "register.csv"])
def test_a_register_goes_out_and_in_again_without_loss(tmp_path: Path, full: Register, name: str) -> None:
    archive.write(full.everything(), tmp_path / name)
    copy = register(tmp_path / "copy")
    assert archive.take_in(copy, archive.read(tmp_path / name)) == 5
    assert copy.everything() == full.everything()


def test_no_cell_of_the_csv_runs_as_a_formula(tmp_path: Path, full: Register) -> None:
    archive.write(full.everything(), tmp_path / "register.csv")
    with (tmp_path / "register.csv").open(encoding="utf-8", newline="") as lines:
        cells = [cell for row in csv.reader(lines) for cell in row]
    assert sum(cell.startswith("'=HYPERLINK") for cell in cells) == 4
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_what_the_register_holds_already_is_not_added_twice(tmp_path: Path, full: Register) -> None:
    entries = full.everything()
    half = register(tmp_path / "half")
    half.keep(entries[:2])
    assert archive.take_in(half, entries) == 3
    assert archive.take_in(half, entries) == 0
    assert half.everything() == entries


def test_a_file_that_tells_another_story_is_a_conflict_and_nothing_is_added(tmp_path: Path, full: Register) -> None:
    other = register(tmp_path / "other")
    other.record("action", "north-1", action(owner="Somebody else").model_dump(mode="json"), who="x", why="y", seen=0)
    with pytest.raises(ConflictError, match="Version 1 of the action 'north-1' in the file is by -Lead"):
        archive.take_in(other, full.everything())
    assert len(other.everything()) == 1


def test_every_fault_of_a_file_is_told_with_its_row(tmp_path: Path, full: Register) -> None:
    archive.write(full.everything(), tmp_path / "register.json")
    rows = json.loads((tmp_path / "register.json").read_text(encoding="utf-8"))
    rows[0]["kind"] = "acton"
    rows[1]["content"]["budget"] = "much"
    rows[2]["at"] = "yesterday"
    (tmp_path / "register.json").write_text(json.dumps(rows), encoding="utf-8")
    with pytest.raises(InputError) as told:
        archive.read(tmp_path / "register.json")
    assert [fault.where for fault in told.value.faults] == [
        "register.json, row 1, kind",
        "register.json, row 2, content",
        "register.json, row 3",
    ]
    assert "Did you mean 'action'?" in str(told.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [("r.json", "{"), ("r.json", '{"a": 1}'), ("r.csv", "kind\naction\n"), ("r.txt", ""), ("x.csv", None)],
)
def test_what_is_no_register_is_refused_in_words(tmp_path: Path, name: str, content: str | None) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(InputError):
        archive.read(tmp_path / name)
