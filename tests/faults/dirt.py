"""Dirt: what people, exports and strangers put into a workspace.

Each kind of dirt is a function that changes the workspace in a folder, with the seed's `Random` to choose by, and
returns a word that a message about it has to hold: the name of the file or of the setting. Three families:

    HARMLESS   changes the writing of the data and not what they say: no figure may change
    DIRT       anything else
    OUTPUTS    what lies in outputs/ already
"""

import csv
import io
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import yaml

from tests import workspaces
from tests.faults.dirty_words import CELLS, HOSTILE, NODES, YAML_TEXTS
from tests.faults.dirty_workspace import PARAMS, TABLES

Dirt = Callable[[Path, Random], str]
Rows = list[list[str]]


# --- the table of a workspace, as text ---


def table_of(folder: Path, name: str) -> Path:
    return folder / "data" / f"{name}.csv"


def read_rows(file: Path) -> Rows:
    _refuse_what_is_no_file(file)
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def _refuse_what_is_no_file(file: Path) -> None:
    if not file.is_file():  # reading a pipe would never end
        raise FileNotFoundError(file)


def write_rows(file: Path, rows: Rows, *, line_end: str = "\n", quoting: Any = csv.QUOTE_MINIMAL) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=line_end, quoting=quoting).writerows(rows)
    file.write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))


def _any_table(folder: Path, chance: Random) -> tuple[Path, Rows]:
    file = table_of(folder, chance.choice(TABLES))
    return file, read_rows(file)


def _source(folder: Path, name: str, value: Any) -> None:
    """Let the review find a table elsewhere."""
    review = workspaces.load(folder, "review")
    place = review["sources"]["records"] if name == "orders" else review["sources"]
    place[name] = value
    workspaces.write(folder, "review", review)


# --- harmless: another way of writing the same ---


def columns_in_another_order(folder: Path, chance: Random) -> str:
    file, rows = _any_table(folder, chance)
    order = chance.sample(range(len(rows[0])), len(rows[0]))
    write_rows(file, [[row[place] for place in order] for row in rows])
    return file.name


def rows_in_another_order(folder: Path, chance: Random) -> str:
    # Forms and interviews are quoted in their order, and dimensions of records come as they first occur.
    file = table_of(folder, chance.choice(("kpi_values", "drivers")))
    title, *rows = read_rows(file)
    write_rows(file, [title, *chance.sample(rows, len(rows))])
    return file.name


def byte_order_mark(folder: Path, chance: Random) -> str:
    file, _ = _any_table(folder, chance)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    return file.name


def windows_line_ends(folder: Path, chance: Random) -> str:
    file, rows = _any_table(folder, chance)
    write_rows(file, rows, line_end="\r\n")
    return file.name


def every_cell_in_quotes(folder: Path, chance: Random) -> str:
    file = table_of(folder, chance.choice(TABLES[:-1]))
    write_rows(file, read_rows(file), quoting=csv.QUOTE_ALL)
    return file.name


def blanks_around_cells(folder: Path, chance: Random) -> str:
    file = table_of(folder, chance.choice(TABLES[:-1]))
    title, *rows = read_rows(file)
    write_rows(file, [title, *([f" {cell} " if cell else cell for cell in row] for row in rows)])
    return file.name


def no_line_end_at_the_end(folder: Path, chance: Random) -> str:
    file, _ = _any_table(folder, chance)
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    return file.name


def blank_lines(folder: Path, chance: Random) -> str:
    file = table_of(folder, chance.choice(TABLES[:-1]))
    rows = read_rows(file)
    for _ in range(3):
        rows.insert(chance.randrange(1, len(rows)), [])
    write_rows(file, rows)
    return file.name


def as_another_kind_of_file(folder: Path, chance: Random) -> str:
    name = chance.choice(TABLES)
    frame = pd.read_csv(table_of(folder, name), keep_default_na=False, na_values=[""])
    frame = frame.assign(**{day: pd.to_datetime(frame[day]) for day in ("period", "date", "day") if day in frame})
    kind = chance.choice(("xlsx", "parquet", "sqlite"))
    _keep_as(frame, folder / "data" / f"{name}.{kind}", name)
    _source(folder, name, _address(name, kind))
    return name


