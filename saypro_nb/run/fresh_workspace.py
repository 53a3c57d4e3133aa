"""A fresh workspace: the sample organisation to try things out, or an empty one to fill in.

The sample is the project's own notebooks, params and data. A wheel carries them in the package's folder ``sample``;
in a checkout they are where they are edited.
"""

import csv
import re
import shutil
from pathlib import Path

import saypro_nb
from saypro_nb.agree.contract import TABLES
from saypro_nb.agree.errors import Fault, InputError

LIBRARIES = ("causes", "recommendations")
WITHOUT_DEPARTMENTS = ("params/statements.yaml",)
OF_THE_SAMPLE = "\n# The sample\n"  # where data/README.md goes on from the tables in general to those of the sample
_BLANK = Path(__file__).parent / "blank"
_ENTRY = re.compile(r"(^  - id: .*\n(?:    .*\n)*)", re.MULTILINE)
_OF_ONE = re.compile(r"^    departments?:", re.MULTILINE)
_GROUP = re.compile(r"^  #.*\n(?=\s*(?:  #|\Z))", re.MULTILINE)  # a heading that has lost all its entries


def with_sample(folder: Path) -> None:
    """Make `folder` a workspace of the sample organisation; raises InputError where something is in it already."""
    _refuse_used(folder)
    for part in ("notebooks", "params", "data", "docs", "register.sqlite"):
        _copy(_sample() / part, folder / part)


def to_fill_in(folder: Path) -> None:
    """Make `folder` a workspace of one department and one KPI, whose tables have headers and no rows.

    It keeps the libraries of causes and recommendations as far as they are open to every department. Raises
    InputError where something is in the folder already.
    """
    _refuse_used(folder)
    sample = _sample()
    for part in ("notebooks", "docs", *WITHOUT_DEPARTMENTS):
        _copy(sample / part, folder / part)
    _copy(_BLANK, folder)
    for name in LIBRARIES:
        file = Path("params", f"{name}.yaml")
        (folder / file).write_text(_of_no_department((sample / file).read_text("utf-8")), encoding="utf-8")
    _write_headers(folder / "data")
    dictionary = (sample / "data" / "README.md").read_text("utf-8").partition(OF_THE_SAMPLE)[0]
    (folder / "data" / "README.md").write_text(dictionary, encoding="utf-8")


def _sample() -> Path:
    """Return the folder that holds what a workspace begins with."""
    package = Path(saypro_nb.__file__).parent
    return package / "sample" if (package / "sample").is_dir() else package.parent


def _refuse_used(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError([Fault(str(folder), "the folder isn't empty", "Give a new folder, or an empty one")])


def _copy(source: Path, target: Path) -> None:
    """Copy a file or a folder without hidden files; the copies can be written to, whatever the originals allow."""
    files = [source] if source.is_file() else sorted(file for file in source.rglob("*") if file.is_file())
    for file in files:
        place = file.relative_to(source)
        if any(part.startswith((".", "__")) for part in place.parts):  # what Jupyter and Python leave beside
            continue
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target / place)


def _of_no_department(library: str) -> str:
    """Return the YAML of a library without the entries of single departments, comments as they are."""
    kept = "".join(part for part in _ENTRY.split(library) if not _OF_ONE.search(part))
    while (shorter := _GROUP.sub("", kept)) != kept:
        kept = shorter
    head = kept.rstrip()
    return f"{head} []\n" if head.endswith(":") else f"{head}\n"


def _write_headers(data: Path) -> None:
    data.mkdir()
    for name, table in TABLES.items():
        with (data / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(table.columns)
