"""Sentences of the leadership review: how the organisation stands, what that means, and what is to be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from textwrap import shorten

import pandas as pd

from saypro_nb.agree.goals import Goal
from saypro_nb.agree.plans import Action
from saypro_nb.agree.settings import Workspace
from saypro_nb.review import review_meetings
from saypro_nb.review.agenda import Agenda
from saypro_nb.review.review_meetings import ReviewMeeting
from saypro_nb.review.rollup import Rollup
from saypro_nb.review.wanted import Kind, Wanted, asked
from saypro_nb.show import definition_words, monitor_findings
from saypro_nb.show.findings import TOLD, Answer, Changes, gap_sentence, shortlist_moves, since
from saypro_nb.show.plan_findings import cause_words
from saypro_nb.show.theme import ToneName
from saypro_nb.show.words import FAMILIES, amount, counted, day, listed, lower_first, short_day, upper_first

Agendas = Mapping[str, Agenda]
Names = Mapping[str, str]

MOST = 6  # changes that the answer names; the index has them all
FIRST = 4  # decisions that the answer names; the table has them all
LONG = 90  # letters of what a decision is about, where it is told in brief

QUESTIONS: dict[Kind, str] = {
    "escalated": "Settle it?",
    "late": "Finish, extend or stop?",
    "proposal": "Approve, adjust or decline?",
    "unanswered": "Ask for one, or change the target?",
    "money": "Grant, postpone, shrink or decline?",
    "people": "Give some to others, or start later?",
    "no effect": "Change, extend or give up?",
    "correction": "Approve, adjust or decline?",
}
"""What leadership is asked about each kind of decision (see `review.wanted`)."""


@dataclass(frozen=True)
class Brief:
    """A department in brief: its name, its tone, and labelled lines."""

    name: str
    tone: ToneName
    facts: tuple[tuple[str, tuple[str, ...]], ...]


def answer(
    agendas: Agendas, state: Rollup, decisions: Sequence[Wanted], meetings: Sequence[ReviewMeeting], names: Names
) -> Answer:
    """Return the answer of the leadership review: how many decisions are wanted, and by whom leadership is needed."""
    wanted = counted(len(decisions), "decision is wanted", "decisions are wanted")
    weakest = monitor_findings.weakest(state, names)
    currency = _currency(agendas)
    shown = [in_brief(one, names, currency) for one in decisions[:FIRST]]
    more = [f"And {counted(len(decisions) - FIRST, 'more decision')}."] if len(decisions) > FIRST else []
    told = (f"{weakest}.", money(agendas), *causes(agendas), *meets(meetings))
    return Answer(upper_first(wanted), state.level, told, (*shown, *more))


def invitation(said: Answer, meetings: Sequence[ReviewMeeting]) -> Answer:
    """Return the answer of the leadership review as what a meeting's pack opens with: when leadership meets."""
    first, *_ = meets(meetings)
    told = tuple(sentence for sentence in said.sentences if sentence != first)
    return replace(said, headline=f"{first.rstrip('.')}: {lower_first(said.headline)}", sentences=told)


def changes(
    moved: Mapping[str, pd.DataFrame],
    turned: Mapping[str, Sequence[tuple[Action, str]]],
    redefined: pd.DataFrame,
    workspace: Workspace,
    before: date,
) -> Changes:
    """Return what has changed in any department since the period that began on `before`, and what is judged otherwise.

    `moved` are KPIs (see `review.changes`) and `turned` actions that stand otherwise by their dates, by department;
    `redefined` is by what else all KPIs are judged.
    """
    told, judged = [], definition_words.of_workbench(redefined)
    for name, rows in moved.items():
        moves, otherwise = shortlist_moves(rows, workspace.kpis, workspace.review.currency)
        told += [f"{workspace.names[name]}: {line}" for line in (*moves, *monitor_findings.turns(turned[name]))]
        judged += [f"{workspace.names[name]}: {line}" for line in otherwise]
    rest = len(told) - MOST
    shown = told if rest <= 0 else [*told[: MOST - 1], f"And {rest + 1} more, told on the index."]
    every = tuple(shown) or ("Every shortlist is the same, and every action stands as it did.",)
    return Changes(since(before, workspace.every), every, tuple(judged))