def _keep_as(frame: pd.DataFrame, file: Path, name: str) -> None:
    if file.suffix == ".xlsx":
        frame.to_excel(file, index=False)
    elif file.suffix == ".parquet":
        frame.to_parquet(file, index=False)
    else:
        days = {day: frame[day].dt.strftime("%Y-%m-%d") for day in frame.select_dtypes("datetime")}
        if name == "orders":  # SQLite has no dates: a view for the engine would be the owner's own
            file.unlink(missing_ok=True)
        with closing(sqlite3.connect(file)) as database:
            frame.assign(**days).to_sql(name, database, index=False, dtype=dict.fromkeys(days, "DATE"))


def _address(name: str, kind: str) -> str | dict[str, str]:
    file = f"data/{name}.{kind}"
    return {"url": f"sqlite:///{file}", "table": name} if kind == "sqlite" else file


def a_kpi_that_nobody_measures(folder: Path, _chance: Random) -> str:
    kpis = workspaces.load(folder, "kpis")
    pattern = kpis["on_time"]["computed"] | {"records": "nowhere"}
    kpis["pattern"] = workspaces.KPIS["revenue"] | {"departments": [], "computed": pattern}
    workspaces.write(folder, "kpis", kpis)
    return "kpis.yaml"


def files_of_other_programs(folder: Path, _chance: Random) -> str:
    for name in ("~$kpi_values.xlsx", ".DS_Store", "kpi_values.csv~", "kpi_values (1).csv", "../params/kpis.yaml.bak"):
        (folder / "data" / name).write_bytes(b"\x00foreign")
    return "data"


def parameters_with_comments(folder: Path, chance: Random) -> str:
    file = folder / "params" / f"{chance.choice(PARAMS)}.yaml"
    text = file.read_text(encoding="utf-8").replace("\n", "\r\n")
    file.write_bytes(b"\xef\xbb\xbf# a comment \xf0\x9f\x98\x80\r\n" + text.encode())
    return file.name


# --- cells, columns and rows ---


def a_strange_cell(folder: Path, chance: Random) -> str:
    file, rows = _any_table(folder, chance)
    for _ in range(chance.choice((1, 1, 3, 20))):
        chance.choice(rows[1:])[chance.randrange(len(rows[0]))] = chance.choice(CELLS)
    write_rows(file, rows)
    return file.stem


def a_strange_column(folder: Path, chance: Random) -> str:
    file, rows = _any_table(folder, chance)
    place, word = chance.randrange(len(rows[0])), chance.choice(CELLS)
    for row in rows[1:]:
        row[place] = word
    write_rows(file, rows)
    return file.stem


def a_strange_title(folder: Path, chance: Random) -> str:
    file, rows = _any_table(folder, chance)
    place = chance.randrange(len(rows[0]))
    title = rows[0][place]
    rows[0][place] = chance.choice((title.upper(), f"{title} ", title[:-1], title[::-1], *CELLS))
    write_rows(file, rows)
    return file.stem


def titles_swapped(folder: Path, chance: Random) -> str:
    file, rows = _any_table(folder, chance)
    one, other = chance.sample(range(len(rows[0])), 2)
    rows[0][one], rows[0][other] = rows[0][other], rows[0][one]
    write_rows(file, rows)
    return file.stem


def a_column_dropped(folder: Path, chance: Random) -> str:
    file, rows = _any_table(folder, chance)
    place = chance.randrange(len(rows[0]))
    write_rows(file, [row[:place] + row[place + 1 :] for row in rows])
    return file.stem


def a_column_twice(folder: Path, chance: Random) -> str:
    file, rows = _any_table(folder, chance)
    place = chance.randrange(len(rows[0]))
    write_rows(file, [[*row, row[place]] for row in rows])
    return file.stem


def a_foreign_column(folder: Path, chance: Random) -> str:
    file, rows = _any_table(folder, chance)
    write_rows(file, [[*row, chance.choice(CELLS)] for row in rows])
    return file.stem


