"""Whether a table keeps the data contract: every fault of it, with the row and what would mend it."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from saypro_nb.agree.contract import CHALLENGES, TABLES, Column, Table
from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.agree.schema import LARGEST, Cadence
from saypro_nb.agree.settings import Workspace
from saypro_nb.agree.sources import Source
from saypro_nb.keep import databases, notation, sources
from saypro_nb.keep.csv_files import SHOWN
from saypro_nb.keep.sources import Part

EARLIEST, LATEST = "1900-01-01", "2100-12-31"  # a day beyond is a slip of the pen, and would make an endless series
FIRST_DAYS: dict[Cadence, str] = {
    "week": "a Monday",
    "month": "the first of a month",
    "quarter": "the first of a quarter",
}
_YES_NO = {"yes": True, "no": False, "true": True, "false": False}


def table(name: str, source: Source, workspace: Workspace) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the table with typed columns, and its faults; without rows where it can't be read."""
    place = source.file or source.table or databases.named(source)
    checked = _Checked(TABLES[name], place, source, workspace)
    try:
        parts = sources.read(source, workspace.root, TABLES[name].columns)
    except InputError as error:
        return checked.nothing(), list(error.faults)
    return checked.check(name, parts)


def rows(name: str, raw: pd.DataFrame, place: str, workspace: Workspace) -> tuple[pd.DataFrame, list[Fault]]:
    """Return rows that stand in no file as the table, and their faults; `place` says where they are from."""
    return _Checked(TABLES[name], place, Source(file=f"{name}.csv"), workspace).check(name, [Part(place, raw)])


def nothing(name: str, workspace: Workspace) -> pd.DataFrame:
    """Return the table without rows, for a workspace that has none."""
    return _Checked(TABLES[name], name, Source(file=f"{name}.csv"), workspace).nothing()