def about(one: Wanted, currency: str) -> str:
    """Return what a decision is about."""
    if one.kind == "unanswered":
        return f"No action against the gap in {one.what}"
    if one.kind == "money":
        return f"With all approved, the plan exceeds its budget in {one.what} by {_money(one.money, currency)}"
    if one.kind == "people":
        return f"{one.who} would lead {one.what} actions at once"
    return upper_first(one.what.rstrip("."))


def in_brief(one: Wanted, names: Names, currency: str) -> str:
    """Return a decision in a line: whose, about what, for how much money, and what leadership is asked to do."""
    what = shorten(about(one, currency), LONG, placeholder="…")
    said = what if one.kind == "people" else lower_first(what)  # a role is a name
    asks = f" ({_money(one.money, currency)})" if one.money and one.kind != "money" else ""
    ends = "" if what.endswith("…") and not asks else "."
    return f"{names[one.department]}: {said}{asks}{ends} {QUESTIONS[one.kind]}"


def money(agendas: Agendas) -> str:
    """Return what the proposals ask for in all, and which departments' budgets don't bear them."""
    waiting = [action for agenda in agendas.values() for action in agenda.waiting]
    if not waiting:
        return "No proposal waits for a decision."
    currency = _currency(agendas)
    asks = f"{upper_first(counted(len(waiting), 'proposal asks', 'proposals ask'))} for "
    asks += _money(asked(waiting), currency)
    over = [agenda.department.name for agenda in agendas.values() if (agenda.costs["over"] > 0).any()]
    if over:
        return f"{asks}; the budgets of {listed(over)} don't bear all of it."
    return f"{asks}, which every department's budget bears."


def causes(agendas: Agendas) -> list[str]:
    """Return the cause family that most of the gaps have as their likeliest, where several departments share it."""
    likeliest = {
        name: agenda.weighed[agenda.weighed["score"] > 0].drop_duplicates("kpi")["family"]
        for name, agenda in agendas.items()
    }
    counts = pd.concat(likeliest.values()).value_counts() if likeliest else pd.Series(dtype=int)
    if counts.empty:
        return []
    family, many = str(counts.index[0]), int(counts.iloc[0])
    shared = sum((families == family).any() for families in likeliest.values())
    if shared < 2:
        return []
    of_all = f"{many} of {int(counts.sum())} gaps"
    return [f"{upper_first(FAMILIES[family])}: the likeliest cause of {of_all}, in {shared} departments."]


def meets(meetings: Sequence[ReviewMeeting]) -> list[str]:
    """Return when leadership meets, and which agendas are longer than their meetings."""
    when = review_meetings.of_leadership(meetings).agenda.when
    return [f"Leadership meets on {day(when.date())} at {when:%H:%M}.", *too_long(meetings)]


def too_long(meetings: Sequence[ReviewMeeting]) -> list[str]:
    """Return which agendas take more minutes than their meetings have; meetings of the same length in one sentence."""
    found: dict[tuple[int, int], list[str]] = {}
    for one in meetings:
        if one.agenda.free < 0:
            takes = one.agenda.minutes - one.agenda.free
            found.setdefault((takes, one.agenda.minutes), []).append(one.agenda.department)
    return [
        f"The agenda of {_which(titles)} takes {takes} minutes, and the meeting has {has}: shorten a point, or plan "
        f"{takes - has} minutes more."
        for (takes, has), titles in found.items()
    ]


def _which(titles: Sequence[str]) -> str:
    return f"“{titles[0]}”" if len(titles) == 1 else f"“{titles[0]}” and {counted(len(titles) - 1, 'other')} like it"


