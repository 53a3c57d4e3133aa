"""Where sources are: the files that they name, and addresses of databases with their secrets, which come from the
environment only.
"""

import glob
import os
import re
from pathlib import Path
from urllib.parse import quote

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.sources import Source

_SECRET = re.compile(r"\$\{(\w+)\}")


def with_secrets(url: str) -> str:
    """Return `url` with every ${NAME} replaced from the environment; raises InputError where it has none.

    In the part before the host, and among the options, a secret may hold any letter: it is written in URL code there.
    """
    missing = [name for name in _SECRET.findall(url) if name not in os.environ]
    if missing:
        faults = [Fault(shown(url), f"the environment has no {name}", f"Set it: export {name}=…") for name in missing]
        raise InputError(faults)

    def secret(found: re.Match[str]) -> str:
        before, after = url[: found.start()], url[found.end() :]
        coded = "://" in before and ("@" in after or "?" in before)
        return quote(os.environ[found[1]], safe="") if coded else os.environ[found[1]]

    return _SECRET.sub(secret, url)


def shown(url: str) -> str:
    """Return `url` as it may be shown: a password that stands in it in plain text is left out."""
    return re.sub(r"(://[^/@:]*:)(?!\$\{)[^/]+@", r"\1…@", url)


def file_behind(url: str, root: Path) -> Path | None:
    """Return the file that is the SQLite or DuckDB database at `url`, looked up from `root`; None for a server."""
    scheme, slashes, path = with_secrets(url).partition(":///")
    return (root / path).resolve() if scheme in ("sqlite", "duckdb") and slashes else None


def files_of(source: Source, root: Path) -> dict[str, Path]:
    """Return the files of a source by their names for people, looked up from the workspace's folder `root`."""
    assert source.file is not None, source
    if (root / source.file).is_file():
        return {source.file: root / source.file}
    if not glob.has_magic(source.file):
        remedy = "Put it there, or correct 'sources' in params/review.yaml"
        raise InputError([Fault(source.file, "there is no such file", remedy)])
    found = [Path(name) for name in sorted(glob.glob(source.file, root_dir=root, recursive=True))]  # noqa: PTH207
    files = {name.as_posix(): root / name for name in found if not name.name.startswith("~$")}  # Excel's lock files
    if not files:
        raise InputError([Fault(source.file, "no file has such a name", "Put one there, or correct the pattern")])
    return files
