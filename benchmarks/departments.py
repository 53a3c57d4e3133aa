"""A workspace of many departments, for measuring: the sample's six, copied until there are enough.

``python benchmarks/departments.py SAMPLE FOLDER COUNT``
"""

import shutil
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

TABLES = ("kpi_values", "drivers", "feedback", "interviews")


def make(sample: Path, folder: Path, count: int) -> None:
    """Copy the workspace `sample` to `folder`, with `count` departments instead of those that it has."""
    for part in ("params", "data", "notebooks"):
        shutil.copytree(sample / part, folder / part)
    shutil.copy2(sample / "register.sqlite", folder)
    originals = list(_read(folder, "review")["departments"])
    copies = {name: _copies(name, number, len(originals), count) for number, name in enumerate(originals)}
    _write_params(folder, copies)
    for table in TABLES:
        rows = pd.read_csv(folder / "data" / f"{table}.csv", dtype=str, keep_default_na=False)
        of_each = [rows[rows["department"] == name].assign(department=copy) for name in copies for copy in copies[name]]
        pd.concat(of_each).to_csv(folder / "data" / f"{table}.csv", index=False)


def _copies(name: str, number: int, originals: int, count: int) -> list[str]:
    """Return the ids of an original department and its copies."""
    rounds = range(1, -(-(count - number) // originals) + 1)
    return [name if turn == 1 else f"{name}_{turn:02}" for turn in rounds]


def _write_params(folder: Path, copies: dict[str, list[str]]) -> None:
    review, kpis, causes = (_read(folder, name) for name in ("review", "kpis", "causes"))
    review["departments"] = {
        copy: facts | {"name": facts["name"] + copy.removeprefix(name).replace("_", " ")}
        for name, facts in review["departments"].items()
        for copy in copies.get(name, ())
    }
    for kpi in kpis.values():
        kpi["departments"] = [copy for name in kpi.get("departments", ()) for copy in copies.get(name, ())]
    causes["hypotheses"] = [
        item | {"id": item["id"] + copy.removeprefix(item["department"]), "department": copy}
        for item in causes["hypotheses"]
        for copy in copies.get(item["department"], ())
    ]
    for name, content in {"review": review, "kpis": kpis, "causes": causes}.items():
        _write(folder / "params" / f"{name}.yaml", content)
    for name, made in copies.items():
        given = yaml.safe_load((folder / "params" / "departments" / f"{name}.yaml").read_text(encoding="utf-8"))
        for copy in made:
            _write(folder / "params" / "departments" / f"{copy}.yaml", given | {"department": copy})


def _read(folder: Path, name: str) -> Any:
    return yaml.safe_load((folder / "params" / f"{name}.yaml").read_text(encoding="utf-8"))


def _write(file: Path, content: object) -> None:
    file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
