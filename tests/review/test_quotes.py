import pytest

from saypro_nb.review.quotes import anonymise

NAMES = ["Respondent Alpha", "Li Beta"]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Respondent Alpha is slow", "[someone] is slow"),
        ("respondent alpha is slow", "[someone] is slow"),
        ("Ask Alpha about it", "Ask [someone] about it"),
        ("ALPHA knows", "[someone] knows"),
        ("Alpha's desk", "[someone]'s desk"),
        ("Beta and Alpha", "[someone] and [someone]"),
    ],
)
def test_a_respondents_name_goes_whole_or_in_part(text: str, hidden: str) -> None:
    assert anonymise(text, NAMES) == hidden


@pytest.mark.parametrize("text", ["The alphabet is long", "Lists are old", "betas of the release"])
def test_a_word_that_only_holds_a_name_stays(text: str) -> None:
    assert anonymise(text, NAMES) == text


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Mr Gamma is never there", "[someone] is never there"),
        ("My boss Gamma decides", "My boss [someone] decides"),
        ("Gamma from accounting said no", "[someone] from accounting said no"),
        ("Gamma told us on Monday", "[someone] told us on Monday"),
        ("Write to gamma.delta@example.org", "Write to [someone]"),
        ("Ring +44 20 7946 0000", "Ring [number]"),
    ],
)
def test_a_name_that_its_surroundings_give_away_goes(text: str, hidden: str) -> None:
    assert anonymise(text, []) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "Marketing said so",
        "We asked Sales",
        "Nobody told us",
        "Everyone asked",
        "HR wrote twice",
        "It fell by 12.5 % in 2025",
    ],
)
def test_departments_sentence_starts_and_figures_stay(text: str) -> None:
    assert anonymise(text, [], spared=["marketing", "sales"]) == text


def test_an_empty_name_hides_nothing() -> None:
    assert anonymise("All well", ["", "  "]) == "All well"


def test_the_figure_of_a_pseudonym_is_a_figure_elsewhere() -> None:
    assert anonymise("There are 140 of them", ["Respondent 140"]) == "There are 140 of them"
    assert anonymise("Respondent 140 knows", ["Respondent 140"]) == "[someone] knows"
