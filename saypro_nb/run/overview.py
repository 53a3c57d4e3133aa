"""The state of every department in a few lines, for the terminal or another program."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import evidence, values
from saypro_nb.keep.dossier import Dossier
from saypro_nb.review import actions
from saypro_nb.show import findings


@dataclass(frozen=True)
class Row:
    """A department's state: the verdict in words, its shortlisted KPIs and its overdue actions."""

    department: str
    period: str
    headline: str
    shortlist: tuple[str, ...]
    overdue: tuple[str, ...]


def latest(workspace: Workspace) -> list[Row]:
    """Return a row per department for the latest period, from the data as they are now."""
    period = values.resolve("latest", workspace)
    return [_row(Dossier(workspace, department, period)) for department in workspace.review.departments]


def as_json(rows: Sequence[Row]) -> str:
    """Return the rows as JSON."""
    return json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False)


def as_text(rows: Sequence[Row]) -> str:
    """Return the rows as lines."""
    lines = []
    for row in rows:
        lines.append(f"{row.department}: {row.headline}")
        lines += [f"  gap: {kpi}" for kpi in row.shortlist]
        lines += [f"  overdue: {action}" for action in row.overdue]
    return "\n".join(lines)


def _row(dossier: Dossier) -> Row:
    ranked = evidence.identify(dossier)
    today = dossier.workspace.last_day(dossier.period)
    late = [action.id for action in dossier.actions if actions.state(action, today) == "late"]
    return Row(
        department=dossier.department,
        period=dossier.period.isoformat(),
        headline=findings.gaps_headline(ranked),
        shortlist=tuple(ranked.loc[ranked["shortlisted"], "kpi"]),
        overdue=tuple(late),
    )
