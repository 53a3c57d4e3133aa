"""The week: the values of all KPIs of the organisation and their calibrated evidence, found once and read by everybody.

A department's shortlist depends on how many KPIs of the whole organisation look alarming in the same week. Whoever
asks first finds both tables from everybody's data and leaves them in outputs/<period>/; the others read them.
Their names hold a fingerprint of the data, of what params say about computing and judging them and of the methods'
code, so that what was found from other data is never taken for this week's. A workspace sees the data as they are when
it first asks; whoever wants later ones loads it anew.
"""

import datetime
import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import pandas as pd

from saypro_nb.agree import day_format, measures, schema
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import addresses, checks, csv_files, notation, record_tables, records, sources, values, whole
from saypro_nb.review import alarm, attention, baseline

METHOD = (
    *(schema, measures, day_format, addresses, sources, csv_files, notation, checks, record_tables, records, values),
    *(alarm, attention, baseline),
)

PERIODS = 2  # of a workspace that are kept in memory: pages over all departments ask once for each


def resolve(period: str, workspace: Workspace) -> datetime.date:
    """Return the review period that `period` names, as `values.resolve` does: at once, if the week is known."""
    with suppress(ValueError):
        until, data = datetime.date.fromisoformat(period), _data(workspace)
        if data is not None and _file("values", workspace, until, data).is_file():
            return until
    return values.resolve(period, workspace)


@lru_cache(maxsize=PERIODS)
def known_values(workspace: Workspace, until: datetime.date) -> pd.DataFrame:
    """Return the values of every KPI up to the review period `until` (see `values.of_organisation`).

    Where a database holds some of what they come from, they are asked for anew by whoever loads the workspace: it may
    have changed at any moment.
    """
    data = _data(workspace)
    if data is None:
        return values.of_organisation(workspace, until)
    return _kept(_file("values", workspace, until, data), lambda: values.of_organisation(workspace, until))


@lru_cache(maxsize=PERIODS)
def evidence(workspace: Workspace, until: datetime.date) -> pd.DataFrame:
    """Return the judged evidence of every KPI up to the review period `until` (see `attention.judge`)."""
    data = _data(workspace)
    if data is None:
        data = pd.util.hash_pandas_object(known_values(workspace, until), index=False).to_numpy().tobytes()
    file = _file("evidence", workspace, until, data)
    return _kept(file, lambda: attention.judge(attention.weigh(known_values(workspace, until), workspace.kpis)))


@lru_cache(maxsize=1)
def _data(workspace: Workspace) -> bytes | None:
    """Return the digest of the files that all values come from; None where a database holds some of them."""
    tables = workspace.review.sources
    used = {kpi.computed.records for kpi in workspace.kpis.values() if kpi.computed and kpi.departments}
    everything = [tables.kpi_values, *(tables.records[name] for name in sorted(used))]
    if any(source.kind == "database" for source in everything):
        return None
    return b"".join(
        whole.digest(file) for source in everything for file in addresses.files_of(source, workspace.root).values()
    )


def _file(name: str, workspace: Workspace, until: datetime.date, data: bytes) -> Path:
    """Return where a table is left, named after everything that it is found from."""
    declared = (list(workspace.review.departments), workspace.review.sources, workspace.kpis)
    found_from = hashlib.sha256(repr((until, *declared)).encode())
    for content in (data, *(Path(str(module.__file__)).read_bytes() for module in METHOD)):
        found_from.update(content)
    return workspace.outputs(until) / f"{name}-{found_from.hexdigest()[:16]}.parquet"


def _kept(file: Path, find: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Return the table that somebody left, or find and leave it."""
    if file.is_file():
        return pd.read_parquet(file).astype({"period": "datetime64[s]"})
    found = find()
    with suppress(OSError):  # a workspace that can only be read costs the next one who asks the time, no more
        _leave(found, file)
    return found


def _leave(found: pd.DataFrame, file: Path) -> None:
    with whole.replacing(file) as aside:
        found.to_parquet(aside, index=False)
    name, _, _ = file.name.partition("-")
    for earlier in set(file.parent.glob(f"{name}-*.parquet")) - {file}:
        earlier.unlink(missing_ok=True)
