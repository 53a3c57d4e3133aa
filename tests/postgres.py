"""A PostgreSQL server of the tests' own, in a folder of its own, reached by a socket and by nobody else."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def server() -> Iterator[str]:
    """Start a server, yield the URL of an empty database, and remove both in the end.

    A server refuses to run as root, so for root it runs as the user that Debian's package brings, or as nobody.
    """
    folder = Path(tempfile.mkdtemp(prefix="register-", dir="/tmp"))  # a socket's path must be short
    user = _server_user()
    if user:
        shutil.chown(folder, user=user["user"])
    data = folder / "data"
    subprocess.run(
        [_program("initdb"), "-D", data, "-U", "review", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale"],
        check=True, capture_output=True, cwd=folder, **user,
    )  # fmt: skip
    options = ["-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
    log = (folder / "log").open("wb")
    running = subprocess.Popen([_program("postgres"), "-D", data, *options], cwd=folder, stdout=log, stderr=log, **user)
    try:
        _wait_until_ready(folder, running)
        yield f"postgresql+psycopg://review@/postgres?host={folder}"
    finally:
        running.send_signal(2)  # SIGINT: end the sessions and stop
        running.wait(timeout=60)
        log.close()
        shutil.rmtree(folder)


def _wait_until_ready(folder: Path, running: "subprocess.Popen[bytes]") -> None:
    import time

    import psycopg

    for _ in range(600):
        try:
            psycopg.connect(host=str(folder), user="review", dbname="postgres").close()
        except psycopg.OperationalError:
            assert running.poll() is None, (folder / "log").read_text()
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"PostgreSQL did not start within a minute: {(folder / 'log').read_text()}")


def _program(name: str) -> str:
    newest_first = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    found = shutil.which(name, path=os.pathsep.join([*map(str, newest_first), os.environ.get("PATH", "")]))
    assert found, f"There is no PostgreSQL server to keep a register in. Install it: tools/ensure-postgresql ({name})"
    return found


def _server_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    import grp
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in known else "nobody"
    group = grp.getgrgid(pwd.getpwnam(name).pw_gid).gr_name
    return {"user": name, "group": group, "extra_groups": []}
