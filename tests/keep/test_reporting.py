"""The report of a small workspace: the north and the south, weekly revenue up to the week of 27 July 2026."""

import datetime
from pathlib import Path

import pandas as pd
import pytest

from saypro_nb.agree.decisions import Note, as_kept, kind_of, subject_of
from saypro_nb.agree.errors import InputError
from saypro_nb.keep import notes, reporting
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.register import Register
from saypro_nb.review.spans import Span
from saypro_nb.show import analyst_notes, report_findings
from tests import workspaces

JULY = Span("month", datetime.date(2026, 7, 1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspaces.make(tmp_path / "work")


def south(folder: Path, period: str = "latest") -> Dossier:
    return Dossier.open(str(folder), department="south", period=period)


def note(folder: Path, period: str, text: str, *, department: str = "south", kpi: str | None = None) -> None:
    said = Note(department=department, kpi=kpi, period=datetime.date.fromisoformat(period), text=text)
    register = Register.open("sqlite:///register.sqlite", folder)
    register.record(kind_of(said), subject_of(said), as_kept(said), who="Analyst", why="as agreed", seen=0)


def test_the_report_is_on_the_month_whose_weeks_are_over(folder: Path) -> None:
    # The week of 27 July has its Thursday on 30 July, the next one on 6 August.
    report = reporting.report(south(folder), "month")
    assert report.span == JULY
    # Weeks 26 to 30 of the table wobble around 60 by +1, +2, −1, −2, +1: those of 29 June to 27 July.
    assert report.rows["value"].tolist() == pytest.approx([60.2])
    assert reporting.report(south(folder, "2026-07-20"), "month").span == JULY.moved(-1)


def test_figures_are_as_they_were_when_the_month_ended(folder: Path) -> None:
    earlier = reporting.report(south(folder, "2026-07-06"), "month")
    assert earlier.span == JULY.moved(-1)
    assert earlier.points["period"].max() == pd.Timestamp("2026-06-22")
    assert earlier.today == datetime.date(2026, 7, 12)


def test_a_report_on_a_past_month_is_the_same_whenever_it_is_asked_for(folder: Path) -> None:
    then, later = (reporting.report(south(folder, week), "month") for week in ("2026-06-22", "2026-07-13"))
    pd.testing.assert_frame_equal(then.rows, later.rows)


def test_a_span_that_is_none_is_refused_with_a_remedy(folder: Path) -> None:
    with pytest.raises(InputError, match=r"no report on a 'monthly'.*Did you mean 'month'"):
        reporting.report(south(folder), "monthly")  # type: ignore[arg-type]


def test_notes_on_every_week_of_the_month_are_shown_and_no_others(folder: Path) -> None:
    note(folder, "2026-06-29", "A holiday", kpi="revenue")  # its Thursday is 2 July
    note(folder, "2026-07-20", "A quiet week")
    note(folder, "2026-06-22", "Of June")
    note(folder, "2026-07-20", "Of the north", department="north")
    report = reporting.report(south(folder), "month")
    assert [(one.note.text, one.who) for one in report.noted] == [("A quiet week", "Analyst"), ("A holiday", "Analyst")]
    (row,) = report.rows.to_dict("records")
    assert "“A holiday”" in report_findings.commentary(row, report)


def test_the_page_of_a_week_shows_the_notes_on_it(folder: Path) -> None:
    note(folder, "2026-07-27", "A <quiet> week")
    note(folder, "2026-07-27", "A fair", kpi="revenue")
    note(folder, "2026-07-20", "Of the week before")
    shown = analyst_notes.listed(notes.of_period(south(folder)), south(folder).kpis).text.splitlines()
    assert shown[0] == "What an analyst adds"
    assert [line.split("“")[1] for line in shown[1:]] == ["A <quiet> week”", "A fair”"]
    assert shown[2].startswith("Revenue. Note by Analyst, ")


def test_a_page_without_notes_has_nothing_of_the_kind(folder: Path) -> None:
    assert analyst_notes.listed(notes.of_period(south(folder)), south(folder).kpis).html == ""


def test_only_forms_of_the_quarter_of_a_year_before_the_end_are_heard(folder: Path) -> None:
    days = ["2026-05-03", "2026-05-04", "2026-08-02", "2026-08-03"]  # thirteen weeks end on 2 August
    form = {"form": "employee", "department": "south", "challenges": "workload"}
    pd.DataFrame([form | {"date": day} for day in days * 5]).to_csv(folder / "data" / "feedback.csv", index=False)
    sources = workspaces.REVIEW["sources"] | {"feedback": "data/feedback.csv"}
    workspaces.write(folder, "review", workspaces.REVIEW | {"sources": sources})
    heard = reporting.heard(south(folder), JULY).heard.forms
    assert set(heard["forms"]) == {10}


def test_a_department_without_any_value_in_the_month_has_a_report_that_says_so(folder: Path) -> None:
    values = workspaces.values()
    late = values[(values["department"] == "north") | (values["period"] >= datetime.date(2026, 7, 6))]
    late.to_csv(folder / "data" / "kpi_values.csv", index=False)
    report = reporting.report(south(folder, "2026-07-13"), "month")
    assert report.span == JULY.moved(-1)
    assert report_findings.answer(report).headline == "June 2026: no KPI with a target has a value"
