import datetime
from pathlib import Path

import pytest

from saypro_nb.agree.errors import ConflictError, InputError, WorkbenchError
from saypro_nb.keep.register import Change, Register

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


def test_undoing_returns_to_the_state_before_by_one_more_entry(register: Register) -> None:
    decide(register, "proposed", seen=0)
    decide(register, "declined", seen=1)
    undone = register.undo("action", "north-1", who="Head of South", why="wrong line", seen=2)
    assert (undone.version, undone.content["status"], undone.why) == (3, "proposed", "wrong line")
    assert [entry.content["status"] for entry in register.history("action")] == ["proposed", "declined", "proposed"]


def test_a_first_entry_has_nothing_to_return_to(register: Register) -> None:
    decide(register, "proposed", seen=0)
    with pytest.raises(WorkbenchError, match="'north-1' has nothing before its first entry to return to"):
        register.undo("action", "north-1", who="x", why="y", seen=1)
    with pytest.raises(WorkbenchError, match="'north-2' has no entry at all"):
        register.undo("action", "north-2", who="x", why="y", seen=1)


def test_an_undo_of_a_state_that_has_moved_on_is_a_conflict(register: Register) -> None:
    for seen, status in enumerate(("proposed", "not started", "in progress")):
        decide(register, status, seen=seen)
    with pytest.raises(ConflictError):
        register.undo("action", "north-1", who="x", why="y", seen=2)


def test_changes_recorded_together_are_all_kept_or_none_and_every_conflict_is_told(register: Register) -> None:
    decide(register, "proposed", seen=0)
    decide(register, "proposed", seen=0, subject="north-2")
    stale = [Change("action", name, {"status": "declined"}, seen=0) for name in ("north-1", "north-2")]
    with pytest.raises(ConflictError) as told:
        register.record_all([Change("action", "north-3", {}, seen=0), *stale], who="x", why="y")
    assert [name in str(told.value) for name in ("'north-1'", "'north-2'", "'north-3'")] == [True, True, False]
    assert len(register.everything()) == 2


def test_two_changes_of_one_subject_can_be_recorded_together(register: Register) -> None:
    steps = [Change("action", "north-1", {"status": status}, seen=seen) for seen, status in enumerate("ab")]
    assert [entry.version for entry in register.record_all(steps, who="x", why="y")] == [1, 2]


@pytest.mark.parametrize(
    ("who", "why", "found"), [(" ", "y", "who: nothing"), ("x", "", "why: nothing"), ("x\0", "y", "who: a")]
)
def test_a_change_without_who_and_why_is_refused(register: Register, who: str, why: str, found: str) -> None:
    with pytest.raises(InputError, match=found):
        register.record("note", "north", {}, who=who, why=why, seen=0)
    assert register.everything() == []


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


def test_a_subject_that_is_there_already_can_not_be_made_anew(register: Register) -> None:
    decide(register, "proposed", seen=0)
    with pytest.raises(ConflictError):
        decide(register, "proposed", seen=0)


def test_a_version_that_nobody_wrote_can_not_have_been_seen(register: Register) -> None:
    with pytest.raises(ConflictError):
        decide(register, "approved", seen=7)


def test_present_states_come_in_the_order_of_their_subjects(register: Register) -> None:
    for subject in ("b", "c", "a"):
        decide(register, "proposed", seen=0, subject=subject)
    assert [entry.subject for entry in register.current("action")] == ["a", "b", "c"]


def test_a_history_is_in_the_order_of_its_versions(register: Register) -> None:
    for seen in range(11):
        decide(register, f"state {seen}", seen=seen)
    assert [entry.version for entry in register.history("action", "north-1")] == list(range(1, 12))


def test_the_register_s_secret_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTER_FILE", "kept.sqlite")
    decide(Register.open("sqlite:///${REGISTER_FILE}", tmp_path), "proposed", seen=0)
    assert [file.name for file in tmp_path.iterdir()] == ["kept.sqlite"]


def test_a_secret_that_the_register_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REGISTER_PASSWORD", raising=False)
    with pytest.raises(InputError, match="Set it: export REGISTER_PASSWORD=…"):
        Register.open("postgresql://review:${REGISTER_PASSWORD}@db/register", tmp_path)


def test_a_subject_that_a_database_would_cut_is_refused(register: Register) -> None:
    with pytest.raises(InputError, match="Use at most 200 characters"):
        register.record("note", "n" * 201, {}, who="x", why="y", seen=0)
