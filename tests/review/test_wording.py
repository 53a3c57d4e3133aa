import pytest

from saypro_nb.review import wording
from saypro_nb.review.wording import Wording


@pytest.mark.parametrize(
    ("word", "stem"),
    [("trainings", "train"), ("trained", "train"), ("approvals", "approval"), ("bus", "bus"), ("is", "is")],
)
def test_a_stem_keeps_three_letters_at_least(word: str, stem: str) -> None:
    assert wording.stem(word) == stem


def test_a_sentence_says_its_stems_and_pairs_of_neighbours() -> None:
    said = Wording.of({}).said("Training helps us")
    assert said == {
        "train": ["training"],
        "help": ["helps"],
        "us": ["us"],
        "train help": ["training", "helps"],
        "help us": ["helps", "us"],
    }


def test_a_star_stands_for_any_ending_and_nothing_else_does() -> None:
    families = Wording.of({"staff": ["nurse*"], "money": ["cash"]})
    assert families.touched("Nurses are few") == {"staff": ["nurses"]}
    assert families.touched("The cashier is ill") == {}


def test_a_phrase_wins_over_its_first_word() -> None:
    assert Wording.of({"lack": ["not", "not enough"]}).touched("Not  enough chairs") == {"lack": ["not", "enough"]}


def test_two_families_in_one_sentence_are_a_mark_of_their_own() -> None:
    marks = Wording.of({"lack": ["few"], "staff": ["nurse*"]}).speaks_of("few nurses")
    assert marks["[lack + staff]"] == ["few", "nurses"]


def test_capitals_and_curly_apostrophes_make_no_difference() -> None:
    families = Wording.of({"cannot": ["can't"]})
    assert families.touched("We CAN’T") == families.touched("we can't") == {"cannot": ["can't"]}
