"""A fault says what was found, where, and what would work."""

from saypro_nb.agree.errors import Fault, InputError, did_you_mean


def test_a_fault_reads_as_place_finding_and_remedy() -> None:
    fault = Fault("data/kpi_values.csv, row 3, value", "'lots' is no number", "Write a plain number")
    assert str(fault) == "data/kpi_values.csv, row 3, value: 'lots' is no number. Write a plain number."


def test_a_remedy_that_asks_keeps_its_question_mark_and_gets_no_full_stop() -> None:
    assert str(Fault("row 3", "there is no 'nroth'", "Did you mean 'north'?")).endswith("Did you mean 'north'?")


def test_an_input_error_tells_every_fault_on_a_line_of_its_own() -> None:
    error = InputError([Fault("a", "b", "c"), Fault("d", "e", "f")])
    assert str(error) == "a: b. c.\nd: e. f."
    assert len(error.faults) == 2


def test_the_closest_word_is_offered_whatever_its_case() -> None:
    assert did_you_mean("SUOTH", ["north", "South"]) == "Did you mean 'South'?"


def test_where_nothing_is_close_the_first_dozen_are_named() -> None:
    assert did_you_mean("xyz", ["north", "south"]) == "Known: north, south"
    assert did_you_mean("zzz", range(13)) == "Known: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …"


def test_where_nothing_is_known_that_is_said() -> None:
    assert did_you_mean("north", []) == "Known: none"


def test_a_message_is_one_line_that_no_terminal_obeys() -> None:
    fault = Fault("data/t.csv, row 2", "'\x1b[31mred\r\n\u202e\ud800' is no kpi", "Write one of ours")
    assert str(fault) == r"data/t.csv, row 2: '\x1b[31mred\r\n\u202e\ud800' is no kpi. Write one of ours."


def test_a_message_leaves_out_the_middle_of_a_long_cell() -> None:
    said = str(Fault("data/t.csv", f"'{'x' * 100_000}' is no kpi", "Write one of ours"))
    assert len(said) < 1000
    assert said.startswith("data/t.csv: 'xxx")
    assert "x' is no kpi. Write one of ours." in said


def test_letters_of_every_language_are_shown_as_they_are() -> None:
    assert str(Fault("Zürich 東京", "12\u202f000 € 😀", "Отдел")) == "Zürich 東京: 12\u202f000 € 😀. Отдел."
