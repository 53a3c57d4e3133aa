"""The contents of a review: which pages there are, the notebook of each, and the table that it hands on.

A department's four phases follow one another, and its reports come after them. The pages of the organisation come
last, because they look at what every department left. A workspace needs the phases; it has the other pages if it has
their notebooks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from saypro_nb.agree.schema import ORGANISATION
from saypro_nb.agree.settings import Parameters, Workspace


@dataclass(frozen=True)
class Page:
    """A page: its file's `name` and `title`, the file name of its `notebook`, the table that it `leaves`, if any, and
    the parameters that it is `given` beyond the department's.
    """

    name: str
    title: str
    notebook: str
    leaves: str = ""
    given: Mapping[str, bool | int | float | str] = field(default_factory=dict)

    def file(self, workspace: Workspace) -> Path:
        """Return the page's notebook in a workspace."""
        return workspace.notebooks / f"{self.notebook}.ipynb"


def _alone(name: str, title: str, leaves: str = "") -> Page:
    """Return the only page of a notebook."""
    return Page(name, title, name, leaves)


PHASES = (
    _alone("1_gap_identification", "Gap identification", "gaps"),
    _alone("2_root_cause_analysis", "Root-cause analysis", "causes"),
    _alone("3_action_planning", "Action planning", "actions"),
    _alone("4_monitoring", "Monitoring", "progress"),
)
REPORTS = (
    Page("monthly_report", "Monthly report", "departmental_report", given={"span": "month"}),
    Page("quarterly_report", "Quarterly report", "departmental_report", given={"span": "quarter"}),
)
OF_ORGANISATION = (
    _alone("leadership_review", "Leadership review"),
    _alone("meeting_pack", "Meeting pack"),
    _alone("organisation_dashboard", "Dashboard"),
    _alone("alignment", "Alignment"),
)


def of_department(workspace: Workspace) -> tuple[Page, ...]:
    """Return the pages of each department, in the order in which they are built."""
    return (*PHASES, *_present(REPORTS, workspace))


def of_organisation(workspace: Workspace) -> tuple[Page, ...]:
    """Return the pages over all departments, in the order in which they are shown."""
    return tuple(_present(OF_ORGANISATION, workspace))


def all_of(workspace: Workspace) -> list[tuple[str, Page]]:
    """Return every page with the folder that it lies in: its department's, or the organisation's."""
    each = [(department, page) for department in workspace.names for page in of_department(workspace)]
    return [*each, *((ORGANISATION, page) for page in of_organisation(workspace))]


def title(name: str) -> str:
    """Return the title of the page of that name."""
    return next(page.title for page in (*PHASES, *REPORTS, *OF_ORGANISATION) if page.name == name)


def notebooks(workspace: Workspace) -> list[Path]:
    """Return every notebook of the review."""
    pages = (*of_department(workspace), *of_organisation(workspace))
    return list(dict.fromkeys(page.file(workspace) for page in pages))


def given(page: Page, parameters: Parameters, period: str) -> Parameters:
    """Return what a page is given: the department's `parameters`, its own, and what belongs to the run."""
    return {**parameters, **page.given, "workspace": ".", "period": period}


def _present(pages: tuple[Page, ...], workspace: Workspace) -> Iterator[Page]:
    return (page for page in pages if page.file(workspace).is_file())
