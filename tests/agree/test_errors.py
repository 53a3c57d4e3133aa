import pytest

from saypro_nb.agree.errors import Fault, InputError, did_you_mean


def test_a_fault_says_where_what_and_how_to_mend_it() -> None:
    fault = Fault("data/kpi_values.csv, row 7, value", "'many' is no number", "Write a plain number")
    assert str(fault) == "data/kpi_values.csv, row 7, value: 'many' is no number. Write a plain number."


def test_a_question_keeps_its_own_mark() -> None:
    assert str(Fault("here", "there is no 'nroth'", "Did you mean 'north'?")).endswith("'north'?")


def test_an_input_error_tells_every_fault() -> None:
    error = InputError([Fault("a", "b", "c"), Fault("d", "e", "f")])
    assert str(error) == "a: b. c.\nd: e. f."


@pytest.mark.parametrize(
    ("word", "remedy"),
    [("nroth", "Did you mean 'North'?"), ("NORTH", "Did you mean 'North'?"), ("xyz", "Known: North, south")],
)
def test_the_nearest_known_word_is_offered_or_all_of_them(word: str, remedy: str) -> None:
    assert did_you_mean(word, ["North", "south"]) == remedy


def test_of_many_words_the_first_dozen_are_listed() -> None:
    assert did_you_mean("xyz", range(100, 120)).endswith("110, 111, …")


def test_where_nothing_is_known_that_is_said() -> None:
    assert did_you_mean("xyz", []) == "Known: none"
