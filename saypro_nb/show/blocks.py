"""The pieces of a report that are not tables or pictures: the answer, notes, and what is folded away."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from saypro_nb.show import theme
from saypro_nb.show.html import Block, render
from saypro_nb.show.picture import Picture
from saypro_nb.show.theme import ToneName

if TYPE_CHECKING:
    from saypro_nb.agree.forms import Sheet
    from saypro_nb.show.action_reports import Report
    from saypro_nb.show.alignment_findings import PlanGap
    from saypro_nb.show.cause_findings import Claim
    from saypro_nb.show.effect_findings import Verdict
    from saypro_nb.show.findings import Answer, Changes
    from saypro_nb.show.plan_findings import Request


ANSWER = "application/vnd.saypro.answer+json"
"""The MIME type under which an answer stands in a run notebook, where the index finds it."""


def answer(said: "Answer", changed: "Changes | None" = None, *, word: str = "") -> Block:
    """Return the answer that a report opens with, such as `findings` word it, and what has `changed`.

    Its tone gives shape and colour; `word` replaces the tone's usual word.
    Raises WorkbenchError for an unknown tone.
    """
    tone = theme.tone_named(said.tone)
    shown = render("answer.html.j2", said=said, changed=changed, tone=tone, word=word or tone.word)
    facts = {"headline": said.headline, "tone": said.tone, "urgency": said.urgency, "because": said.because}
    facts |= {"kpis": [asdict(kpi) for kpi in said.kpis], "changed": asdict(changed) if changed else None}
    return replace(shown, beside={ANSWER: facts})


def notes(sentences: Sequence[str], *, title: str = "") -> Block:
    """Return the `sentences` as a list, under a small `title` where one is given."""
    return render("notes.html.j2", sentences=list(sentences), title=title)


def facts(told: Mapping[str, str]) -> Block:
    """Return facts by their labels, side by side where there is room."""
    return render("facts.html.j2", facts=told)


def stack(*blocks: Block | Picture) -> Block:
    """Return the `blocks` one below the other as one."""
    return render("stack.html.j2", blocks=blocks)


def claims(made: Sequence["Claim"], *, empty: str) -> Block:
    """Return hypotheses in their order, each with its verdict, evidence, and what would refute it."""
    if not made:
        return notes([empty])
    return render("claims.html.j2", claims=[(claim, theme.tone_named(claim.tone)) for claim in made])


def requests(made: Sequence["Request"], *, empty: str) -> Block:
    """Return what waits for a decision, in its order, with the facts that a decision needs."""
    return render("requests.html.j2", requests=made) if made else notes([empty])


def message(text: str, tone: ToneName) -> Block:
    """Return a line of words that a screen reader says as it appears, at once where its tone is a concern."""
    return render("message.html.j2", text=text, tone=theme.tone_named(tone))


def card(what: str, against: str, word: str, tone: ToneName) -> Block:
    """Return the head of an action's controls: what is done, its status as `word`, and the gap that it answers."""
    return render("card.html.j2", what=what, against=against, word=word, tone=theme.tone_named(tone))


def doors(opened: Sequence[tuple[str, str, str, ToneName]], forms: Sequence[tuple[str, str]]) -> Block:
    """Return links to notebooks: the title of each, its address, what waits there, and how urgent that is.

    `forms` are further ones, of feedback forms, with title and address.
    """
    shown = [(title, address, waits, theme.tone_named(tone)) for title, address, waits, tone in opened]
    return render("doors.html.j2", doors=shown, forms=forms)


def reports(written: Sequence["Report"], *, empty: str) -> Block:
    """Return corrective-action reports one below the other, their sections numbered."""
    return stack(*(render("report.html.j2", report=report) for report in written)) if written else notes([empty])


def verdicts(told: Sequence["Verdict"], pictures: Mapping[str, Picture], *, empty: str) -> Block:
    """Return what is told of each action, beside its picture where one of `pictures` has its id."""
    if not told:
        return notes([empty])
    return render("told.html.j2", verdicts=[(one, theme.tone_named(one.tone), pictures.get(one.id)) for one in told])


def plan_gaps(found: Sequence["PlanGap"], *, empty: str) -> Block:
    """Return gaps between plans and goals, each with its reason, its correction, and where that stands."""
    if not found:
        return notes([empty])
    return render("plan_gaps.html.j2", gaps=[(gap, theme.tone_named(gap.tone)) for gap in found])


def details(summary: str, *blocks: Block | Picture) -> Block:
    """Return the `blocks` folded away under a `summary` that opens them; print shows them open."""
    return render("details.html.j2", summary=summary, blocks=blocks)


def asked(text: str, *, heading: bool = False) -> Block:
    """Return a question of a form in its whole words, or with `heading` the title of a section of it."""
    return render("asked.html.j2", text=text, heading=heading)


def blank_form(sheet: "Sheet") -> Block:
    """Return a form to print and fill in by hand: boxes to tick, lines to write on, and what becomes of it."""
    return render("blank_form.html.j2", sheet=sheet)
