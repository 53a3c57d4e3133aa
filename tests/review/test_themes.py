import pandas as pd
import pytest

from saypro_nb.agree.contract import TABLES
from saypro_nb.agree.library import Statements
from saypro_nb.review import statements, themes
from saypro_nb.review.meanings import Meanings

EXAMPLES = {
    "resources": ("too few drivers", "not enough vans"),
    "processes": ("forms wait for approval", "approval takes weeks"),
    "none": ("all is well", "nothing to add"),
}


@pytest.fixture(scope="module")
def reader() -> statements.Reader:
    examples = {"words": {"morale": ["frustrat*"]}, "examples": {"ours": EXAMPLES}}
    return statements.learn(Statements.model_validate(examples), Meanings.none())


def forms(count: int, form: str = "employee", **answers: object) -> pd.DataFrame:
    table = pd.DataFrame({"form": [form] * count}).reindex(columns=list(TABLES["feedback"].columns))
    return table.astype(object).assign(**answers)


def mentioned(feedback: pd.DataFrame, reader: statements.Reader, form: str = "employee") -> dict[str, float]:
    counted = themes.count(feedback, themes.sentences(feedback, reader), reader)
    return counted[counted["form"] == form].set_index("theme")["mentioned"].to_dict()


def test_each_sentence_of_an_answer_is_read_by_itself(reader: statements.Reader) -> None:
    said = themes.sentences(forms(1, details="Too few drivers. Approval takes weeks!"), reader)
    assert said["families"].tolist() == ["resources", "processes"]
    assert said["question"].tolist() == ["details", "details"]


def test_a_question_that_names_its_subject_speaks_for_it(reader: statements.Reader) -> None:
    said = themes.sentences(forms(1, training_what="Zxqv"), reader).iloc[0]
    assert (said["families"], said["verdict"], said["words"]) == ("training", "cause", "the question")


def test_a_theme_is_mentioned_by_a_tick_or_a_sentence_and_counts_once_a_form(reader: statements.Reader) -> None:
    answers = ["too few drivers", None, "too few drivers", "all is well", None]
    feedback = forms(5, challenges=["workload", "workload", None, None, None], details=answers)
    assert mentioned(feedback, reader)["workload and resources"] == 3


def test_employees_and_team_leaders_have_themes_of_their_own(reader: statements.Reader) -> None:
    both = pd.concat([forms(5), forms(5, "team_leader", challenges="coordination")], ignore_index=True)
    assert set(mentioned(both, reader)) == {
        "process",
        "training",
        "communication",
        "workload and resources",
        "morale",
    }
    assert mentioned(both, reader, "team_leader")["cross-department"] == 5


def test_of_four_forms_nothing_is_shown(reader: statements.Reader) -> None:
    feedback = forms(4, challenges="workload", details="too few drivers", suggestions="Zxqv")
    said = themes.sentences(feedback, reader)
    assert themes.count(feedback, said, reader)["mentioned"].isna().all()
    assert themes.quote(feedback, said).empty
    assert themes.unread(feedback, said).empty


def test_no_respondents_name_is_in_a_quote(reader: statements.Reader) -> None:
    text = "too few drivers but Omega helps"
    feedback = forms(5, respondent=["Psi Omega", "B", "C", "D", "E"], details=text, suggestions=text)
    said = themes.sentences(feedback, reader)
    quoted = pd.concat([themes.quote(feedback, said), themes.quote(feedback, said, suggestions=True)])
    assert quoted["quote"].tolist() == ["too few drivers but [someone] helps"] * 2
    assert quoted["said_by"].tolist() == [5, 5]


def test_suggestions_are_kept_apart_from_complaints(reader: statements.Reader) -> None:
    feedback = forms(5, details="not enough vans", suggestions="approval takes weeks")
    said = themes.sentences(feedback, reader)
    assert themes.quote(feedback, said)["family"].tolist() == ["resources"]
    assert themes.quote(feedback, said, suggestions=True)["family"].tolist() == ["processes"]


