"""The week: the calibrated evidence of all KPIs of the organisation, found once and read by every department.

A department's shortlist depends on how many KPIs of the whole organisation look alarming in the same week. The first
department that asks finds the evidence from everybody's values and leaves it in outputs/<period>/; the others read it.
Its name holds a fingerprint of the data, of what params say about judging them and of the method's code, so that
what was found from other data is never taken for this week's.
"""

import datetime
import hashlib
from contextlib import suppress
from pathlib import Path

import pandas as pd

from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import sources, values, whole
from saypro_nb.review import alarm, attention, baseline

METHOD = (alarm, attention, baseline)


def evidence(workspace: Workspace, until: datetime.date) -> pd.DataFrame:
    """Return the judged evidence of every KPI up to the review period `until` (see `attention.judge`)."""
    file = workspace.outputs(until) / f"evidence-{_fingerprint(workspace, until)}.parquet"
    if file.is_file():
        return pd.read_parquet(file)
    found = attention.judge(attention.weigh(values.of_organisation(workspace, until), workspace.kpis))
    with suppress(OSError):  # a workspace that can only be read costs the next one who asks the time, no more
        _leave(found, file)
    return found


def _fingerprint(workspace: Workspace, until: datetime.date) -> str:
    known = hashlib.sha256(repr((until, list(workspace.review.departments), workspace.kpis)).encode())
    for content in (*_contents(workspace, until), *(Path(str(module.__file__)).read_bytes() for module in METHOD)):
        known.update(content)
    return known.hexdigest()[:16]


def _contents(workspace: Workspace, until: datetime.date) -> list[bytes]:
    """Return what the values come from: the files' digests, or the values themselves where a database holds some."""
    tables = workspace.review.sources
    used = [kpi.computed.records for kpi in workspace.kpis.values() if kpi.computed and kpi.departments]
    everything = [tables.kpi_values, *(tables.records[name] for name in sorted(set(used)))]
    if all(source.kind != "database" for source in everything):
        files = [file for source in everything for file in sources.files_of(source, workspace.root).values()]
        return [whole.digest(file) for file in files]
    known = values.of_organisation(workspace, until)
    return [pd.util.hash_pandas_object(known, index=False).to_numpy().tobytes()]


def _leave(found: pd.DataFrame, file: Path) -> None:
    with whole.replacing(file) as aside:
        found.to_parquet(aside, index=False)
    for earlier in set(file.parent.glob("evidence-*.parquet")) - {file}:
        earlier.unlink(missing_ok=True)
