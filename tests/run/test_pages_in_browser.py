"""What a reader's browser makes of the pages: nothing fetched, nothing inaccessible, nothing cut off."""

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure
from nbformat import v4

from saypro_nb.run.index import DepartmentRow, Page, Period, render_index
from saypro_nb.run.report import Heading, to_html
from saypro_nb.show import theme
from saypro_nb.show.blocks import answer, details, notes
from saypro_nb.show.findings import Answer
from saypro_nb.show.picture import Picture
from saypro_nb.show.tables import Column, table
from tests.browser import on_screens, open_browser, open_page, violations, violations_of_colour

HEADING = Heading(
    "SayPro",
    "April 2025",
    "Sales",
    prepared_by="M&E team",
    data_date="27 April 2025",
    facts={
        "Parameters": "params/departments/sales.yaml",
        "Fingerprint": "9f2c51d0a4b7e6c893b19f2c51d0a4b7e6c893b1",
    },
)
WIDGET = {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}}


def output(thing, kind="display_data", **beside):
    bundle = thing._repr_mimebundle_()
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    return v4.new_output(kind, data={**data, **beside}, metadata=metadata)


def said(headline, tone):
    return answer(Answer(headline, tone, ("Two of five are worse.",), ("Who?",)))


def chart():
    with mpl.rc_context(theme.rc()):
        figure = Figure()
        axes = figure.subplots()
        axes.plot([30, 29, 31, 36], color=theme.GREY)
        axes.set_title("Delivery has been slow since week 34")
        axes.set_ylabel("hours")
    return Picture(figure, "Delivery time per week: the last of four weeks lies far above the others.")


def kpi_table(caption):
    tones = list(theme.TONES)
    frame = pd.DataFrame(
        {
            "kpi": ["Lead conversion", "Revenue", "Delivery time", "Satisfaction", "Deal size"],
            **{key: ["$480,000", "18 %", None, "30 h", "−4.0 %"] for key in ("target", "actual", "gap")},
            "tone": tones,
            "word": [theme.TONES[tone].word for tone in tones],
            "comment": ["Above the upper limit since week 34; the change began when the depot closed."] * 5,
        }
    )
    columns = [
        Column("kpi", "KPI"),
        *(Column(key, key.title(), "number") for key in ("target", "actual", "gap")),
    ]
    columns += [Column("word", "Signal", "badge", tone="tone"), Column("comment", "Commentary")]
    return table(frame, columns, caption=caption, file_name="kpis")


def every_kind_of_output():
    """Return a notebook with each kind of cell and output that a report can meet."""
    long_word = "https://example.org/" + "a" * 120
    text, code = v4.new_markdown_cell, v4.new_code_cell
    verdicts = [output(said(f"It is {tone}", tone)) for tone in theme.TONES]
    printed = [v4.new_output("stream", name=name, text="x" * 200 + "\n") for name in ("stdout", "stderr")]
    folded = details("More", kpi_table("Every KPI"), chart(), notes(["<script>alert(1)</script>"], title="Voices"))
    cells = [
        text("# Gap identification\n\nWhich KPIs need attention?"),
        code("answer(gaps)", outputs=[output(said("All is well", "good"), "execute_result")]),
        text(f"## The verdicts\n\nA [link](https://example.org), `code` and a long one: {long_word}\n\n> Quote"),
        code("verdicts()", outputs=verdicts),
        text("## Tables\n\n### By KPI\n\n| plain | table |\n|---|---|\n| " + "word " * 9 + "| 2 |\n\n1. one\n2. two"),
        code("table(gaps)", outputs=[output(kpi_table("KPIs against target"))]),
        code(
            "table(none)",
            outputs=[output(table(pd.DataFrame({"a": []}), [Column("a", "A")], caption="None", file_name="n"))],
        ),
        text("## Pictures\n\n```\n" + "code " * 60 + "\n```"),
        code("chart(gaps)", outputs=[output(chart()), output(chart(), **WIDGET)]),
        code("print('x')", outputs=printed),
        code("more(gaps)", outputs=[output(folded), output(notes(["One sentence."]))]),
    ]
    return v4.new_notebook(cells=cells)


