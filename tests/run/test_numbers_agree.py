"""One figure is the same on every page that tells it: read out of the HTML of the sample's pages, as a reader does."""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup, Tag

from tests.conftest import Finished
from tests.workspaces import REPOSITORY

DEPARTMENTS = yaml.safe_load((REPOSITORY / "params" / "review.yaml").read_text("utf-8"))["departments"]
NAMES = {department: facts["name"] for department, facts in DEPARTMENTS.items()}
NUMBERS = {"no": 0, "one": 1, "none": 0, "nothing": 0}


@cache
def parsed(file: Path) -> BeautifulSoup:
    without_pictures = re.sub(r'"data:[^"]*"', '""', file.read_text(encoding="utf-8"))
    return BeautifulSoup(without_pictures, "html.parser")


@cache
def chosen(file: Path, css: str) -> list[Tag]:
    return parsed(file).select(css)


def text(tag: Tag | None) -> str:
    assert tag is not None
    said = " ".join(tag.get_text(" ").replace("\N{NO-BREAK SPACE}", " ").split())
    return re.sub(r"(\d) (\.\d)", r"\1\2", said)  # tables set what follows the point apart


class Pages:
    """The sample's pages, and where each tells what."""

    def __init__(self, sample: Finished) -> None:
        self.folder = sample.index.parent

    def all(self, department: str, page: str, css: str) -> list[Tag]:
        return chosen(self.folder / department / f"{page}.html", css)

    def headline(self, department: str, page: str) -> str:
        return text(self.all(department, page, ".answer .headline")[0])

    def answer(self, department: str, page: str) -> str:
        return text(self.all(department, page, ".answer")[0])

    def on_index(self, department: str) -> Tag:
        (found,) = [
            part for part in chosen(self.folder / "index.html", "section.department")
            if text(part.h2) == NAMES[department]
        ]  # fmt: skip
        return found

    def brief(self, department: str, page: str) -> dict[str, str]:
        """Return the lines about a department in brief by their labels, and its badge under "State"."""
        (found,) = [
            part for part in self.all("organisation", page, ".briefs > li")
            if text(part.select_one(".claim")) == NAMES[department]
        ]  # fmt: skip
        lines = {text(row.dt): text(row.dd) for row in found.select("dl > div")}
        return lines | {"State": text(found.select_one(".badge"))}

    def row(self, page: str, caption: str, first: str) -> list[str]:
        """Return the row of a table of the organisation's that begins with a word."""
        (table,) = [part for part in self.all("organisation", page, "table") if text(part.caption) == caption]
        (row,) = [part for part in table.select("tbody tr") if text(part.th) == first]
        return [text(cell) for cell in row.select("td")]


@pytest.fixture(scope="module")
def pages(sample: Finished) -> Pages:
    return Pages(sample)


def count(sentence: str, pattern: str) -> int:
    """Return the number, in digits or as a word, that `pattern` finds."""
    found = re.search(pattern, sentence, re.IGNORECASE)
    assert found, (pattern, sentence)
    word = found[1].lower()
    return NUMBERS[word] if word in NUMBERS else int(word.replace(",", ""))


def money(sentence: str) -> int:
    found = re.search(r"\$([\d,]+)", sentence)
    return int(found[1].replace(",", "")) if found else 0


each_department = pytest.mark.parametrize("department", NAMES)
both = pytest.mark.parametrize("page", ["leadership_review", "meeting_pack"])


@each_department
def test_the_number_of_gaps_is_the_same_everywhere(pages: Pages, department: str) -> None:
    found = count(pages.headline(department, "1_gap_identification"), r"(\w+) gaps? to look into")
    assert count(pages.answer(department, "3_action_planning"), r"(\w+) gaps? on the shortlist") == found
    assert count(text(pages.on_index(department)), r"(\w+) gaps? to look into") == found
    for page in ("leadership_review", "meeting_pack"):
        gaps = pages.brief(department, page)["Key gap"]
        others = gaps.split("Also on the shortlist: ")[1:]
        assert 1 + sum(len(re.split(r", | and ", listed)) for listed in others) == found
        agenda = next(
            text(cell) for table in pages.all("organisation", page, "table")
            if text(table.caption).startswith(f"{NAMES[department]}: review with leadership")
            for cell in table.select("td") if "Findings" in text(cell)
        )  # fmt: skip
        assert count(agenda, r"(\w+) gap") == found


