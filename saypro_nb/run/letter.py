"""One block as a page of its own, to be e-mailed: an agenda, or what was agreed."""

from saypro_nb.run.index import page_templates
from saypro_nb.run.policy import refuse_active_content
from saypro_nb.run.report import Heading
from saypro_nb.show.html import Block


def render(heading: Heading, title: str, block: Block) -> str:
    """Return the page."""
    page = page_templates().get_template("letter.html.j2").render(heading=heading, title=title, block=block)
    refuse_active_content(page)
    return page.rstrip() + "\n"
