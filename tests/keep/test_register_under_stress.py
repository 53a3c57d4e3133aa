"""Many who write at once, programs that hold the file or are killed, and files of earlier versions."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest
import sqlalchemy as sa

from saypro_nb.agree.errors import ConflictError, WorkbenchError
from saypro_nb.agree.plans import Action
from saypro_nb.keep.register import Register
from tests import postgres

pytestmark = pytest.mark.xdist_group("register")
SQLITE = "sqlite:///register.sqlite"
VERSION_1 = Path(__file__).with_name("registers") / "version_1.sqlite"
WRITERS, EACH = 4, 12


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "SQLite":
        return SQLITE
    address: str = request.getfixturevalue("server")
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS entries, register_version"))
    engine.dispose()
    return address


def decide(register: Register, status: str, seen: int, subject: str = "north-1") -> None:
    register.record("action", subject, {"status": status}, who="Head of North", why="in the meeting", seen=seen)


def _add_to_one_subject(url: str, folder: Path, writer: int) -> int:
    """Add EACH entries to one subject that others change as well; return how often somebody else was first."""
    register = Register.open(url, folder, patience=60)
    conflicts = 0
    for number in range(EACH):
        while True:
            seen = len(register.history("action", "shared"))
            try:
                decide(register, f"writer {writer}, change {number}", seen, "shared")
            except ConflictError:
                conflicts += 1
            else:
                break
    return conflicts


def test_of_many_who_write_at_once_nothing_is_lost_and_nothing_written_twice(url: str, tmp_path: Path) -> None:
    with get_context("spawn").Pool(WRITERS) as pool:
        pool.starmap(_add_to_one_subject, [(url, tmp_path, writer) for writer in range(WRITERS)])
    history = Register.open(url, tmp_path).history("action", "shared")
    assert [entry.version for entry in history] == list(range(1, WRITERS * EACH + 1))
    expected = {f"writer {writer}, change {number}" for writer in range(WRITERS) for number in range(EACH)}
    assert {entry.content["status"] for entry in history} == expected


def _decide_on_version_1(url: str, folder: Path, status: str) -> bool:
    try:
        decide(Register.open(url, folder, patience=60), status, seen=1)
    except ConflictError:
        return False
    return True


def test_of_four_who_change_the_same_version_at_once_one_wins_and_three_are_told(url: str, tmp_path: Path) -> None:
    decide(Register.open(url, tmp_path), "proposed", seen=0)
    with get_context("spawn").Pool(4) as pool:
        written = pool.starmap(_decide_on_version_1, [(url, tmp_path, f"choice {number}") for number in range(4)])
    assert sorted(written) == [False, False, False, True]
    assert len(Register.open(url, tmp_path).history("action")) == 2


def test_the_conflict_says_who_changed_it_and_why(url: str, tmp_path: Path) -> None:
    register = Register.open(url, tmp_path)
    decide(register, "proposed", seen=0)
    decide(register, "not started", seen=1)
    with pytest.raises(ConflictError, match=r"version 2 is by Head of North, 20.* UTC \(in the meeting\)"):
        decide(register, "declined", seen=1)


def test_no_program_can_change_or_remove_an_entry(url: str, tmp_path: Path) -> None:
    decide(Register.open(url, tmp_path), "proposed", seen=0)
    engine = sa.create_engine(url.replace("register.sqlite", str(tmp_path / "register.sqlite")))
    for statement in ("UPDATE entries SET who = 'nobody'", "DELETE FROM entries"):
        with pytest.raises(sa.exc.DBAPIError, match="never changed"), engine.begin() as connection:
            connection.execute(sa.text(statement))
    engine.dispose()
    assert len(Register.open(url, tmp_path).history("action")) == 1


def test_text_in_any_writing_comes_back_as_it_was_entered(url: str, tmp_path: Path) -> None:
    register = Register.open(url, tmp_path)
    content = {"text": "Größe Ω 測試 🎯 \\ \" ' ; \n\r\t\u0000 end", "number": 0.1 + 0.2, "nothing": None}
    register.record("note", "north", content, who="Ämtsleitung 主任", why="«so»", seen=0)
    (entry,) = register.current("note")
    assert (entry.content, entry.who, entry.why) == (content, "Ämtsleitung 主任", "«so»")


WRITE_UNTIL_KILLED = """
import sys
from pathlib import Path
from saypro_nb.keep.register import Register
register = Register.open(sys.argv[1], Path(sys.argv[2]))
for seen in range(100_000):
    register.record("action", "north-1", {"status": str(seen)}, who="x", why="y", seen=seen)
    print(seen + 1, flush=True)
