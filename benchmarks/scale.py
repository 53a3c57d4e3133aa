"""What many records cost: ``python benchmarks/scale.py [MILLIONS…]``, by default 1, 10 and 100 million.

Makes that many invented records in Parquet files in a temporary folder, which goes away in the end (beyond five
million, copies of the first five), and asks in a process of its own for a KPI by week (`records.summed`), and for its
segments (`records.added_up`) and causes (`segments.search`); beside it, plain pandas reads the columns that it needs
and groups them alike, without the causes, up to 10 million records.
Seconds are those of the processor, because a busy machine stretches the others.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WEEKS = 78
MOST_FOR_PANDAS = 10  # million records
PART = 5_000_000  # records of a file; where there are more, its copies follow

MAKE = """
copy (
    select date '2025-01-06' + cast(floor(random() * {days}) as integer) as closed,
        cast(random() < 0.3 - 0.1 * cast(source = 's3' and late as integer) as integer) as won,
        round(random() * 10000, 2) as amount, source, team, region,
        'customer ' || cast(id as text) as customer
    from (
        select range as id, 's' || cast(floor(random() * 6) as text) as source, random() < 0.2 as late,
            't' || cast(floor(random() * 12) as text) as team, 'r' || cast(floor(random() * 30) as text) as region
        from range({count})
    )
) to '{file}' (format parquet)
"""

OURS = """
import datetime, json, resource, sys, time
import pandas as pd
from pathlib import Path
from saypro_nb.agree.schema import Computed
from saypro_nb.agree.sources import Source
from saypro_nb.keep import record_tables, records
from saypro_nb.review import segments

computed = Computed(records="deals", date="closed", numerator="won", denominator="rows")
first, last = datetime.date(2025, 1, 6), datetime.date(2025, 1, 6) + datetime.timedelta(weeks={weeks}, days=-1)
columns = {{name: name for name in ("closed", "won", "amount", "source", "team", "region", "customer")}}
source = Source(file="deals_*.parquet", columns=columns)
begun = time.process_time()
with record_tables.opened(source, Path(sys.argv[1])) as table:
    weeks = records.summed(table, computed, "week").to_pandas()
kpi = time.process_time()
with record_tables.opened(source, Path(sys.argv[1])) as table:
    cells = records.added_up(table, computed, first, last).to_pandas()
cells["period"] = pd.to_datetime(cells["period"])
segments.search(cells, pd.Timestamp(last) - pd.Timedelta(weeks=13), "mean")
ended = time.process_time()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([kpi - begun, ended - kpi, peak, float(weeks["denominator"].sum()), float(cells["rows"].sum())]))
"""

PANDAS = """
import json, resource, sys, time
import pandas as pd
from pathlib import Path

begun = time.process_time()
columns = ["closed", "won", "source", "team", "region", "customer"]
table = pd.concat([pd.read_parquet(file, columns=columns) for file in sorted(Path(sys.argv[1]).glob("*.parquet"))])
table["period"] = pd.to_datetime(table["closed"]).dt.to_period("W-SUN").dt.start_time
weeks = table.groupby("period").agg(numerator=("won", "sum"), denominator=("won", "size"))
kpi = time.process_time()
for name in ("source", "team", "region", "customer"):
    frequent = table[name].value_counts().index[:50]
    table[name] = table[name].where(table[name].isin(frequent), "(other)")
parts = table.groupby(["period", "source", "team", "region", "customer"])
cells = parts.agg(rows=("won", "size"), value=("won", "sum"))
ended = time.process_time()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([kpi - begun, ended - kpi, peak, float(weeks["denominator"].sum()), float(cells["rows"].sum())]))
"""


def make(folder: Path, count: int) -> float:
    """Write `count` records, and return the size of their files in MB."""
    import duckdb

    with duckdb.connect(config={"threads": 1, "memory_limit": "2GB"}) as engine:
        engine.execute("select setseed(0.5)")
        first = folder / "deals_000.parquet"
        engine.execute(MAKE.format(days=7 * WEEKS, count=min(PART, count), file=first))
    for number in range(1, count // PART):
        shutil.copy(first, folder / f"deals_{number:03}.parquet")
    return sum(file.stat().st_size for file in folder.iterdir()) / 1e6


def measured(program: str, folder: Path) -> list[float]:
    """Return what a process of its own measured: seconds of the KPI and of causes, peak MB, records counted twice."""
    done = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    numbers: list[float] = json.loads(done.stdout.splitlines()[-1])
    return numbers


def main(millions: list[int]) -> None:
    """Print a line for each size and way."""
    print(f"{'records':>12}{'files MB':>10}  {'way':<8}{'KPI CPU s':>10}{'causes CPU s':>13}{'peak MB':>9}")
    for million in millions:
        with tempfile.TemporaryDirectory(prefix="saypro-scale-") as name:
            count, begun = million * 1_000_000, time.perf_counter()
            size = make(Path(name), count)
            ways = {"ours": OURS.format(weeks=WEEKS)} | ({"pandas": PANDAS} if million <= MOST_FOR_PANDAS else {})
            for way, program in ways.items():
                kpi, causes, peak, *counted = measured(program, Path(name))
                assert counted == [count, count], counted
                print(f"{count:>12,}{size:>10,.0f}  {way:<8}{kpi:>10.1f}{causes:>13.1f}{peak:>9,.0f}", flush=True)
            print(f"{'':>12}{'':>10}  made and measured in {time.perf_counter() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [1, 10, 100])
