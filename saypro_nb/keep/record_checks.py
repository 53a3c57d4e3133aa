"""Whether records can be added up as params/kpis.yaml says, and what would mend it where they can't."""

from collections.abc import Iterator
from typing import Literal

import ibis

from saypro_nb.agree import measures
from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.agree.schema import Computed
from saypro_nb.agree.settings import Workspace
from saypro_nb.agree.sources import Source
from saypro_nb.keep import notation, records

LOOKED_AT = 1_000  # cells that tell how a column is written

Wanted = Literal["dates", "numbers", "texts"]
Use = tuple[str, str, Wanted]


def faults(kpi: str, computed: Computed, workspace: Workspace) -> list[Fault]:
    """Return what keeps `kpi` from being computed from its records."""
    source = workspace.review.sources.records[computed.records]
    where = f"params/kpis.yaml, {kpi}.computed"
    try:
        with records.opened(computed.records, workspace) as table:
            found = [_column_fault(where, use, computed.records, table) for use in _uses(computed)]
            known = [fault for fault in found if fault] + _reserved(computed.records, table.schema())
            return known or list(_miswritten(where, _uses(computed), table, source))
    except InputError as error:
        return list(error.faults)


def _uses(computed: Computed) -> list[Use]:
    """Return every column that a computed KPI uses: the part of the declaration, the column, and what it must hold."""
    uses: list[Use] = [("date", computed.date, "dates")]
    for part, measure in (("numerator", computed.numerator), ("denominator", computed.denominator)):
        for term in measures.parse(measure) if measure else ():
            if term.column is not None:
                uses.append((part, term.column, "numbers"))
            if term.condition is not None:
                uses.append(
                    (part, term.condition.column, "texts" if isinstance(term.condition.value, str) else "numbers")
                )
    return uses


def _column_fault(where: str, use: Use, name: str, table: ibis.Table) -> Fault | None:
    part, column, wanted = use
    schema = table.schema()
    if column not in schema:
        missing = f"the records '{name}' have no column '{column}'"
        return Fault(f"{where}.{part}", missing, did_you_mean(column, schema.names))
    kind = schema[column]
    fits = {
        "dates": kind.is_temporal() or (kind.is_string() and _keeps_any_kind(table)),
        "numbers": kind.is_numeric() or kind.is_boolean(),
        "texts": kind.is_string(),
    }
    return None if fits[wanted] else _of_another_kind(f"{where}.{part}, records '{name}'", column, wanted, table)


def _of_another_kind(where: str, column: str, wanted: Wanted, table: ibis.Table) -> Fault:
    shape = " (YYYY-MM-DD)" if wanted == "dates" else ""
    said = f"the column '{column}' doesn't hold {wanted}{shape}"
    remedy = "Choose another column, or mend the records"
    if table[column].type().is_string() and wanted != "texts":
        cells = table.filter(table[column].notnull()).select(column).limit(LOOKED_AT).to_pandas()[column]
        strange = cells[~notation.is_plain(cells, wanted)]
        said += f": '{strange.iloc[0]}'" if len(strange) else ""
        declared = notation.declared(strange, wanted)
        remedy = f"Declare `{declared}` for the file in params/review.yaml, or mend the records" if declared else remedy
    return Fault(where, said, remedy)


def _keeps_any_kind(table: ibis.Table) -> bool:
    """Tell whether the engine is SQLite: it has no days, and keeps a text in a column of numbers."""
    return str(table.get_backend().name) == "sqlite"


def _miswritten(where: str, uses: list[Use], table: ibis.Table, source: Source) -> Iterator[Fault]:
    """Yield what SQLite would add up as nothing: texts among numbers, and texts that are no days."""
    if not _keeps_any_kind(table):
        return
    for part, column, wanted in dict.fromkeys(uses):
        cells = table[column]
        if wanted == "dates" and cells.type().is_string():
            wrong = cells.notnull() & ~(cells.like("____-__-__%") & cells.cast("date").notnull())
        elif wanted == "numbers":
            wrong = cells.typeof().isin(["text", "blob"])
        else:
            continue
        found = table.filter(wrong).select(column=cells.cast("string")).limit(1).to_pandas()["column"]
        if len(found):
            said = f"the column '{column}' of {source.table or 'the query'} doesn't hold {wanted}: '{found[0]}'"
            yield Fault(f"{where}.{part}", said, "Choose another column, or mend the records")


def _reserved(name: str, schema: ibis.Schema) -> list[Fault]:
    """Return the dimensions whose names `records.cells` needs for its own columns."""
    remedy = "Give it a more telling name, under 'columns' in params/review.yaml"
    return [
        Fault(f"the records '{name}', column {column}", "a text column can't have this name", remedy)
        for column, kind in schema.items()
        if kind.is_string() and column.casefold() in records.CELLS
    ]
