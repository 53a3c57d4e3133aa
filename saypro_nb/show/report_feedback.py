"""What a report tells of feedback: employees and team leaders apart, what is done about it, and how that went."""

from collections.abc import Iterator, Mapping

import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.review.actions import CLOSED
from saypro_nb.review.report import Report
from saypro_nb.review.voices import FORMS, SMALLEST_GROUP
from saypro_nb.show import cause_listings, feedback
from saypro_nb.show.blocks import details, notes, stack
from saypro_nb.show.html import Block
from saypro_nb.show.plan_views import STATUS_TONES, timeline
from saypro_nb.show.tables import Column, table
from saypro_nb.show.words import FAMILIES, counted, listed, upper_first
from saypro_nb.show.words import FORMS as GROUPS

TOLD = 2  # themes that are named; the table has them all


def sentences(themes: pd.DataFrame, forms: pd.DataFrame) -> list[str]:
    """Return what each group brings up most, and what clearly more than a few of it point at.

    `themes` is the outcome of `themes.count`, `forms` that of `voices.families`; a group under five says nothing.
    """
    return [_group(GROUPS[form], themes[themes["form"] == form], forms[forms["form"] == form]) for form in FORMS]


def _group(name: str, themes: pd.DataFrame, forms: pd.DataFrame) -> str:
    count = int(forms["forms"].max()) if len(forms) else 0
    if not count:
        return f"{name}: nobody has filled in a form."
    if count < SMALLEST_GROUP:
        return f"{name}: {counted(count, 'form')}, too few to be shown."
    raised = themes[themes["mentioned"] > 0].sort_values("mentioned", ascending=False, kind="stable").head(TOLD)
    often = [
        f"{theme} ({mentioned:.0f})" for theme, mentioned in zip(raised["theme"], raised["mentioned"], strict=True)
    ]
    pointed = [FAMILIES[family] for family in forms.loc[forms["said"] == "yes", "family"]]
    most = f" most often bring up {listed(often)};" if often else ":"
    cause = f"clearly more than a few point at {listed(pointed)}" if pointed else "no cause stands out"
    return f"{name} ({count} forms){most} {cause}."


def folded(themes: pd.DataFrame, quotes: pd.DataFrame, suggestions: pd.DataFrame) -> Block:
    """Return the themes with their counts, what people write and what they suggest, folded away."""
    said = cause_listings.quotes(quotes, caption="What people write", file_name="quotes")
    offered = cause_listings.quotes(suggestions, caption="What people suggest", file_name="suggestions")
    return stack(
        details("Themes that come back, with counts", cause_listings.themes(themes)),
        details("In their own words", said),
        details("Common suggestions", offered),
    )


def actions(forms: pd.DataFrame, report: Report) -> Block:
    """Return, for each cause that a group clearly points at, what is done about it: steps, who, until when."""
    pointed = forms[forms["said"] == "yes"]
    rows = [
        {"area": upper_first(FAMILIES[str(family)]), "who": listed([GROUPS[form] for form in said["form"]]), **steps}
        for family, said in pointed.groupby("family", sort=False)
        for steps in _steps(str(family), report)
    ]
    columns = [
        Column("area", "Area"),
        Column("who", "Who says so"),
        Column("steps", "Steps"),
        Column("responsible", "Responsible"),
        Column("timeline", "Timeline"),
        Column("status", "Status", kind="badge", tone="tone"),
    ]
    frame = pd.DataFrame(rows, columns=["area", "who", "steps", "responsible", "timeline", "status", "tone"])
    empty = "No group of five or more clearly points at a cause."
    return table(frame, columns, caption="Actions from feedback", file_name="feedback_actions", empty=empty)


def _steps(family: str, report: Report) -> Iterator[Mapping[str, str | None]]:
    found = [one for one in report.agenda.told if one.family == family and one.status not in CLOSED]
    if not found:
        yield {"steps": "Nothing is planned yet: plan something, or say why not", "tone": None}
    for action in found:
        status = upper_first(action.status)
        facts = {"responsible": action.owner, "timeline": timeline(action)}
        yield {"steps": _told(action), **facts, "status": status, "tone": STATUS_TONES[status]}


def _told(action: Action) -> str:
    return "\n".join(part for part in (action.description, action.next_steps) if part)


def earlier(changed: pd.DataFrame, progress: pd.DataFrame) -> Block:
    """Return what became of actions on earlier feedback; `changed` is `feedback_change.around` of each of them."""
    table_of = details("Before and after each action", feedback.changes(changed, progress))
    return stack(notes(feedback.sentences(changed, progress)), table_of)
