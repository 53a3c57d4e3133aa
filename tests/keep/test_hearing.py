from pathlib import Path

import pandas as pd
import pytest

from saypro_nb.keep import hearing
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.hearing import Hearing
from tests import workspaces

STATEMENTS = {
    "words": {"staff": ["driver*", "people"]},
    "examples": {
        "ours": {
            "resources": ["too few drivers", "not enough vans"],
            "processes": ["forms wait for approval", "approval takes weeks"],
            "none": ["all is well", "nothing to add"],
        }
    },
}
DETAILS = ["Too few drivers, Omega is tired.", "Too few drivers.", "Approval takes weeks.", "", "All is well."]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace in which five people of the south wrote, and Psi Omega of the north is named by one of them."""
    folder = workspaces.make(tmp_path / "work")
    south = pd.DataFrame({"department": "south", "respondent": [f"Respondent {n}" for n in range(5)]})
    north = pd.DataFrame({"department": ["north"], "respondent": ["Psi Omega"]})
    forms = pd.concat([south.assign(details=DETAILS), north], ignore_index=True)
    forms = forms.assign(date="2026-07-01", form="employee", challenges="", tools_hinder="", suggestions="")
    forms.to_csv(folder / "data" / "feedback.csv", index=False)
    interviews = pd.DataFrame({"date": "2026-07-01", "department": "south", "role": "Driver", "theme": ["people"] * 5})
    interviews = interviews.assign(kpi="revenue", statement="Not enough vans, says Omega.")
    interviews.to_csv(folder / "data" / "interviews.csv", index=False)
    sources = {
        "kpi_values": "data/kpi_values.csv",
        "feedback": "data/feedback.csv",
        "interviews": "data/interviews.csv",
    }
    workspaces.write(folder, "review", workspaces.REVIEW | {"sources": sources})
    return folder


def heard(folder: Path) -> Hearing:
    return hearing.hear(Dossier.open(str(folder), department="south", period="latest"))


def resources(found: Hearing) -> pd.Series:
    return found.heard.of_family("resources").iloc[0]


def test_with_examples_own_words_are_read(folder: Path) -> None:
    workspaces.write(folder, "statements", STATEMENTS)
    found = heard(folder)
    assert found.reads
    assert resources(found)["pointing"] == 1.0  # two forms of five, each a half
    assert found.heard.about("revenue")["families"].tolist() == ["resources"] * 5


def test_without_examples_only_ticks_and_the_interviewers_codes_count(folder: Path) -> None:
    found = heard(folder)
    assert not found.reads
    assert resources(found)["pointing"] == 0
    assert found.heard.about("revenue")["families"].tolist() == ["training"] * 5
    assert found.quotes.empty


def test_nobody_is_named_who_filled_in_a_form_anywhere(folder: Path) -> None:
    workspaces.write(folder, "statements", STATEMENTS)
    found = heard(folder)
    shown = pd.concat([found.quotes, found.suggestions, found.spoken, found.unread])["quote"]
    assert "Too few drivers, [someone] is tired." in shown.tolist()
    assert "Not enough vans, says [someone]." in shown.tolist()
    assert not shown.str.contains("Omega|Psi|Respondent").any()


def test_a_misspelt_family_among_the_examples_is_told(folder: Path) -> None:
    workspaces.write(folder, "statements", STATEMENTS | {"examples": {"ours": {"resource": ["too few drivers"]}}})
    with pytest.raises(Exception, match=r"params/statements.yaml, examples.ours.resource"):
        heard(folder)


def test_where_nobody_was_asked_nobody_is_heard(folder: Path) -> None:
    workspaces.write(folder, "statements", STATEMENTS)
    workspaces.write(folder, "review", workspaces.REVIEW)
    found = heard(folder)
    assert found.heard.forms.empty
    assert found.heard.about("revenue").empty
    assert found.quotes.empty
    assert found.unread.empty
