"""A notebook becomes one page that a leader can open anywhere, or no page at all."""

from copy import deepcopy

import pandas as pd
import pytest
from nbformat import v4

from saypro_nb.agree.errors import WorkbenchError
from saypro_nb.run.policy import POLICY, refuse_active_content
from saypro_nb.run.report import LEFT_OUT, Heading, answer_of, outline, to_html
from saypro_nb.show.blocks import answer, notes
from saypro_nb.show.findings import Answer
from saypro_nb.show.html import live_style

HEADING = Heading("SayPro", "April 2025", "Sales", facts={"Fingerprint": "9f2c"})
HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>']
WIDGET = "application/vnd.jupyter.widget-view+json"
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def shown(data, kind="display_data", **metadata):
    return v4.new_output(kind, data=data, metadata=metadata)


def notebook(*outputs, source="show(values)", text="# Gap identification\n\nWhich gaps matter?"):
    cells = [v4.new_markdown_cell(text), v4.new_code_cell(source, outputs=list(outputs))]
    return v4.new_notebook(cells=cells, metadata={"widgets": {"state": {"x": "secret state"}}})


def page_of(*outputs, **facts):
    return to_html(notebook(*outputs, **facts), HEADING)


def test_the_page_states_its_policy_language_title_and_facts():
    page = page_of()
    assert f'content="{POLICY}"' in page
    assert '<html lang="en">' in page
    assert "<title>Gap identification · Sales · April 2025</title>" in page
    assert "9f2c" in page
    assert "secret state" not in page


def test_a_notebook_has_one_h1_and_its_sections_are_its_contents():
    page = page_of(text="# Gaps\n\n## Where they are\n\n## What to do")
    assert outline(page).titles == ("Gaps",)
    assert outline(page).sections == (("Where-they-are", "Where they are"), ("What-to-do", "What to do"))
    assert '<a href="#Where-they-are">Where they are</a>' in page


@pytest.mark.parametrize("text", ["No title", "# One\n\n# Two"])
def test_a_notebook_without_exactly_one_title_is_refused(text):
    with pytest.raises(WorkbenchError, match="exactly one title"):
        page_of(text=text)


def test_the_last_value_of_a_cell_is_shown_like_what_is_displayed():
    bundle = notes(["All is well"])._repr_mimebundle_()
    assert page_of(shown(bundle, "execute_result")).count("<li>All is well</li>") == 1
    assert page_of(shown(bundle, "execute_result")) == page_of(shown(bundle))


def test_a_block_leaves_its_live_style_in_the_notebook():
    bundle = notes(["One sentence."])._repr_mimebundle_()
    assert live_style() in bundle["text/html"]
    assert "data-jp-theme-light" not in page_of(shown(bundle))


def test_a_picture_keeps_its_alt_text_and_width():
    page = page_of(shown({"image/png": DOT, "text/plain": "x"}, **{"image/png": {"alt": 'A "dot"', "width": 20}}))
    assert "alt='A \"dot\"'" in page or 'alt="A &quot;dot&quot;"' in page
    assert 'width="20"' in page


def test_a_picture_without_alt_text_never_reaches_a_page():
    with pytest.raises(WorkbenchError, match=r"Cell 2 .* without alt text"):
        page_of(shown({"image/png": DOT, "text/plain": "<Figure>"}))


def test_a_table_without_a_caption_never_reaches_a_page():
    bare = pd.DataFrame({"kpi": ["Revenue"]})
    with pytest.raises(WorkbenchError, match=r"Cell 2 .* a table without a caption"):
        page_of(shown({"text/html": bare._repr_html_(), "text/plain": "x"}))


def test_the_answer_of_a_notebook_is_found_among_its_outputs():
    bundle = answer(Answer("Delivery is late", "concern", ()))._repr_mimebundle_()
    made = notebook(shown(notes(["first"])._repr_mimebundle_()), shown(bundle, "execute_result"))
    assert answer_of(made)["headline"] == "Delivery is late"
    assert answer_of(notebook()) == {}


def test_a_widget_is_replaced_by_its_picture_and_without_one_left_out():
    view = {WIDGET: {"model_id": "x"}, "text/plain": "IntSlider(value=3)"}
    beside = {"image/png": {"alt": "Ranking with weight 3."}}
    assert "Ranking with weight 3." in page_of(shown({**view, "image/png": DOT}, **beside))
    assert "IntSlider" not in page_of(shown(view))


