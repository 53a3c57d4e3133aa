import pytest

from saypro_nb.agree.spreadsheets import neutral, original


@pytest.mark.parametrize("text", ["=cmd()", "+1+2", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "'=1"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", ["", "plain", "'quoted'", "a=b", "3 - 2", "'"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


@pytest.mark.parametrize("text", ["=cmd()", "'=1", "''=1", "plain", "'quoted'", "", "-5 °C", " @x"])
def test_the_original_comes_back(text: str) -> None:
    assert original(neutral(text)) == text
