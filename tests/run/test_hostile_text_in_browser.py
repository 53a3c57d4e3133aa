"""Whatever people or files say, a browser shows it as words and runs none of it.

The pages are opened without their content security policy, so that the escaping alone has to hold.
"""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import yaml
from playwright.sync_api import Browser

from saypro_nb.keep.register import Register
from saypro_nb.run.policy import POLICY
from saypro_nb.show.blocks import answer, details, notes
from saypro_nb.show.findings import Answer, Changes
from saypro_nb.show.tables import Column, table
from tests import workspaces
from tests.browser import open_browser, open_page
from tests.conftest import Finished, saypro
from tests.plans import action

PAYLOADS = (
    "<script>window.ran = 1</script>",
    '"\'><img src=x onerror="window.ran=1">',
    "</style></title><svg onload=window.ran=1>",
    "[x](javascript:window.ran=1)",
)
HOSTILE = " ".join(PAYLOADS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def runs_something(browser: Browser, file: Path) -> bool:
    with open_page(browser, file) as (page, _):
        page.emulate_media(color_scheme="dark")
        page.wait_for_timeout(100)
        links = page.evaluate("[...document.links].some(link => link.protocol === 'javascript:')")
        return bool(links or page.evaluate("window.ran === 1"))


def without_policy(file: Path, folder: Path) -> Path:
    """Return a copy of the page, in `folder`, without its policy."""
    text = file.read_text(encoding="utf-8")
    assert text.count("Content-Security-Policy") == 1
    copy = folder / file.name
    copy.write_text(text.replace("Content-Security-Policy", "X-None"), encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A review in which every text that people or files give is hostile, and one notebook raises such a text."""
    folder = workspaces.make(tmp_path_factory.mktemp("hostile") / "wörk <b>'\"")
    lead = {"name": HOSTILE, "lead": HOSTILE, "check_in": "weekly", "action_budget": 10000}
    review = workspaces.REVIEW | {
        "organisation": HOSTILE,
        "note": HOSTILE,
        "currency": "<b>",
        "departments": {"south": lead, "north": lead | {"name": f"North {HOSTILE}"}},
        "sources": {name: f"data/{name}.csv" for name in ("drivers", "feedback", "interviews", "kpi_values")}
        | {"records": {"orders": "data/orders.parquet"}},
    }
    told = {"name": HOSTILE, "formula": HOSTILE, "points_at": HOSTILE, "departments": ["south"]}
    computed = {"records": "orders", "date": "day", "numerator": "value", "denominator": "rows"}
    kpis = {"revenue": workspaces.KPIS["revenue"] | told, "orders": workspaces.KPIS["revenue"] | told}
    kpis["orders"]["computed"] = computed
    workspaces.write(folder, "review", review)
    workspaces.write(folder, "kpis", kpis)
    _hostile_library(folder)
    _hostile_data(folder)
    kept = action(id="south-1", department="south", kpi="revenue", description=HOSTILE, owner=HOSTILE, progress=HOSTILE)
    content = kept.model_dump(mode="json") | {"criterion": {"kpi": "revenue", "amount": 100, "by": "2026-08-01"}}
    Register.open("sqlite:///register.sqlite", folder).record(
        "action", "south-1", content, who=HOSTILE, why=HOSTILE, seen=0
    )
    notebooks = workspaces.own_notebooks(folder)
    workspaces.write(folder, "review", review | {"notebooks": "notebooks"})
    book = nbformat.read(notebooks / "1_gap_identification.ipynb", as_version=4)
    book.cells.append(nbformat.v4.new_code_cell(f"if department == 'north': raise ValueError({HOSTILE!r})"))
    nbformat.write(book, notebooks / "1_gap_identification.ipynb")
    return saypro("run", "--show-code", folder=folder)


def _hostile_library(folder: Path) -> None:
    causes = yaml.safe_load((folder / "params" / "causes.yaml").read_text(encoding="utf-8"))
    for family in causes["families"].values():
        family |= {"name": HOSTILE, "signs": [HOSTILE]}
    said = {"statement": HOSTILE, "refuted_if": HOSTILE, "kpis": ["revenue"], "department": "south"}
    workspaces.write(folder, "causes", causes | {"hypotheses": [{"id": "h", "family": "training", **said}]})
    advice = {"id": "a", "family": "training", "kind": "process", "effort": "low", "weeks": 4, "budget": 1}
    told = {"description": HOSTILE, "resources": HOSTILE}
    workspaces.write(folder, "recommendations", {"recommendations": [advice | told]})


def _hostile_data(folder: Path) -> None:
    data, weeks = folder / "data", workspaces.WEEKS
    values = workspaces.values().query("department == 'south'")
    values.assign(department=HOSTILE).to_csv(data / "kpi_values.csv", index=False)
    pd.DataFrame({"department": "south", "driver": HOSTILE, "period": weeks.date, "value": values["value"]}).to_csv(
        data / "drivers.csv", index=False
    )
    form = {"date": "2026-07-20", "form": "employee", "department": "south", "challenges": "workload"}
    texts = {"details": HOSTILE, "suggestions": HOSTILE, "respondent": HOSTILE, "team": HOSTILE, "tools_which": HOSTILE}
    pd.DataFrame([form | texts] * 6).to_csv(data / "feedback.csv", index=False)
    heard = {"date": "2026-07-20", "department": "south", "theme": "people", "kpi": "revenue"}
    pd.DataFrame([heard | {"role": HOSTILE, "statement": HOSTILE}]).to_csv(data / "interviews.csv", index=False)
    orders = [
        {
            "day": week,
            "region": region,
            "value": 20.0 if region == HOSTILE and week >= weeks[22] else 100.0 + number % 3,
        }
        for week in weeks
        for region in (HOSTILE, "elsewhere")
        for number in range(30)
    ]
    pd.DataFrame(orders).to_parquet(data / "orders.parquet")


def test_the_batch_has_shown_the_hostile_text_everywhere(batch: Finished) -> None:
    assert batch.code == 1, batch.complained  # the north's notebook raises
    south = [page for page in batch.pages() if page.parent.name == "south"]
    assert len(south) == 12  # six pages, and each with its code
    for page in [batch.index, *south]:
        assert "&lt;script&gt;window.ran = 1" in page.read_text(encoding="utf-8"), page
    assert "ValueError: &lt;script&gt;" in batch.index.read_text(encoding="utf-8")


def test_no_page_runs_any_of_it_even_without_the_policy(batch: Finished, browser: Browser, tmp_path: Path) -> None:
    for page in batch.pages():
        assert not runs_something(browser, without_policy(page, tmp_path)), page


def test_no_block_runs_any_of_it_in_a_live_notebook(browser: Browser, tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [HOSTILE], "tone": ["good"]})
    columns = [Column("a", HOSTILE), Column("a", HOSTILE, "number"), Column("a", HOSTILE, "badge", tone="tone")]
    blocks = [
        answer(Answer(HOSTILE, "good", (HOSTILE,), (HOSTILE,)), Changes(HOSTILE, (HOSTILE,)), word=HOSTILE),
        table(frame, columns, caption=HOSTILE, file_name=HOSTILE, empty=HOSTILE),
        details(HOSTILE, notes([HOSTILE], title=HOSTILE)),
    ]
    page = tmp_path / "live.html"
    shown = "".join(str(block._repr_mimebundle_()["text/html"]) for block in blocks)
    page.write_text(f"<!DOCTYPE html><title>x</title><main>{shown}</main>", encoding="utf-8")
    assert not runs_something(browser, page)


@pytest.mark.parametrize("payload", [*PAYLOADS[:3], "<a href='javascript:window.ran=1'>x</a>"])
def test_the_check_notices_text_that_is_not_escaped(browser: Browser, tmp_path: Path, payload: str) -> None:
    page = tmp_path / "careless.html"
    page.write_text(f'<!DOCTYPE html><p title="{payload}">{payload}</p>', encoding="utf-8")
    assert runs_something(browser, page)


def test_the_policy_alone_would_stop_it_as_well(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "guarded.html"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    page.write_text(f"<!DOCTYPE html>{meta}<p>{HOSTILE}</p>", encoding="utf-8")
    assert not runs_something(browser, page)
