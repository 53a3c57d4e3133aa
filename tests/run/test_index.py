"""The index leads to every report, and says plainly which are missing."""

import re

import pytest

from saypro_nb.run.index import DepartmentRow, Page, Period, render_index
from saypro_nb.run.policy import POLICY, refuse_active_content
from saypro_nb.run.report import Heading, outline

HEADING = Heading("SayPro", "April 2025", data_date="27 April 2025", facts={"Versions": "saypro_nb 0.1.0"})


def row(*pages, name="Sales", headline="Delivery is late", tone="concern"):
    return DepartmentRow(name.lower(), name, headline, tone, pages)


def page(state="built", href="sales/gaps.html", reason="", title="Gap identification"):
    return Page("sales", "1_gap_identification", title, href, state, reason)


def test_every_report_that_exists_is_linked_by_its_title():
    made = render_index(HEADING, [row(page(), page("unchanged", "sales/causes.html", title="Root causes"))])
    assert '<a href="sales/gaps.html">Gap identification</a>' in made
    assert '<a href="sales/causes.html">Root causes</a>' in made
    assert "2 reports: 1 built, 1 unchanged." in made


def test_paths_are_percent_encoded_and_never_a_scheme():
    made = render_index(HEADING, [row(page(href="sales & co/é 1.html"), page(href="javascript:alert(1)"))])
    assert 'href="sales%20%26%20co/%C3%A9%201.html"' in made
    assert 'href="javascript%3Aalert%281%29"' in made


def test_each_report_is_told_by_its_own_headline_and_where_its_other_editions_are():
    told = Page(
        "sales",
        "1_gap_identification",
        "Gaps",
        "sales/gaps.html",
        "built",
        headline="2 gaps to look into",
        tone="concern",
        editions=(("PDF", "sales/gaps.pdf"),),
    )
    made = render_index(HEADING, [row(told)])
    assert '<span class="shape" aria-hidden="true">◆</span> 2 gaps to look into' in made
    assert '<a href="sales/gaps.pdf" aria-label="Sales, Gaps: PDF">PDF</a>' in made


def test_what_changed_since_the_period_before_is_told():
    changed = DepartmentRow("sales", "Sales", "", "watch", (), since="March 2025", changes=("Revenue is new.",))
    made = render_index(HEADING, [changed])
    assert "Since March 2025" in made
    assert "<li>Revenue is new.</li>" in made


def test_what_is_judged_otherwise_is_told_apart_from_what_has_changed():
    changed = DepartmentRow(
        "sales", "Sales", "", "watch", (), since="March 2025", changes=("A is new.",), judged=("B.",)
    )
    made = render_index(HEADING, [changed])
    world, judged = made.index("<li>A is new.</li>"), made.index("<li>B.</li>")
    assert world < made.index("Judged otherwise than then") < judged


def test_the_organisation_stands_first_with_its_verdict_and_the_reason():
    whole = DepartmentRow("organisation", "The organisation", "Sales causes concern", "concern", (page(),))
    made = render_index(HEADING, [row(name="People", tone="good")], whole=whole)
    assert [title for _, title in outline(made).sections] == ["The organisation", "People"]
    assert '<p class="headline">Sales causes concern</p>' in made
    assert re.findall(r'<span class="count">(\d)</span>', made) == ["1"], "departments are counted, not their sum"


def test_departments_are_counted_by_their_verdicts():
    made = render_index(HEADING, [row(), row(name="People", tone="good"), row(name="IT")])
    counts = re.findall(r'<span class="count">(\d)</span> .*?</span> (\w+)</span>', made)
    assert counts == [("2", "Concern"), ("1", "Good")]


def test_a_failed_report_is_told_in_word_shape_and_colour_with_its_reason():
    made = render_index(HEADING, [row(page("failed", None, "KeyError: 'depot' in cell 7"))])
    assert '<span class="badge tone-concern"><span class="shape" aria-hidden="true">◆</span> Failed</span>' in made
    assert made.count("in cell 7") == 1
    assert "<a href" not in made.split("<main")[1]


def test_a_report_that_waits_says_for_what():
    made = render_index(HEADING, [row(page("not built", None, "waits for Root causes"))])
    assert "Not built" in made
    assert "waits for Root causes" in made


def test_each_department_has_its_headline_and_verdict():
    made = render_index(HEADING, [row(), row(name="People", headline="Too few weeks", tone="unknown")])
    assert outline(made).titles == ("Performance review",)
    assert [title for _, title in outline(made).sections] == ["Sales", "People"]
    assert "Too few weeks" in made
    assert "Not known" in made


def test_earlier_periods_are_linked():
    made = render_index(HEADING, [], earlier=[Period("March 2025", "../2025-03/index.html")])
    assert '<a href="../2025-03/index.html">March 2025</a>' in made
    assert "No reports yet." in made


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_hostile_text_is_words_in_every_place_of_the_index(text):
    states = ("built", "unchanged", "failed", "not built")
    pages = [Page(text, text, text, text, state, text, text, "good", ((text, text),)) for state in states]
    rows = [
        DepartmentRow(text, text, text, "good", tuple(pages), word=text, since=text, changes=(text,), judged=(text,))
    ]
    heading = Heading(text, text, text, prepared_by=text, data_date=text, facts={text: text})
    made = render_index(heading, rows, title=text, whole=rows[0], earlier=[Period(text, text)])
    assert "<script" not in made
    assert "<img" not in made
    refuse_active_content(made)


def test_the_index_has_the_policy_of_the_reports():
    assert f'content="{POLICY}"' in render_index(HEADING, []).replace("&#39;", "'")
