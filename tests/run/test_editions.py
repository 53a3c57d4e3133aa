"""The further editions of a page, for those who print and for those who read code."""

import re
import shutil
import unicodedata
from pathlib import Path

import pytest
from pypdf import PdfReader

from saypro_nb.agree.errors import InputError
from saypro_nb.run import editions
from tests import workspaces
from tests.conftest import Finished, saypro


def test_every_page_prints_as_a_tagged_pdf_that_splits_no_picture(sample: Finished, tmp_path: Path) -> None:
    copies = {tmp_path / f"{file.parent.name}_{file.name}": file for file in sample.pages()}
    for copy, file in copies.items():
        shutil.copy(file, copy)
    editions.write_pdfs(copies)
    for copy in copies:
        pdf = PdfReader(copy.with_suffix(".pdf"))
        root = pdf.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"], copy
        assert "/StructTreeRoot" in root, copy
        assert root["/Lang"] == "en", copy
        drawn = sum(len(re.findall(rb"/\S+ Do\b", page.get_contents().get_data())) for page in pdf.pages)
        text = copy.read_text(encoding="utf-8")
        assert drawn == text.count("<img"), copy
        words = _plain("".join(page.extract_text() for page in pdf.pages))
        for caption in re.findall(r"<caption>([^<]+)</caption>", text):
            assert _plain(caption) in words, copy
        assert all(page.extract_text().strip() for page in pdf.pages), copy


def _plain(text: str) -> str:
    """Return a text without ligatures, and with one plain space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def test_editions_stand_beside_the_page_and_in_the_index_until_it_is_built_anew(tmp_path: Path) -> None:
    folder = workspaces.make(tmp_path / "work")
    chosen = ("run", "--department", "south", "--notebook", "1_gap_identification")
    done = saypro(*chosen, "--pdf", "--show-code", folder=folder)
    assert done.code == 0, done.complained
    south, index = done.index.parent / "south", done.index.read_text(encoding="utf-8")
    assert (south / "1_gap_identification.pdf").read_bytes().startswith(b"%PDF")
    with_code = (south / "1_gap_identification_with_code.html").read_text(encoding="utf-8")
    assert '<details class="code">' in with_code
    assert "Dossier.open" in with_code
    assert 'href="south/1_gap_identification.pdf"' in index
    assert 'href="south/1_gap_identification_with_code.html"' in index
    unchanged = saypro(*chosen, folder=folder)
    assert ".pdf" in unchanged.index.read_text(encoding="utf-8")
    again = saypro(*chosen, "--force", folder=folder)
    assert [file.name for file in sorted((again.index.parent / "south").glob("*.[hp]*"))] == [
        "1_gap_identification.html"
    ]
    assert ".pdf" not in again.index.read_text(encoding="utf-8")


def test_a_pdf_without_a_browser_is_refused_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match=r"no Chromium or Chrome on the PATH\. Install chromium"):
        editions.refuse_without_printer()