def an_index():
    states = [
        ("built", ""),
        ("unchanged", ""),
        ("failed", "KeyError: 'depot'"),
        ("not built", "waits for Root causes"),
    ]
    pages = [
        Page(
            "sales",
            str(place),
            "Gap identification",
            f"sales/{place}.html" if not reason else None,
            state,
            reason,
        )
        for place, (state, reason) in enumerate(states)
    ]
    rows = [DepartmentRow(tone, tone.title(), "Delivery has become slower", tone, tuple(pages)) for tone in theme.TONES]
    return render_index(HEADING, rows, earlier=[Period("March 2025", "../2025-03/index.html")])


@pytest.fixture(scope="module")
def browser():
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module", params=["report", "report with code", "index"])
def file(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("pages") / "page.html"
    if request.param == "index":
        path.write_text(an_index(), encoding="utf-8")
    else:
        page = to_html(every_kind_of_output(), HEADING, show_code="code" in request.param)
        path.write_text(page, encoding="utf-8")
    return path


def test_a_page_is_accessible_whole_and_fetches_nothing(browser, file):
    with open_page(browser, file) as (page, asked):
        for unfold in (False, True):
            page.evaluate("open => document.querySelectorAll('details').forEach(part => part.open ||= open)", unfold)
            faults, widths = on_screens(page)
            assert {screen: found for screen, found in faults.items() if found} == {}
            assert [given for given, width in widths.items() if width > given] == []
        assert asked == []


def test_a_page_looks_the_same_without_javascript(browser, file):
    shots = []
    for enabled in (True, False):
        with open_page(browser, file, java_script_enabled=enabled) as (page, _):
            shots.append(page.screenshot(full_page=True))
    assert shots[0] == shots[1]


def test_the_answer_stands_on_the_first_screen(browser, file):
    with open_page(browser, file, viewport={"width": 1280, "height": 800}) as (page, _):
        box = page.locator(".answer").first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800


def test_print_unfolds_the_details(browser, file):
    with open_page(browser, file) as (page, _):
        page.emulate_media(media="print")
        folded = page.locator("details .folded, details.code pre")
        heights = [part.bounding_box() for part in folded.all()]
        assert all(box and box["height"] > 0 for box in heights)


def test_paper_cuts_no_table_off(browser, file):
    width = 672  # pixels between the margins of A4: (210 - 2 x 16) mm
    with open_page(browser, file, viewport={"width": width, "height": 900}) as (page, _):
        page.emulate_media(media="print")
        widest = page.evaluate("Math.max(0, ...[...document.querySelectorAll('table')].map(t => t.scrollWidth))")
        assert widest <= width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_skip_link_leads_to_the_content(browser, file):
    with open_page(browser, file) as (page, _):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_the_check_for_requests_notices_a_script_from_a_network(browser, tmp_path):
    control = tmp_path / "control.html"
    control.write_text(
        '<!DOCTYPE html><title>x</title><script src="https://cdn.example/x.js"></script>', encoding="utf-8"
    )
    with open_page(browser, control) as (_, asked):
        assert asked == ["https://cdn.example/x.js"]


def test_the_check_for_accessibility_notices_faults(browser, tmp_path):
    control = tmp_path / "control.html"
    control.write_text("<!DOCTYPE html><p style='color:#bbb'>pale</p><img src='data:,'>", encoding="utf-8")
    with open_page(browser, control) as (page, _):
        assert {"color-contrast", "document-title", "html-has-lang", "image-alt"} <= {
            rule for rule, _ in violations(page)
        }
        assert {rule for rule, _ in violations_of_colour(page)} == {"color-contrast"}


def test_the_check_for_accessibility_notices_colours_that_only_the_dark_lacks(browser, tmp_path):
    control = tmp_path / "control.html"
    dark = "@media (prefers-color-scheme: dark) { body { background: #fff; color: #eee } }"
    head = f'<!DOCTYPE html><html lang="en"><title>x</title><style>{dark}</style>'
    control.write_text(f"{head}<main><h1>Pale in the dark</h1></main>", encoding="utf-8")
    with open_page(browser, control) as (page, _):
        faults, _ = on_screens(page)
        assert {screen for screen, found in faults.items() if found} == {"1280, dark", "320, dark"}