def impact(agendas: Agendas, goals: Mapping[str, Rollup], agreed: Sequence[Goal]) -> list[str]:
    """Return what the gaps mean for the organisation: its goals, and what missed targets add up to."""
    off = [goal.title for goal in agreed if goals[goal.id].level in ("concern", "watch")]
    are = "is" if len(off) == 1 else "are"
    told = [f"{len(off)} of {counted(len(agreed), 'goal')} {are} off course: {listed(off)}."] if off else []
    if agreed and not off:
        told = ["No goal of the organisation is off course by the KPIs that tell of it."]
    return [*told, *(line for agenda in agendas.values() for line in _shortfalls(agenda))]


def _shortfalls(agenda: Agenda) -> list[str]:
    """Return what the missed targets on the shortlist add up to, where they are money."""
    short = set(agenda.ranked.loc[agenda.ranked["shortlisted"], "kpi"])
    rows = [row for row in agenda.missed.to_dict("records") if row["kpi"] in short and row["total"] > 0]
    return [
        f"{agenda.department.name}: {agenda.kpis[row['kpi']].name} is "
        f"{amount(row['total'], agenda.kpis[row['kpi']], agenda.currency)} short over the last {row['periods']} "
        f"{agenda.kpis[row['kpi']].every}s."
        for row in rows
        if agenda.kpis[row["kpi"]].unit == "money"
    ]


def briefs(agendas: Agendas, states: Mapping[str, Rollup], progress: Mapping[str, pd.DataFrame]) -> list[Brief]:
    """Return each department in brief, who is to be looked at first comes first."""
    return [_brief(agenda, states[name], progress[name]) for name, agenda in agendas.items()]


def _brief(agenda: Agenda, state: Rollup, progress: pd.DataFrame) -> Brief:
    short = agenda.ranked[agenda.ranked["shortlisted"]]
    facts = {
        "Key gap": _gap(short, agenda),
        "Likely causes": _causes(short, agenda),
        "Proposed": _proposed(agenda),
        "Asks for": (_asks(agenda),),
        "Earlier actions": _earlier(progress, agenda),
    }
    return Brief(agenda.department.name, state.level, tuple((label, lines) for label, lines in facts.items() if lines))


def _gap(short: pd.DataFrame, agenda: Agenda) -> tuple[str, ...]:
    if short.empty:
        return ("No gap that deserves the meeting's time.",)
    first = short.iloc[0]
    others = [agenda.kpis[kpi].name for kpi in short["kpi"].iloc[1:]]
    also = (f"Also on the shortlist: {listed(others)}.",) if others else ()
    return (gap_sentence(first, agenda.kpis[first["kpi"]], agenda.currency), *also)


def _causes(short: pd.DataFrame, agenda: Agenda) -> tuple[str, ...]:
    if short.empty:
        return ()
    kpi = str(short["kpi"].iloc[0])
    of_gap = agenda.weighed[(agenda.weighed["kpi"] == kpi) & (agenda.weighed["score"] > 0)].head(TOLD - 1)
    if of_gap.empty:
        return ("Neither data nor people point at a cause.",)
    families = [lower_first(cause_words(kpi, str(family), agenda)) for family in of_gap["family"]]
    return (f"{upper_first(listed(families))}.",)


def _proposed(agenda: Agenda) -> tuple[str, ...]:
    if not agenda.waiting:
        return ()
    return tuple(f"{action.description.rstrip('.')}." for action in agenda.waiting)


def _asks(agenda: Agenda) -> str:
    if not agenda.waiting:
        return "Nothing."
    wanted = asked(agenda.waiting)
    first = min(action.start for action in agenda.waiting)
    sum_of = _money(wanted, agenda.currency) if wanted else "No money"
    budget = _money(agenda.department.action_budget, agenda.currency)
    return f"{sum_of}, from {short_day(first)} on; its budget is {budget} a quarter."


def _earlier(progress: pd.DataFrame, agenda: Agenda) -> tuple[str, ...]:
    lines = monitor_findings.effects(progress, agenda.kpis, agenda.currency, agenda.today, most=TOLD - 1)
    return (f"{monitor_findings.headline(progress)}.", *lines)


def _currency(agendas: Agendas) -> str:
    return next((agenda.currency for agenda in agendas.values()), "")


def _money(sum_of: float, currency: str) -> str:
    return f"{currency}{sum_of:,.0f}" if sum_of else "no money"