def rows_dropped(folder: Path, chance: Random) -> str:
    file, (title, *rows) = _any_table(folder, chance)
    write_rows(file, [title, *chance.sample(rows, chance.choice((0, 1, 2, len(rows) // 2, len(rows) - 1)))])
    return file.stem


def rows_doubled(folder: Path, chance: Random) -> str:
    file, rows = _any_table(folder, chance)
    write_rows(file, [*rows, *chance.choices(rows[1:], k=chance.choice((1, 5, 50)))])
    return file.stem


def ragged_rows(folder: Path, chance: Random) -> str:
    file, rows = _any_table(folder, chance)
    row = chance.choice(rows[1:])
    row[:] = row[: chance.randrange(len(row))] if chance.random() < 0.5 else [*row, "", chance.choice(CELLS)]
    write_rows(file, rows)
    return file.stem


def a_period_far_away(folder: Path, chance: Random) -> str:
    file, rows = _any_table(folder, chance)
    for row in chance.sample(rows[1:], min(chance.choice((1, 1, 2, 10)), len(rows) - 1)):
        for place, title in enumerate(rows[0]):
            if title in ("period", "date", "day"):
                row[place] = chance.choice(("1926-08-02", "2016-08-01", "2027-08-02", "2062-07-31", "2100-12-27"))
    write_rows(file, rows)
    return file.stem


def huge_numbers(folder: Path, chance: Random) -> str:
    file = table_of(folder, chance.choice(("kpi_values", "drivers", "orders")))
    rows = read_rows(file)
    place = len(rows[0]) - 1 if file.stem != "kpi_values" else 3
    for row in chance.sample(rows[1:], chance.choice((1, 5, len(rows) - 1))):
        row[place] = chance.choice(("1e308", "-1e308", "1e200", "1e-300", "9" * 400, "0", "-0.0", "1e15"))
    write_rows(file, rows)
    return file.stem


def one_value_only(folder: Path, chance: Random) -> str:
    """Make a whole table one number: no spread at all."""
    file = table_of(folder, chance.choice(("kpi_values", "drivers", "orders")))
    rows = read_rows(file)
    place = 3 if file.stem == "kpi_values" else len(rows[0]) - 1
    number = chance.choice(("0", "1", "90", ""))
    for row in rows[1:]:
        row[place] = number
    write_rows(file, rows)
    return file.stem


# --- bytes and files ---


def strange_bytes(folder: Path, chance: Random) -> str:
    file = chance.choice((table_of(folder, chance.choice(TABLES)), _params_file(folder, chance)))
    text = file.read_bytes()
    place = chance.randrange(len(text))
    made = {
        "nothing": b"",
        "blanks": b" \n\n \t\n",
        "title only": text.split(b"\n")[0] + b"\n",
        "cut": text[:place],
        "zero byte": text[:place] + b"\x00" + text[place:],
        "zero bytes": b"\x00" * 1000,
        "half a letter": text[:place] + b"\xc3" + text[place:],
        "UTF-16": text.decode().encode("utf-16"),
        "Latin-1": text[:place] + "Zürich".encode("latin-1") + text[place:],
        "old Mac": text.replace(b"\n", b"\r"),
        "escape": text[:place] + b"\x1b[31m" + text[place:],
        "quotation mark": text[:place] + b'"' + text[place:],
        "semicolons": text.replace(b",", b";"),
        "tabs": text.replace(b",", b"\t"),
        "random": chance.randbytes(300),
        "a page": b"<!DOCTYPE html><html><body>Sign in to download</body></html>\n",
        "a long line": text + b"x" * 3_000_000,
    }
    file.write_bytes(made[chance.choice(sorted(made))])
    return file.stem


def no_file_at_all(folder: Path, chance: Random) -> str:
    """Put something into the place of a file that is none."""
    file = chance.choice((table_of(folder, chance.choice(TABLES)), _params_file(folder, chance)))
    file.unlink()
    other = chance.choice(("nothing", "folder", "loop", "dangling", "pipe", "device"))
    if other == "folder":
        file.mkdir()
    elif other == "loop":
        file.symlink_to(file.name)
    elif other == "dangling":
        file.symlink_to("gone")
    elif other == "pipe":
        os.mkfifo(file)
    elif other == "device":
        file.symlink_to("/dev/zero")
    # statements and meetings may be left out, and so may a department's own parameters
    return "" if file.stem in ("statements", "meetings", "north", "south") else file.stem


def a_damaged_file_of_another_kind(folder: Path, chance: Random) -> str:
    name = chance.choice(TABLES)
    kind = chance.choice(("xlsx", "parquet", "sqlite"))
    file = folder / "data" / f"{name}.{kind}"
    _keep_as(pd.read_csv(table_of(folder, name)), file, name)
    content = bytearray(file.read_bytes())
    if chance.random() < 0.5:
        content = content[: chance.randrange(len(content))]
    else:
        for _ in range(chance.choice((1, 10, 200))):
            content[chance.randrange(len(content))] = chance.randrange(256)
    file.write_bytes(content)
    _source(folder, name, _address(name, kind))
    return name


def strange_types(folder: Path, chance: Random) -> str:
    """Keep a column in Parquet as a type that a CSV doesn't know."""
    name = chance.choice(TABLES)
    frame = pd.read_csv(table_of(folder, name))
    column, length = chance.choice(list(frame)), len(frame)
    made: dict[str, Any] = {
        "lists": [[1, 2]] * length,
        "records": [{"a": 1}] * length,
        "bytes": [b"\xff"] * length,
        "truth": [True] * length,
        "nothing": [None] * length,
        "long ago": pd.Series(["0001-01-01"] * length).astype("datetime64[s]"),
        "a span": pd.to_timedelta([1] * length, unit="D"),
        "zoned": pd.date_range("2026-01-05", periods=length, tz="Asia/Tokyo"),
        "categories": pd.Categorical(frame[column].astype(str)),
        "infinite": [float("inf")] * length,
        "floats": frame.index.astype(float) + 0.5,
    }
    frame[column] = made[chance.choice(sorted(made))]
    file = folder / "data" / f"{name}.parquet"
    frame.to_parquet(file, index=False)
    _source(folder, name, f"data/{name}.parquet")
    return name


def excel_with_formulas(folder: Path, chance: Random) -> str:
    import openpyxl

    name = chance.choice(TABLES)
    file = folder / "data" / f"{name}.xlsx"
    pd.read_csv(table_of(folder, name)).to_excel(file, index=False)
    book = openpyxl.load_workbook(file)
    sheet = book.active
    assert sheet is not None
    row, column = chance.randrange(1, 8), chance.randrange(1, 4)
    sheet.cell(row, column).value = chance.choice(("=1+1", "=1/0", '=HYPERLINK("http://evil.example")', "#REF!", True))
    if chance.random() < 0.3:
        sheet.insert_rows(1, amount=chance.choice((1, 3)))
    book.save(file)
    _source(folder, name, f"data/{name}.xlsx")
    return name


# --- what params say ---


def _params_file(folder: Path, chance: Random) -> Path:
    return folder / "params" / f"{chance.choice((*PARAMS, 'departments/north'))}.yaml"


def nodes(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value in the content of a YAML file."""
    yield path
    pairs = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in pairs:
        yield from nodes(value, (*path, key))


def _params(folder: Path, chance: Random) -> tuple[Path, Any]:
    file = _params_file(folder, chance)
    _refuse_what_is_no_file(file)
    return file, yaml.safe_load(file.read_text(encoding="utf-8"))


def _write_params(file: Path, content: Any) -> str:
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return file.stem


def a_strange_setting(folder: Path, chance: Random) -> str:
    file, content = _params(folder, chance)
    *way, last = chance.choice(list(nodes(content))) or [None]
    if last is None:
        return _write_params(file, chance.choice(NODES))
    place = content
    for step in way:
        place = place[step]
    place[last] = chance.choice(NODES)
    return _write_params(file, content)


def a_strange_key(folder: Path, chance: Random) -> str:
    file, content = _params(folder, chance)
    mappings = [way for way in nodes(content) if isinstance(_at(content, way), dict) and _at(content, way)]
    place = _at(content, chance.choice(mappings))
    key = chance.choice(list(place))
    keys = [chance.choice((f"{key}s", str(key).upper())), 1, None, True, 1.5, "", HOSTILE, "../../x", "x" * 500, "😀"]
    value = place[key] if chance.random() < 0.5 else place.pop(key)
    place[chance.choice(keys)] = value
    return _write_params(file, content)


def a_setting_dropped(folder: Path, chance: Random) -> str:
    file, content = _params(folder, chance)
    place = _at(content, chance.choice([way for way in nodes(content) if _at(content, way) and _is_box(content, way)]))
    del place[chance.choice(list(place) if isinstance(place, dict) else list(range(len(place))))]
    return _write_params(file, content)


def _at(content: Any, way: tuple[Any, ...]) -> Any:
    for step in way:
        content = content[step]
    return content


def _is_box(content: Any, way: tuple[Any, ...]) -> bool:
    return isinstance(_at(content, way), dict | list)


def strange_yaml(folder: Path, chance: Random) -> str:
    """Add lines that are YAML, but not what anybody means, or no YAML at all."""
    file = _params_file(folder, chance)
    _refuse_what_is_no_file(file)
    text = file.read_text(encoding="utf-8")
    added = chance.choice(sorted(YAML_TEXTS))
    file.write_text(f"{text}\n{YAML_TEXTS[added]}" if chance.random() < 0.5 else YAML_TEXTS[added], encoding="utf-8")
    return file.stem


def a_file_of_a_strange_department(folder: Path, chance: Random) -> str:
    name = chance.choice(("East", "..", "north ", "😀", "'; DROP TABLE entries; --", "x" * 200, "-rf", "\x1b[31m"))
    (folder / "params" / "departments" / f"{name}.yaml").write_text("department: north\n", encoding="utf-8")
    return "departments"


def a_strange_source(folder: Path, chance: Random) -> str:
    secret = "${SAYPRO_TEST_SECRET}"
    addresses = (
        *("../../../etc/passwd", "/etc/passwd", "../outside.csv", "/dev/zero", "", ".", "data", "data/", "x" * 5000),
        *("http://127.0.0.1:9/x.csv", "file:///etc/passwd", "s3://bucket/x.parquet", "data/kpi_values.csv\x00.txt"),
        *("data/*.csv", "data/kpi_values.CSV", "~/x.csv", "data/\n.csv", "-.csv", HOSTILE + ".csv"),
        *(
            {"url": url, "table": table}
            for url in (
                *(
                    f"postgresql://u:{secret}@127.0.0.1:9/x",
                    f"sqlite:///{secret}",
                    f"{secret}",
                    "sqlite://",
                    "duckdb://",
                ),
                *("sqlite:///../../outside.sqlite", f"mysql://{secret}:3306", f"bigquery://{secret}", "://", "${NOPE}"),
                *(
                    "sqlite:///data/kpi_values.csv",
                    "sqlite:///data",
                    "duckdb:///data/orders.csv",
                    f"nonsense://{secret}",
                ),
            )
            for table in ("kpi_values", "'; DROP TABLE entries; --", "")
        ),
    )
    name = chance.choice(TABLES)
    _source(folder, name, chance.choice(addresses))
    return ""  # the message names the address, or the setting


def a_strange_register(folder: Path, chance: Random) -> str:
    urls = (
        *("sqlite://", "sqlite:///", "sqlite:///data", "sqlite:////proc/x/y.sqlite", "postgresql://127.0.0.1:9/x", "x"),
        *("postgresql://u:${SAYPRO_TEST_SECRET}@127.0.0.1:9/x", "sqlite:///data/orders.csv", "", "://", "${NOPE}"),
        *(
            "oracle://u:${SAYPRO_TEST_SECRET}@h/x",
            "sqlite:///${SAYPRO_TEST_SECRET}.csv",
            "sqlite:///no/folder/x.sqlite",
        ),
    )
    workspaces.write(folder, "review", workspaces.load(folder, "review") | {"register": chance.choice(urls)})
    return "register"


def a_damaged_register(folder: Path, chance: Random) -> str:
    file = folder / "register.sqlite"
    content = bytearray(file.read_bytes())
    way = chance.choice(("cut", "flip", "text", "empty", "folder", "json", "other", "hostile", "columns", "later"))
    if way == "cut":
        file.write_bytes(content[: chance.randrange(len(content))])
    elif way == "flip":
        for _ in range(200):
            content[chance.randrange(len(content))] = chance.randrange(256)
        file.write_bytes(content)
    elif way in ("text", "empty"):
        file.write_bytes(b"not a database\n" * 100 if way == "text" else b"")
    elif way == "folder":
        file.unlink()
        file.mkdir()
    else:
        _foreign_entries(file, way, chance)
    return "register"


def _foreign_entries(file: Path, way: str, chance: Random) -> None:
    entry = {"at": "2026-05-01T00:00:00+00:00", "who": HOSTILE, "why": HOSTILE, "kind": "action", "version": 1}
    with closing(sqlite3.connect(file)) as register, register:
        columns = [row[1] for row in register.execute("PRAGMA table_info(entries)")]
        if way == "columns":
            register.execute("ALTER TABLE entries DROP COLUMN why")
            return
        if way == "later":
            register.execute("INSERT INTO register_version VALUES (99)")
            return
        old = json.loads(next(register.execute("SELECT content FROM entries WHERE subject = 'N-1'"))[0])
        key = chance.choice(sorted(old))
        made = {
            "json": "{not json",
            "other": json.dumps(old | {key: chance.choice(NODES)}, default=str),
            "hostile": json.dumps(old | {"id": "H-1", "description": HOSTILE, "owner": HOSTILE, "progress": HOSTILE}),
        }
        row = entry | {"id": 99, "subject": "H-1", "content": made[way]}
        if way == "other":
            row |= {"at": chance.choice(("yesterday", "", entry["at"])), "version": chance.choice((1, -1, 7))}
        register.execute(
            f"INSERT INTO entries ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            [row[column] for column in columns],
        )


def hostile_words_everywhere(folder: Path, chance: Random) -> str:
    """Let every free text of params and tables be hostile; a review must still be right."""
    word = chance.choice((HOSTILE, *(cell for cell in CELLS if cell.strip() and "\0" not in cell and len(cell) < 1500)))
    free = {"name", "lead", "organisation", "note", "formula", "points_at", "statement", "owner", "description"}
    for name in ("review", "kpis", "causes", "recommendations", "alignment"):
        content = workspaces.load(folder, name)
        for number, way in enumerate(list(nodes(content))):
            if way and way[-1] in free and isinstance(_at(content, way), str):
                _at(content, way[:-1])[way[-1]] = f"{word} {number}" if way[-1] == "name" else word
        workspaces.write(folder, name, content)
    for name, titles in (
        ("feedback", ("details", "team", "respondent")),
        ("interviews", ("role", "statement")),
        ("drivers", ("driver",)),
        ("orders", ("region",)),
    ):
        rows = read_rows(table_of(folder, name))
        for row in rows[1:]:
            for place, title in enumerate(rows[0]):
                row[place] = word if title in titles and row[place] != "west" else row[place]
        write_rows(table_of(folder, name), rows)
    return ""


# --- what lies in outputs/ already ---


def foreign_outputs(folder: Path, chance: Random) -> str:
    outputs = folder / "outputs"
    victims = [
        outputs / name for name in ("checked.json", "run.json", "run.journal", "reader-0.npz", "2026-07-27/x.csv")
    ]
    pages = outputs / "2026-07-27" / "north"
    victims += [pages / name for name in ("gaps.csv", "causes.csv", "actions.csv", "progress.csv")]
    victims += [pages / "1_gap_identification.json", outputs / "2026-07-27" / "alerts.json"]
    victims += [*outputs.glob("reader-*.npz"), *outputs.glob("*/evidence-*.parquet"), *outputs.glob("*/*/*.json")]
    for file in chance.sample(victims, min(chance.choice((1, 1, 4)), len(victims))):
        file.parent.mkdir(parents=True, exist_ok=True)
        text = chance.choice(("foreign", "", "[]", "{}", "null", "[1]", '{"began": 1}', "a,b\n1,2\n", "\x00", '"x"'))
        file.write_text(text, encoding="utf-8")
    return "outputs"


def families(*members: Dirt) -> dict[str, Dirt]:
    return {member.__name__.replace("_", " "): member for member in members}


HARMLESS = families(
    columns_in_another_order,
    rows_in_another_order,
    byte_order_mark,
    windows_line_ends,
    every_cell_in_quotes,
    blanks_around_cells,
    no_line_end_at_the_end,
    blank_lines,
    as_another_kind_of_file,
    a_kpi_that_nobody_measures,
    files_of_other_programs,
    parameters_with_comments,
)
DIRT = families(
    a_strange_cell,
    a_strange_column,
    a_strange_title,
    titles_swapped,
    a_column_dropped,
    a_column_twice,
    a_foreign_column,
    rows_dropped,
    rows_doubled,
    ragged_rows,
    a_period_far_away,
    huge_numbers,
    one_value_only,
    strange_bytes,
    no_file_at_all,
    a_damaged_file_of_another_kind,
    strange_types,
    excel_with_formulas,
    a_strange_setting,
    a_strange_key,
    a_setting_dropped,
    strange_yaml,
    a_file_of_a_strange_department,
    a_strange_source,
    a_strange_register,
    a_damaged_register,
    hostile_words_everywhere,
)
OUTPUTS = families(foreign_outputs)