def test_printed_text_is_shown_and_warnings_are_not():
    page = page_of(
        v4.new_output("stream", name="stdout", text="40 weeks & \x1b[31m2 gaps\x1b[0m"),
        v4.new_output("stream", name="stderr", text="FutureWarning"),
    )
    assert '<pre class="printed">40 weeks &amp; 2 gaps</pre>' in page
    assert "FutureWarning" not in page


def test_code_is_hidden_unless_it_is_asked_for_and_then_folded():
    made = notebook(source="show(values) < 3")
    assert "show(values)" not in to_html(made, HEADING)
    with_code = to_html(made, HEADING, show_code=True)
    assert '<details class="code">' in with_code
    assert "<pre><code>show(values) &lt; 3</code></pre>" in with_code


def test_cells_for_the_notebook_only_are_left_out():
    made = notebook()
    made.cells.append(v4.new_markdown_cell("Move the slider.", metadata={"tags": [LEFT_OUT]}))
    assert "Move the slider" not in to_html(made, HEADING)


def test_a_failed_notebook_never_becomes_a_page():
    error = v4.new_output("error", ename="KeyError", evalue="'depot'", traceback=["…"])
    with pytest.raises(WorkbenchError, match="Cell 2 of the notebook failed with KeyError: 'depot'"):
        page_of(error)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_words_in_heading_facts_text_outputs_and_code(text):
    heading = Heading(text, text, text, prepared_by=text, data_date=text, facts={text: text})
    made = notebook(
        shown({"text/plain": text}),
        v4.new_output("stream", name="stdout", text=text),
        shown({"image/png": DOT}, **{"image/png": {"alt": text, "width": text}}),
        source=text,
    )
    page = to_html(made, heading, show_code=True)
    assert "<script" not in page
    assert page.count("<img") == 1
    refuse_active_content(page)


@pytest.mark.parametrize("route", ["text/html", "text/markdown", "cell"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markup_from_a_careless_cell_stops_the_page(route, text):
    careless = notebook(text=f"# Title\n\n{text}") if route == "cell" else notebook(shown({route: text}))
    with pytest.raises(WorkbenchError, match="not written"):
        to_html(careless, HEADING)


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<SCRIPT src=https://cdn.example/x.js></SCRIPT>",
        "<p onclick='x()'>text</p>",
        '<svg/onload="x()">',
        '<meta http-equiv="Refresh" content="0;url=https://example.org">',
        '<a href="java\tscript:alert(1)">text</a>',
        '<a href=" &#106;avascript:alert(1)">text</a>',
        '<a href="data:text/html,hello">text</a>',
        '<a href="vbscript:x">text</a>',
        '<img src="https://example.org/x.png" alt="">',
        '<img src="//example.org/x.png" alt="">',
        '<img src="chart.png" alt="">',
        '<img srcset="https://example.org/x.png 2x" alt="">',
        '<link rel="stylesheet" href="https://example.org/x.css">',
        '<base href="https://example.org/">',
        '<iframe srcdoc="text"></iframe>',
        '<object data="x.pdf"></object>',
        '<form action="https://example.org"><button>Send</button></form>',
        '<video poster="https://example.org/x.png"></video>',
        '<p style="background: URL( https://example.org/x.png )">text</p>',
        "<style>@import 'https://example.org/x.css';</style>",
        "<style>p { background: url(https://example.org/x.png) }</style>",
        "<style><img src=x onerror=alert(1)></style>",
        "<!--><script>alert(1)</script>-->",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
        "<svg><![CDATA[<img src=x>]]></svg>",
    ],
)
def test_active_content_is_refused(markup):
    with pytest.raises(WorkbenchError, match="line 2"):
        refuse_active_content(f"<main>\n{markup}</main>")


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="https://example.org/method">method</a>',
        '<a href="#gaps">gaps</a>',
        '<a href="sales/1_gap_identification.html">report</a>',
        '<a href="mailto:sales@example.org">mail</a>',
        '<a href="data:text/csv;charset=utf-8,a%2Cb" download="a.csv">CSV</a>',
        '<img src="data:image/png;base64,AA==" alt="A chart.">',
        "<p>He wrote: javascript:alert(1) &lt;script&gt; onclick=x</p>",
        "<style>p { background: url(data:image/png;base64,AA==) }</style>",
        "<!-- a remark -->",
    ],
)
def test_words_links_and_embedded_pictures_are_welcome(markup):
    refuse_active_content(f"<main>{markup}</main>")


def test_the_same_notebook_gives_the_same_page_and_stays_as_it_was():
    made = notebook(shown(notes(["All is well"])._repr_mimebundle_()))
    before = deepcopy(made)
    assert to_html(made, HEADING) == to_html(made, HEADING)
    assert made == before