def test_what_is_unclear_is_listed_for_a_person(reader: statements.Reader) -> None:
    feedback = forms(5, details=["Zxqv", None, None, None, None])
    assert themes.unread(feedback, themes.sentences(feedback, reader))["quote"].tolist() == ["Zxqv"]


def test_morale_is_a_theme_and_no_cause(reader: statements.Reader) -> None:
    feedback = forms(5, details=["Frustrating", None, None, None, None])
    assert mentioned(feedback, reader)["morale"] == 1
    assert set(themes.sentences(feedback, reader)["families"]) == {""}


def test_forms_without_text_have_counts_and_no_quotes(reader: statements.Reader) -> None:
    feedback = forms(5, challenges="workload")
    said = themes.sentences(feedback, reader)
    assert mentioned(feedback, reader)["workload and resources"] == 5
    assert themes.quote(feedback, said).empty


def interview(theme: str, statement: str) -> pd.DataFrame:
    return pd.DataFrame({"department": ["sales"], "role": ["Head"], "theme": [theme], "statement": [statement]})


@pytest.mark.parametrize(
    ("theme", "statement", "families", "words"),
    [
        ("process", "Zxqv", "processes", "the interviewer's theme"),
        ("goals", "Zxqv", "alignment", "the interviewer's theme"),
        ("external", "Zxqv", "", ""),
        ("process", "too few drivers", "resources", "too, few, drivers"),
    ],
)
def test_the_interviewers_theme_decides_only_where_the_statement_is_unclear(
    reader: statements.Reader, theme: str, statement: str, families: str, words: str
) -> None:
    read = themes.interviewed(interview(theme, statement), reader).iloc[0]
    assert (read["families"], read["words"]) == (families, words)


def test_an_interview_is_quoted_without_names_and_roles(reader: statements.Reader) -> None:
    read = themes.interviewed(interview("people", "too few drivers, Omega says"), reader, ["Psi Omega"])
    assert read["quote"].tolist() == ["too few drivers, [someone] says"]
    assert "role" not in read


def interviews(*roles: str, statement: str = "too few drivers, Omega says") -> pd.DataFrame:
    table = {"department": "sales", "role": roles, "theme": "process", "view": "problem", "statement": statement}
    return pd.DataFrame(table)


def speakers(reader: statements.Reader, *roles: str) -> list[str]:
    return list(themes.spoken(themes.interviewed(interviews(*roles), reader))["speaker"].unique())


def test_leaders_and_employees_are_told_apart_only_where_each_gave_five_statements(reader: statements.Reader) -> None:
    assert speakers(reader, *["Head of Sales"] * 5, *["Account manager"] * 5) == ["employee", "leader"]
    assert speakers(reader, *["Team lead"] * 4, *["Account manager"] * 5) == ["anybody"]


def test_of_four_interview_statements_nothing_is_shown(reader: statements.Reader) -> None:
    assert speakers(reader, *["Team lead"] * 4) == []


def test_quotes_of_interviews_have_neither_names_nor_roles(reader: statements.Reader) -> None:
    shown = themes.spoken(themes.interviewed(interviews(*["Head of Sales"] * 5), reader, ["Psi Omega"]))
    assert shown["quote"].tolist() == ["too few drivers, [someone] says"] * 3
    assert "role" not in shown


def test_a_statement_that_all_is_fine_names_no_cause(reader: statements.Reader) -> None:
    fine = interviews("Team lead", statement="not enough vans").assign(view="fine")
    assert themes.interviewed(fine, reader)["families"].tolist() == [""]


def test_names_of_other_departments_are_taken_out_as_well(reader: statements.Reader) -> None:
    feedback = forms(5, details="too few drivers but Omega helps")
    quoted = themes.quote(feedback, themes.sentences(feedback, reader), ["Psi Omega"])
    assert quoted["quote"].tolist() == ["too few drivers but [someone] helps"]
