"""Whatever people wrote reaches a page as words."""

import pytest
from jinja2 import UndefinedError

from saypro_nb.agree.errors import WorkbenchError
from saypro_nb.show import theme
from saypro_nb.show.blocks import ANSWER, answer, details, notes
from saypro_nb.show.findings import Answer, Changes
from saypro_nb.show.html import live_style, page_style, render

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>alert(1)</script>",
    "=cmd()",
]


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio of two colours (relative luminance of sRGB)."""
    lights = []
    for colour in (one, other):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_words_in_every_block(text):
    inner = notes([text], title=text)
    blocks = [answer(Answer(text, "concern", (text,), (text,)), word=text), inner, details(text, inner)]
    for block in blocks:
        assert "<script" not in block.html
        assert "<img" not in block.html
        assert text in block.text


def test_the_answer_says_its_verdict_in_word_shape_and_colour():
    block = answer(Answer("Delivery is late", "concern", ("Six weeks above the limit.",), ("Who owns it",)))
    assert "tone-concern" in block.html
    assert '<span class="shape" aria-hidden="true">◆</span> Concern' in block.html
    assert block.text.splitlines() == [
        "Concern",
        "Delivery is late",
        "To decide",
        "Who owns it",
        "Six weeks above the limit.",
    ]


def test_the_answer_says_what_has_changed_and_since_when():
    said = Answer("Delivery is late", "concern", ())
    block = answer(said, Changes("the week of 15 June 2026", ("Delivery is new on the shortlist.",)))
    assert block.text.splitlines()[2:] == ["Since the week of 15 June 2026", "Delivery is new on the shortlist."]


def test_an_answer_travels_as_data_beside_its_picture_in_a_notebook():
    changed = Changes("the week of 15 June 2026", ("Delivery is new.",))
    data = answer(Answer("Delivery is late", "concern", ()), changed)._repr_mimebundle_()[ANSWER]
    assert data == {
        "headline": "Delivery is late",
        "tone": "concern",
        "urgency": 0.0,
        "kpis": [],
        "because": "",
        "changed": {"since": "the week of 15 June 2026", "sentences": ("Delivery is new.",), "judged": ()},
    }


def test_an_answer_with_nothing_to_decide_has_no_list():
    assert "To decide" not in answer(Answer("All is well", "good", ("Nothing moved.",))).html


def test_an_unknown_tone_is_refused_with_the_nearest_one():
    with pytest.raises(WorkbenchError, match="Did you mean 'concern'"):
        answer(Answer("x", "concerns", ()))


def test_a_fact_that_is_not_given_is_an_error_and_not_an_empty_place():
    with pytest.raises(UndefinedError):
        render("notes.html.j2", sentences=["one"])


def test_folded_blocks_are_placed_as_they_are_and_not_escaped_twice():
    block = details("More", notes(["Fish & chips"]))
    assert "<li>Fish &amp; chips</li>" in block.html
    assert block.text.splitlines() == ["More", "Fish & chips"]


def test_a_block_in_a_notebook_brings_its_style_and_its_plain_twin():
    bundle = notes(["One sentence."])._repr_mimebundle_()
    assert bundle["text/html"].startswith(live_style())
    assert bundle["text/plain"] == "One sentence."


@pytest.mark.parametrize("colours", [theme.ON_PAPER, theme.ON_DARK], ids=["paper", "dark"])
@pytest.mark.parametrize("tone", theme.TONES)
def test_text_and_marks_of_every_tone_have_enough_contrast(colours, tone):
    for ground in (colours["paper"], colours[f"{tone}-tint"]):
        assert _contrast(colours[tone], ground) >= 4.5
        assert _contrast(colours["ink"], ground) >= 7
        assert _contrast(colours["muted"], ground) >= 4.5
    assert _contrast(colours[f"{tone}-mark"], colours["paper"]) >= 3


def test_every_colour_by_day_has_one_by_night():
    assert theme.ON_PAPER.keys() == theme.ON_DARK.keys()
    assert all(colour in page_style() for colour in [*theme.ON_PAPER.values(), *theme.ON_DARK.values()])


def test_no_two_tones_share_both_word_and_shape():
    assert len({tone.word for tone in theme.TONES.values()}) == len(theme.TONES)
    assert len({tone.shape for tone in theme.TONES.values()}) == len(theme.TONES)