@each_department
@both
def test_a_key_gap_has_one_value_one_target_and_one_size(pages: Pages, department: str, page: str) -> None:
    told = pages.brief(department, page)["Key gap"].split("Also on")[0].strip()
    assert told in pages.answer(department, "1_gap_identification")
    name, value = re.match(r"(.+?) is (.+?) against", told).groups()  # type: ignore[union-attr]
    of_phase_one = [text(row) for row in pages.all(department, "1_gap_identification", "tbody tr") if name in text(row)]
    assert value in of_phase_one[0]
    amount = r"\$?[\d,.]+"
    size = re.findall(amount, told.split(", ")[-1] if "still meets" in told else told.split(" against a target of ")[1])
    for line in pages.all(department, "3_action_planning", ".requests dd"):
        if text(line).startswith(f"{name} {value},") and "on its target" not in text(line):
            assert size[1] in text(line)


@each_department
@both
def test_what_a_department_asks_for_is_the_same_everywhere(pages: Pages, department: str, page: str) -> None:
    planned = pages.answer(department, "3_action_planning")
    asked = money(re.search(r"proposals? asks? for ([^,]+(?:,\d{3})*)", planned)[1])  # type: ignore[index]
    proposals = count(pages.headline(department, "3_action_planning"), r"(\w+) actions? to decide")
    row = pages.row(page, "What is asked for in all", NAMES[department])
    assert (int(row[0]), money(row[1])) == (proposals, asked)
    assert money(pages.brief(department, page)["Asks for"].split(", from")[0]) == asked
    assert money(row[2]) == DEPARTMENTS[department]["action_budget"]


@both
def test_what_is_asked_for_in_all_is_the_sum_of_the_departments(pages: Pages, page: str) -> None:
    rows = [pages.row(page, "What is asked for in all", name) for name in NAMES.values()]
    whole = pages.row(page, "What is asked for in all", "All departments")
    assert int(whole[0]) == sum(int(row[0]) for row in rows)
    assert money(whole[1]) == sum(money(row[1]) for row in rows)
    told = pages.answer("organisation", page)
    assert f"{whole[0]} proposals ask for {whole[1]}" in told
    wanted = count(told, r"(\w+) decisions? (?:is|are) wanted")
    assert len(pages.all("organisation", page, ".decisions > li")) == wanted


@each_department
def test_what_is_overdue_is_the_same_everywhere(pages: Pages, department: str) -> None:
    overdue = r"(\w+) actions? (?:is|are) overdue"
    found = count(pages.headline(department, "4_monitoring"), overdue)
    assert count(text(pages.on_index(department)), overdue) == found
    for page in ("leadership_review", "meeting_pack"):
        assert count(pages.brief(department, page)["Earlier actions"], overdue) == found


def test_what_is_overdue_in_all_is_the_sum_of_the_departments(pages: Pages) -> None:
    overdue = r"(\w+) actions? (?:is|are) overdue"
    each = [count(pages.headline(department, "4_monitoring"), overdue) for department in NAMES]
    assert count(pages.answer("organisation", "organisation_dashboard"), overdue) == sum(each)


@each_department
def test_a_department_stands_the_same_on_every_page(pages: Pages, department: str) -> None:
    state = text(pages.all(department, "4_monitoring", ".answer .badge")[0])
    assert text(pages.on_index(department).select_one(".says .badge")) == state
    assert pages.row("organisation_dashboard", "Departments, the weakest first", NAMES[department])[0] == state
    assert pages.brief(department, "leadership_review")["State"] == state


def test_the_organisation_stands_the_same_on_every_page(pages: Pages) -> None:
    state = text(pages.all("organisation", "organisation_dashboard", ".answer .badge")[0])
    whole = chosen(pages.folder / "index.html", "section.department")[0]
    assert text(whole.select_one(".says .badge")) == state
    assert text(pages.all("organisation", "leadership_review", ".answer .badge")[0]) == state
