"""A measure is a line that people write; it is read as they mean it, or refused with what to write instead."""

import pytest

from saypro_nb.agree import measures
from saypro_nb.agree.measures import Condition, Term


@pytest.mark.parametrize(
    ("measure", "terms"),
    [
        ("rows", (Term(1, None),)),
        ("revenue", (Term(1, "revenue"),)),
        ("cost of goods", (Term(1, "cost of goods"),)),
        ("e-mail_opens", (Term(1, "e-mail_opens"),)),
        ("revenue - cost", (Term(1, "revenue"), Term(-1, "cost"))),
        ("a + b - c", (Term(1, "a"), Term(1, "b"), Term(-1, "c"))),
        ("rows where answer >= 9", (Term(1, None, Condition("answer", ">=", 9)),)),
        ("revenue where kind = 'new'", (Term(1, "revenue", Condition("kind", "=", "new")),)),
        ("rows where change > -1.5", (Term(1, None, Condition("change", ">", -1.5)),)),
        ("rows where group!=majority", (Term(1, None, Condition("group", "!=", "majority")),)),
    ],
)
def test_a_measure_is_read_term_by_term(measure: str, terms: tuple[Term, ...]) -> None:
    assert measures.parse(measure) == terms


@pytest.mark.parametrize(
    ("measure", "remedy"),
    [
        ("", "write 'rows', a column"),
        ("where answer = 1", "write 'rows', a column"),
        ("rows where", "write 'rows', a column"),
        ("rows where a = 1 where b = 2", "write 'rows', a column"),
        ("rows where answer", "after 'where' write COLUMN, then"),
        ("rows where answer >= high", "only = and != compare texts"),
    ],
)
def test_what_is_no_measure_is_refused_with_what_to_write(measure: str, remedy: str) -> None:
    with pytest.raises(ValueError, match="can't be read") as refused:
        measures.parse(measure)
    assert remedy in str(refused.value)


def test_a_difference_is_told_from_a_sum() -> None:
    assert measures.subtracts("rows where answer >= 9 - rows where answer <= 6")
    assert not measures.subtracts("likes + shares where change > -1")
