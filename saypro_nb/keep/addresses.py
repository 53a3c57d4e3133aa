"""Addresses of databases: their secrets, which come from the environment only, and the files behind some of them."""

import os
import re
from pathlib import Path
from urllib.parse import quote

from saypro_nb.agree.errors import Fault, InputError

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
