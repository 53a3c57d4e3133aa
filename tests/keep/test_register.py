import datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from saypro_nb.agree.errors import ConflictError
from saypro_nb.keep.register import Register

URL = "sqlite:///register.sqlite"


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register.open(URL, tmp_path)


def decide(register: Register, status: str, seen: int, subject: str = "north-1") -> None:
    register.record("action", subject, {"status": status}, who="Head of North", why="in the meeting", seen=seen)


def test_the_present_state_is_the_last_entry_and_the_earlier_ones_are_kept(register: Register) -> None:
    decide(register, "proposed", seen=0)
    decide(register, "approved", seen=1)
    assert [entry.content["status"] for entry in register.current("action")] == ["approved"]
    assert [entry.content["status"] for entry in register.history("action", "north-1")] == ["proposed", "approved"]


def test_undoing_is_one_more_entry(register: Register) -> None:
    decide(register, "proposed", seen=0)
    decide(register, "declined", seen=1)
    decide(register, "proposed", seen=2)
    assert register.current("action")[0].version == 3
    assert register.current("action")[0].content["status"] == "proposed"


def test_whoever_saw_an_older_version_gets_a_conflict_and_changes_nothing(register: Register) -> None:
    decide(register, "proposed", seen=0)
    decide(register, "approved", seen=1)
    with pytest.raises(ConflictError, match="changed by somebody else"):
        decide(register, "declined", seen=1)
    assert register.current("action")[0].content["status"] == "approved"


def test_an_entry_says_who_when_and_why_and_the_time_is_utc(register: Register) -> None:
    at = datetime.datetime(2026, 6, 22, 10, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    register.record("note", "north", {"text": "x"}, who="Head of North", why="asked", seen=0, at=at)
    entry = register.current("note")[0]
    assert (entry.who, entry.why) == ("Head of North", "asked")
    assert entry.at == datetime.datetime(2026, 6, 22, 8, 0, tzinfo=datetime.UTC)


def test_kinds_and_subjects_are_kept_apart(register: Register) -> None:
    decide(register, "proposed", seen=0)
    decide(register, "approved", seen=0, subject="north-2")
    register.record("hypothesis", "north-1", {}, who="x", why="y", seen=0)
    assert [entry.subject for entry in register.current("action")] == ["north-1", "north-2"]
    assert len(register.history("hypothesis")) == 1


def test_reading_leaves_the_workspace_as_it_was(tmp_path: Path, register: Register) -> None:
    assert register.current("action") == []
    assert list(tmp_path.iterdir()) == []


def _write(folder: Path, status: str) -> bool:
    try:
        decide(Register.open(URL, folder), status, seen=1)
    except ConflictError:
        return False
    return True


def test_of_four_who_change_the_same_version_at_once_one_wins_and_three_are_told(
    tmp_path: Path, register: Register
) -> None:
    decide(register, "proposed", seen=0)
    with get_context("spawn").Pool(4) as pool:
        written = pool.starmap(_write, [(tmp_path, f"choice {number}") for number in range(4)])
    assert sorted(written) == [False, False, False, True]
    assert len(register.history("action")) == 2
