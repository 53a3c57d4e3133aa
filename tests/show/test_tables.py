"""A table says the same to a reader and to a spreadsheet, and neither can be tricked by a cell."""

import csv
from html.parser import HTMLParser
from io import StringIO
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.errors import WorkbenchError
from saypro_nb.show.tables import Column, as_csv, table

HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd()"]


class _Elements(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, tag):
        return [facts for name, facts in self.found if name == tag]


@pytest.fixture
def kpis():
    return pd.DataFrame(
        {
            "kpi": ["Lead conversion", "Revenue", "Delivery time"],
            "gap": [3.0, -20000.04, np.nan],
            "leads": [150, 200, 0],
            "amount": ["18 %", "$480,000", None],
            "word": ["Better than usual", "Within its range", None],
            "tone": ["good", "neutral", "concern"],
            "seen": [pd.Timestamp("2025-04-07"), pd.NaT, pd.Timestamp("2025-04-21")],
        }
    )


def rows_of(text):
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"))))


def test_rows_and_columns_are_named_by_header_cells_with_scope(kpis):
    shown = table(kpis, [Column("kpi", "KPI"), Column("gap", "Gap", "number")], caption="Gaps", file_name="gaps")
    elements = _Elements(shown.html)
    assert [facts["scope"] for facts in elements.all("th")] == ["col", "col", "row", "row", "row"]
    region = next(facts for facts in elements.all("div") if facts.get("role") == "region")
    assert (region["aria-label"], region["tabindex"]) == ("Gaps", "0")


def test_the_plain_twin_has_a_line_for_each_row(kpis):
    columns = [
        Column("kpi", "KPI"),
        Column("gap", "Gap", "number", signed=True),
        Column("leads", "Leads", "number"),
    ]
    assert table(kpis, columns, caption="Gaps", file_name="gaps").text.splitlines() == [
        "Gaps",
        "KPI | Gap | Leads",
        "Lead conversion | +3.0 | 150",
        "Revenue | −20,000.0 | 200",
        "Delivery time | – | 0",
    ]


def test_what_is_missing_is_a_dash_and_never_nan(kpis):
    columns = [Column("kpi", "KPI"), *(Column(key, key, "number") for key in ("gap", "amount", "seen"))]
    columns.append(Column("word", "Signal", "badge", tone="tone"))
    shown = table(kpis, columns, caption="Gaps", file_name="gaps")
    assert shown.text.splitlines()[-1] == "Delivery time | – | – | 21 Apr 2025 | –"
    assert not {"nan", "nat", "none", "<na>"} & {word.casefold() for word in shown.text.replace("|", " ").split()}
    assert "nan" not in unquote(shown.html).casefold().replace("finance", "")


def test_no_amount_is_shown_as_minus_zero_or_infinite():
    frame = pd.DataFrame({"kpi": ["a", "b"], "gap": [-0.01, np.inf]})
    shown = table(
        frame, [Column("kpi", "KPI"), Column("gap", "Gap", "number", signed=True)], caption="c", file_name="f"
    )
    assert shown.text.splitlines()[-2:] == ["a | 0.0", "b | –"]


def test_a_badge_has_word_shape_and_colour(kpis):
    shown = table(
        kpis,
        [Column("kpi", "KPI"), Column("word", "Signal", "badge", tone="tone")],
        caption="c",
        file_name="f",
    )
    assert (
        '<span class="badge tone-good"><span class="shape" aria-hidden="true">●</span> Better than usual' in shown.html
    )


def test_a_badge_without_words_of_its_own_says_its_tone():
    frame = pd.DataFrame({"kpi": ["a"], "tone": ["watch"]})
    shown = table(frame, [Column("kpi", "KPI"), Column("tone", "State", "badge")], caption="c", file_name="f")
    assert shown.text.splitlines()[-1] == "a | Watch"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_words_in_cells_headers_caption_and_file_name(text):
    frame = pd.DataFrame({"kpi": [text], "word": [text], "tone": ["good"]})
    columns = [Column("kpi", text), Column("word", text, "badge", tone="tone")]
    shown = table(frame, columns, caption=text, file_name=text, empty=text)
    elements = _Elements(shown.html)
    assert not elements.all("script")
    assert not elements.all("img")
    assert not [name for _, facts in elements.found for name in facts if name.startswith("on")]
    assert elements.all("a")[0]["download"] == f"{text}.csv"
    assert shown.text.count(text) == 5


@pytest.mark.parametrize("text", ["=cmd()", "+1+2", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    frame = pd.DataFrame({"note": [text]})
    title, cell = rows_of(as_csv(frame, [Column("note", text)]))
    assert title == ["'" + text]
    assert cell == ["'" + text]


def test_numbers_below_zero_stay_numbers_in_the_csv(kpis):
    columns = [Column("kpi", "KPI"), Column("gap", "Gap", "number"), Column("leads", "Leads", "number")]
    assert rows_of(as_csv(kpis, columns))[2] == ["Revenue", "-20000.04", "200"]


def test_a_semicolon_can_not_smuggle_a_formula_into_the_next_cell():
    assert as_csv(pd.DataFrame({"note": ["a;=cmd()"]}), [Column("note", "Note")]).endswith('"a;=cmd()"\r\n')


def test_the_csv_takes_the_plain_number_behind_a_formatted_amount(kpis):
    columns = [
        Column("kpi", "KPI"),
        Column("amount", "Gap", "number", exported="gap"),
        Column("seen", "Seen"),
    ]
    assert rows_of(as_csv(kpis, columns)) == [
        ["KPI", "Gap", "Seen"],
        ["Lead conversion", "3.0", "2025-04-07"],
        ["Revenue", "-20000.04", ""],
        ["Delivery time", "", "2025-04-21"],
    ]


def test_the_download_holds_the_csv_letter_for_letter(kpis):
    columns = [Column("kpi", "KPI"), Column("amount", "Ist-Wert, %", "number")]
    link = _Elements(table(kpis, columns, caption="c", file_name="gaps.csv").html).all("a")[0]
    head, _, body = link["href"].partition(",")
    assert head == "data:text/csv;charset=utf-8"
    assert unquote(body) == as_csv(kpis, columns)
    assert link["download"] == "gaps.csv"


def test_a_table_without_rows_says_so(kpis):
    shown = table(kpis.head(0), [Column("kpi", "KPI")], caption="Gaps", file_name="gaps", empty="No gaps in April.")
    assert shown.text.splitlines() == ["Gaps", "KPI", "No gaps in April."]


def test_a_misspelt_column_is_refused_with_the_nearest_one(kpis):
    with pytest.raises(WorkbenchError, match="Did you mean 'gap'"):
        table(kpis, [Column("kpi", "KPI"), Column("gapp", "Gap", "number")], caption="Gaps", file_name="gaps")


def test_the_frame_is_left_as_it_was(kpis):
    before = kpis.copy(deep=True)
    table(kpis, [Column("kpi", "KPI"), Column("gap", "Gap", "number")], caption="Gaps", file_name="gaps")
    pd.testing.assert_frame_equal(kpis, before)
