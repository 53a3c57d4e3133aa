"""The tables of the leadership review: decisions wanted, goals, what is asked for, and what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from saypro_nb.agree.goals import Goal
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.review_meetings import Outcome
from saypro_nb.review.rollup import Rollup
from saypro_nb.review.wanted import Wanted
from saypro_nb.show import leadership_findings
from saypro_nb.show.blocks import notes
from saypro_nb.show.html import Block, render
from saypro_nb.show.leadership_findings import Agendas, Brief, Names
from saypro_nb.show.plan_findings import SIGNED
from saypro_nb.show.plan_listings import SIGNED_TONES
from saypro_nb.show.tables import Column, table
from saypro_nb.show.theme import tone_named
from saypro_nb.show.words import STATES, listed, lower_first, short_day


def briefs(made: Sequence[Brief]) -> Block:
    """Return each department in brief."""
    return render("briefs.html.j2", briefs=[(one, tone_named(one.tone)) for one in made])


@dataclass(frozen=True)
class _Decision:
    """A decision in words, with whose it is, until when and for how much money."""

    what: str
    question: str
    facts: tuple[str, ...]


def decisions(found: Sequence[Wanted], names: Names, currency: str) -> Block:
    """Return every decision that leadership is asked for, the most urgent first."""
    if not found:
        return notes(["Nothing has to be decided."])
    return render("decisions.html.j2", decisions=[_decision(one, names, currency) for one in found])


def _decision(one: Wanted, names: Names, currency: str) -> _Decision:
    facts = {
        names[one.department]: True,
        one.who: one.kind != "people",
        f"before {short_day(one.by) if one.by else ''}": one.by,
        f"{currency}{one.money:,.0f}": one.money and one.kind != "money",
    }
    told = tuple(fact for fact, said in facts.items() if said)
    return _Decision(leadership_findings.about(one, currency), leadership_findings.QUESTIONS[one.kind], told)


def goals(agreed: Sequence[Goal], standing: Mapping[str, Rollup], kpis: Catalogue) -> Block:
    """Return each goal with its state, which is that of the weakest KPI that tells of it."""
    rows = [
        {
            "title": goal.title,
            "tone": standing[goal.id].level,
            "why": "; ".join(
                f"{kpis[part.id].name}: {lower_first(STATES[part.why])}" for part in standing[goal.id].because
            ),
            "told_by": listed([kpis[kpi].name for kpi in goal.kpis]),
        }
        for goal in agreed
    ]
    columns = [
        Column("title", "Goal"),
        Column("tone", "State", kind="badge"),
        Column("why", "Because"),
        Column("told_by", "Told by"),
    ]
    frame = pd.DataFrame(rows, columns=[column.key for column in columns])
    empty = "The organisation has declared no goals."
    return table(frame, columns, caption="The organisation's goals", file_name="goals", empty=empty)


def asks(found: pd.DataFrame, names: Names, currency: str) -> Block:
    """Return what each department asks for against its budget, and in all (see `asks.by_department`)."""
    if len(found) > 1:
        whole = {"department": "", "proposals": found["proposals"].sum(), "asked": found["asked"].sum()}
        whole |= {"budget": found["budget"].sum(), "over": None, "planned": None}
        found = pd.concat([found.astype(object), pd.DataFrame([whole], dtype=object)], ignore_index=True)
    shown = found.assign(
        name=[names.get(name, "All departments") for name in found["department"]],
        **{f"{name}_text": _money(found[name], currency) for name in ("asked", "planned", "budget", "over")},
        owners=[", ".join(owners) if isinstance(owners, tuple) else "" for owners in found["too_much"]],
    )
    columns = [
        Column("name", "Department"),
        Column("proposals", "Proposals", kind="number", decimals=0),
        Column("asked_text", "Money asked for", kind="number", exported="asked"),
        Column("budget_text", "Budget a quarter", kind="number", exported="budget"),
        Column("planned_text", "Dearest quarter", kind="number", exported="planned"),
        Column("over_text", "Over budget", kind="number", exported="over"),
        Column("owners", "Owners with too much"),
    ]
    return table(shown, columns, caption="What is asked for in all", file_name="asked")


def quarters(found: pd.DataFrame, currency: str) -> Block:
    """Return what all plans together take in each quarter (see `asks.by_quarter`)."""
    texts = {f"{name}_text": _money(found[name], currency) for name in ("planned", "proposed", "budget", "over")}
    columns = [
        Column("quarter", "Quarter"),
        Column("planned_text", "Planned", kind="number", exported="planned"),
        Column("proposed_text", "Of this proposed", kind="number", exported="proposed"),
        Column("budget_text", "Budgets", kind="number", exported="budget"),
        Column("over_text", "Over a budget", kind="number", exported="over"),
    ]
    caption = "All departments' plans by quarter"
    return table(found.assign(**texts), columns, caption=caption, file_name="quarters", empty="Nothing is planned.")


def means(agendas: Agendas) -> Block:
    """Return the people, tools and training that each proposal asks for."""
    rows = [
        {
            "what": action.description,
            "department": agenda.department.name,
            "owner": action.owner,
            "means": action.resources,
        }
        for agenda in agendas.values()
        for action in agenda.waiting
    ]
    columns = [
        Column("what", "Proposal"),
        Column("department", "Department"),
        Column("owner", "Owner"),
        Column("means", "People, tools and training"),
    ]
    frame = pd.DataFrame(rows, columns=[column.key for column in columns])
    empty = "No proposal waits for a decision."
    return table(frame, columns, caption="People, tools and training asked for", file_name="means", empty=empty)


def outcomes(decided: Sequence[Outcome], names: Names, currency: str) -> Block:
    """Return who decided what and when since leadership met before, with owner, dates and money as they are now."""
    rows = [
        {
            "what": one.action.description,
            "department": names[one.action.department],
            "word": SIGNED[one.signed.verdict],
            "tone": SIGNED_TONES[one.signed.verdict],
            "who": one.signed.who,
            "on": one.signed.on,
            "why": one.signed.why,
            "owner": one.action.owner,
            "end": one.action.end,
            "money": f"{currency}{one.action.budget:,.0f}",
        }
        for one in decided
    ]
    columns = [
        Column("what", "Action"),
        Column("department", "Department"),
        Column("word", "Decision", kind="badge", tone="tone"),
        Column("who", "By"),
        Column("on", "On"),
        Column("owner", "Owner"),
        Column("end", "Until"),
        Column("money", "Money", kind="number"),
        Column("why", "Why"),
    ]
    frame = pd.DataFrame(rows, columns=[*(column.key for column in columns), "tone"])
    empty = "Nothing has been signed off since leadership met before."
    return table(frame, columns, caption="What was decided", file_name="outcomes", empty=empty)


def _money(column: pd.Series, currency: str) -> list[str]:
    return ["" if pd.isna(value) or value == 0 else f"{currency}{float(value):,.0f}" for value in column]
