"""Make the invented sample organisation: `python tools/make_sample.py [FOLDER]`, by default in this project.

    data/records/*.parquet   six tables of single cases                   sample/records.py, sample/last_week.py
    data/kpi_values.csv      the KPIs that no records table yields         sample/kpis.py
    data/drivers.csv         what might move resolution time               sample/drivers.py
    data/feedback.csv        forms of employees and team leaders           sample/people.py, sample/sentences.yaml
    data/interviews.csv      coded statements                              sample/people.py, sample/interviews.yaml
    register.sqlite          corrective actions and how their status went  sample/actions.py, sample/actions.yaml

The same seed gives the same tables. What is planted in them: data/README.md.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from sample import actions, drivers, kpis, last_week, people, records

PROJECT = Path(__file__).resolve().parents[1]


def make(folder: Path) -> None:
    """Write every table of the sample under `folder`, in place of older ones."""
    (folder / "data" / "records").mkdir(parents=True, exist_ok=True)
    cases = last_week.make_exact(records.make())
    for name, table in cases.items():
        table.to_parquet(folder / "data" / "records" / f"{name}.parquet", index=False, compression="zstd")
    for name, table in _entered(cases).items():
        table.to_csv(folder / "data" / f"{name}.csv", index=False, lineterminator="\n")
    actions.write(folder)


def _entered(cases: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables that people or other systems hand in, by file name."""
    return {
        "kpi_values": kpis.make(cases),
        "drivers": drivers.make(),
        "feedback": people.feedback(),
        "interviews": people.interviews(),
    }


def main() -> None:
    """Read the command line and make the sample."""
    parser = argparse.ArgumentParser(description="Make the invented sample organisation.")
    parser.add_argument("folder", nargs="?", type=Path, default=PROJECT)
    make(parser.parse_args().folder)


if __name__ == "__main__":
    main()