"""


def test_after_kill_9_every_confirmed_change_is_there_and_the_register_takes_more(url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITE_UNTIL_KILLED, url, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        confirmed = [next(writer.stdout) for _ in range(20)]
        writer.kill()
        confirmed += list(writer.stdout)
    history = Register.open(url, tmp_path).history("action", "north-1")
    assert [entry.version for entry in history] == list(range(1, len(history) + 1))
    assert len(confirmed) <= len(history) <= len(confirmed) + 1
    decide(Register.open(url, tmp_path), "still open", seen=len(history))


KILL_BEFORE_COMMIT = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from saypro_nb.keep.register import Register
register = Register.open(sys.argv[1], Path(sys.argv[2]))
sa.event.listen(sa.Engine, "commit", lambda connection: os.kill(os.getpid(), signal.SIGKILL))
more_than_the_cache = {"status": "half written", "text": "x" * 20_000_000}
register.record("action", "north-1", more_than_the_cache, who="x", why="y", seen=1)
"""


def test_kill_9_in_mid_write_leaves_the_register_as_it_was_before_the_change(url: str, tmp_path: Path) -> None:
    decide(Register.open(url, tmp_path), "proposed", seen=0)
    killed = subprocess.run([sys.executable, "-c", KILL_BEFORE_COMMIT, url, tmp_path], check=False)
    assert killed.returncode == -signal.SIGKILL
    if url == SQLITE:
        assert (tmp_path / "register.sqlite-journal").stat().st_size > 0, "nothing had reached the disk"
    register = Register.open(url, tmp_path)
    assert [entry.content["status"] for entry in register.current("action")] == ["proposed"]
    decide(register, "not started", seen=1)


def test_a_file_that_another_program_holds_is_told_after_a_bounded_wait(tmp_path: Path) -> None:
    register = Register.open(SQLITE, tmp_path, patience=0.2)
    decide(register, "proposed", seen=0)
    browser = sqlite3.connect(tmp_path / "register.sqlite", isolation_level=None)
    browser.execute("BEGIN IMMEDIATE")
    with pytest.raises(
        WorkbenchError, match=r"register.sqlite\) is locked by another program, and was for 0.2 seconds"
    ):
        decide(register, "not started", seen=1)
    assert [entry.version for entry in register.current("action")] == [1], "reading goes on meanwhile"
    browser.execute("ROLLBACK")
    browser.close()
    decide(register, "not started", seen=1)


def test_a_postgresql_register_that_another_session_holds_is_told_after_a_bounded_wait(
    server: str, tmp_path: Path
) -> None:
    register = Register.open(server, tmp_path, patience=0.2)
    decide(register, "proposed", seen=0, subject="held")
    engine = sa.create_engine(server)
    with engine.begin() as other:
        other.execute(sa.text("LOCK TABLE entries"))
        with pytest.raises(WorkbenchError, match="locked by another program"):
            decide(register, "not started", seen=1, subject="held")
    engine.dispose()


def test_a_register_of_version_1_is_read_as_it_is_and_brought_up_to_date_by_the_first_change(tmp_path: Path) -> None:
    file = tmp_path / "register.sqlite"
    shutil.copy2(VERSION_1, file)
    before = file.read_bytes()
    register = Register.open(SQLITE, tmp_path)
    actions = [Action.model_validate(entry.content) for entry in register.current("action")]
    assert len(actions) == 10
    assert file.read_bytes() == before, "reading changes nothing"
    old = register.everything()
    changed = actions[0].model_copy(update={"progress": "one more step"}).model_dump(mode="json")
    register.record(
        "action", actions[0].id, changed, who="x", why="y", seen=len(register.history("action", actions[0].id))
    )
    assert register.everything()[:-1] == old
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT version FROM register_version").fetchall() == [(2,)]


def test_a_register_that_a_later_program_wrote_is_refused(tmp_path: Path) -> None:
    register = Register.open(SQLITE, tmp_path)
    decide(register, "proposed", seen=0)
    with sqlite3.connect(tmp_path / "register.sqlite") as connection:
        connection.execute("INSERT INTO register_version VALUES (99)")
    for use in (lambda: register.current("action"), lambda: decide(register, "declined", seen=1)):
        with pytest.raises(WorkbenchError, match="has version 99, and this program knows 2 at most"):
            use()


def test_a_folder_without_a_place_for_the_file_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="can't be used"):
        decide(Register.open("sqlite:///missing/register.sqlite", tmp_path), "proposed", seen=0)


def test_a_missing_database_server_is_told_without_the_password(tmp_path: Path) -> None:
    register = Register.open("postgresql+psycopg://review:geheim@127.0.0.1:1/register", tmp_path)
    with pytest.raises(WorkbenchError, match="can't be used") as told:
        register.current("action")
    assert "geheim" not in str(told.value)