@dataclass(frozen=True)
class _Checked:
    contract: Table
    place: str
    source: Source
    workspace: Workspace

    def check(self, name: str, parts: list[Part]) -> tuple[pd.DataFrame, list[Fault]]:
        faults = [fault for part in parts for fault in self._misnamed(part)]
        if faults:
            return self.nothing(), faults
        # rows are known by their number, and in many files by the file and their number
        raw = parts[0].rows if len(parts) == 1 else pd.concat({part.place: part.rows for part in parts})
        raw = raw.apply(_without_bytes)
        frame = pd.DataFrame(index=raw.index)
        for title, column in self.contract.columns.items():
            cells = raw[title] if title in raw else pd.Series(None, raw.index, dtype=object)
            frame[title] = self._typed(cells, column)
            if title in raw:
                faults += self._unfit(cells, frame[title], title, column)
        faults += self._repeated(frame)
        if name == "kpi_values":
            faults += self._unfit_values(frame)
        if name == "feedback":
            faults += self._unknown_challenges(frame)
        return frame.reset_index(drop=True), faults

    def nothing(self) -> pd.DataFrame:
        empty = {title: pd.Series(dtype=object) for title in self.contract.columns}
        return pd.DataFrame({title: self._typed(cells, self.contract.columns[title]) for title, cells in empty.items()})

    def _misnamed(self, part: Part) -> Iterator[Fault]:
        known, titles = self.contract.columns, list(map(str, part.rows.columns))
        for title in titles:
            if title not in known:
                unused = [name for name in known if name not in titles]
                yield Fault(f"{part.place}, column {title}", "there is no such column", did_you_mean(title, unused))
        remedy = "Add it under 'columns'" if self.source.columns else "Add it, or correct its name"
        for title, column in known.items():
            if title not in titles and not column.optional:
                yield Fault(part.place, f"the column '{title}' is missing", remedy)

    def _typed(self, cells: pd.Series, column: Column) -> pd.Series:
        """Return the cells as their kind; what doesn't fit becomes missing."""
        if column.kind == "date":
            written = cells.map(lambda cell: cell.strip() if isinstance(cell, str) else cell)
            days: pd.Series = notation.days(written, self.source).dt.tz_localize(None).dt.normalize()
            return days.astype("datetime64[s]").where(days.between(EARLIEST, LATEST))
        if column.kind == "number":
            numbers = notation.numbers(cells, self.source).astype(float)
            return numbers.where(numbers.abs() <= LARGEST)
        text = cells.astype("str").str.strip().where(cells.notna())
        if column.kind == "text":
            return text
        words = text.str.lower() if column.kind == "yes_no" else text
        return words.map(self._vocabulary(column), na_action="ignore")

    def _vocabulary(self, column: Column) -> Mapping[str, str | bool]:
        if column.kind == "department":
            departments = self.workspace.review.departments
            return {facts.name: name for name, facts in departments.items()} | {name: name for name in departments}
        if column.kind == "kpi":
            return {kpi: kpi for kpi in self.workspace.kpis}
        return dict(_YES_NO) if column.kind == "yes_no" else {choice: choice for choice in column.choices}

    def _unfit(self, cells: pd.Series, typed: pd.Series, title: str, column: Column) -> Iterator[Fault]:
        if not column.empty:
            yield from self._rows(cells[cells.isna()], title, "the cell is empty", "Fill it in, or leave the row out")
        strange = cells[cells.notna() & typed.isna()]
        groups = list(strange.groupby(strange.astype("str"), sort=False))
        for value, rows in groups[:SHOWN]:
            remedy = self._remedy(value, column, strange)
            yield from self._rows(rows, title, f"'{value}' is no {column.kind}", remedy)
        if len(groups) > SHOWN:
            found = f"{len(groups) - SHOWN} more values are no {column.kind}"
            yield Fault(f"{self.place}, {title}", found, self._remedy(groups[SHOWN][0], column, strange))

    def _remedy(self, value: object, column: Column, strange: pd.Series) -> str:
        if column.kind in ("date", "number"):
            return notation.remedy(strange, "dates" if column.kind == "date" else "numbers", self.source)
        return did_you_mean(value, self._vocabulary(column))

    def _repeated(self, frame: pd.DataFrame) -> Iterator[Fault]:
        key = list(self.contract.key)
        if not key:
            return
        twice = frame[frame.duplicated(key) & frame[key].notna().all(axis=1)]
        yield from self._rows(twice, ", ".join(key), "the same key stands in an earlier row", "Keep one of the rows")

    def _unfit_values(self, frame: pd.DataFrame) -> Iterator[Fault]:
        # Looking at each KPI of each department takes a second for a hundred departments; almost all are sound.
        suspects = frame[self._may_be_unfit(frame)]
        for (department, kpi_id), rows in suspects.groupby(["department", "kpi"], sort=False):
            name = str(kpi_id)
            kpi = self.workspace.kpis[name]
            if department not in kpi.departments:
                remedy = f"Add '{department}' to the departments of {name} in params/kpis.yaml, or take the rows out"
                yield from self._rows(rows.head(1), "kpi", f"{department} doesn't own the KPI {name}", remedy)
            if kpi.computed:
                found = f"{name} is computed from the records '{kpi.computed.records}'"
                yield from self._rows(rows.head(1), "kpi", found, "Keep one of the two: these rows, or 'computed'")
            yield from self._off_the_grid(rows, name, kpi.every)
            yield from self._out_of_range(rows, name, *kpi.bounds())

    def _may_be_unfit(self, frame: pd.DataFrame) -> pd.Series:
        """Return which rows can have one of the faults that `_unfit_values` tells apart."""
        kpis, named = self.workspace.kpis, frame["kpi"]
        owned = {(department, name) for name, kpi in kpis.items() if not kpi.computed for department in kpi.departments}
        pairs = pd.MultiIndex.from_frame(frame[["department", "kpi"]])
        bounds = {name: kpi.bounds() for name, kpi in kpis.items()}
        low = named.map({name: -np.inf if least is None else least for name, (least, _) in bounds.items()}).astype(
            float
        )
        high = named.map({name: np.inf if most is None else most for name, (_, most) in bounds.items()}).astype(float)
        unfit = pd.Series(~pairs.isin(owned), frame.index) | (frame["value"] < low) | (frame["value"] > high)
        for every in FIRST_DAYS:
            of_cadence = named.isin([name for name, kpi in kpis.items() if kpi.every == every])
            unfit |= of_cadence & frame["period"].notna() & (frame["period"] != first_day(frame["period"], every))
        return unfit

    def _off_the_grid(self, rows: pd.DataFrame, name: str, every: Cadence) -> Iterator[Fault]:
        off = rows[rows["period"].notna() & (rows["period"] != first_day(rows["period"], every))]
        found = f"{name} is measured every {every}, and this is not {FIRST_DAYS[every]}"
        yield from self._rows(off, "period", found, f"Write the first day of the {every}")

    def _out_of_range(self, rows: pd.DataFrame, name: str, low: float | None, high: float | None) -> Iterator[Fault]:
        value, unit = rows["value"], self.workspace.kpis[name].unit
        out = rows[(value < (-np.inf if low is None else low)) | (value > (np.inf if high is None else high))]
        remedy = "Correct the value, or set 'range' in params/kpis.yaml if it can be right"
        for row, number in out["value"].head(SHOWN).items():
            found = f"{number:g} can't be a value of {name} ({unit})"
            yield Fault(f"{self._row(row)}, value", found, remedy)
        yield from self._more(len(out), "value", f"what can't be a value of {name} ({unit})", remedy)

    def _unknown_challenges(self, frame: pd.DataFrame) -> Iterator[Fault]:
        filled = frame.dropna(subset="challenges")
        ticked = filled.assign(challenge=filled["challenges"].str.split(r"\s*;\s*", regex=True)).explode("challenge")
        for form, known in CHALLENGES.items():
            of_form = ticked[(ticked["form"] == form) & (ticked["challenge"] != "")]
            strange = of_form[~of_form["challenge"].isin(known)]
            groups = list(strange.groupby("challenge", sort=False))
            for code, rows in groups[:SHOWN]:
                found = f"'{code}' is no challenge of the {form} form"
                yield from self._rows(rows, "challenges", found, did_you_mean(code, known))
            if len(groups) > SHOWN:
                found = f"{len(groups) - SHOWN} more codes are no challenges of the {form} form"
                yield Fault(f"{self.place}, challenges", found, did_you_mean(groups[SHOWN][0], known))

    def _rows(self, rows: pd.DataFrame | pd.Series, title: str, found: str, remedy: str) -> Iterator[Fault]:
        for row in rows.index[:SHOWN]:
            yield Fault(f"{self._row(row)}, {title}", found, remedy)
        yield from self._more(len(rows), title, found, remedy)

    def _row(self, row: Hashable) -> str:
        place, number = row if isinstance(row, tuple) else (self.place, row)
        return f"{place}, row {number}"

    def _more(self, count: int, title: str, found: str, remedy: str) -> Iterator[Fault]:
        if count > SHOWN:
            yield Fault(f"{self.place}, {title}", f"{found}, in {count - SHOWN} more rows", remedy)


def _without_bytes(cells: pd.Series) -> pd.Series:
    """Return cells that are kept as bytes as texts; a byte that is no letter is seen in the message."""
    if cells.dtype != object:
        return cells
    texts = cells.map(lambda cell: cell.decode("utf-8", "backslashreplace") if isinstance(cell, bytes) else cell)
    return texts.astype(object)  # a workbook's texts among its numbers stay as such


def first_day(days: pd.Series, every: Cadence) -> pd.Series:
    """Return the first day of the week (Monday), month or quarter in which each of `days` lies."""
    frequency = {"week": "W-SUN", "month": "M", "quarter": "Q"}[every]
    return pd.Series(days.dt.to_period(frequency).dt.start_time.astype("datetime64[s]"))
