"""The next check-in of a department: what it goes through, and the record to fill in."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from saypro_nb.agree.decisions import CheckIn, as_kept
from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.agree.plans import Action
from saypro_nb.agree.settings import read_as
from saypro_nb.keep import alerts as alerts_of
from saypro_nb.keep import evidence, proposals, sittings
from saypro_nb.keep.dossier import Dossier
from saypro_nb.review import actions as actions_of
from saypro_nb.review import check_ins, timetable
from saypro_nb.review.check_ins import DECIDED, Agenda, Point
from saypro_nb.review.escalation import Held

WATCHED = ("watch", "drifting", "unstable")  # states of a gap that are not yet a matter of their own


@dataclass(frozen=True)
class Next:
    """The next check-in of a department: its agenda, and the record to fill in."""

    agenda: Agenda
    record: CheckIn


def prepare(dossier: Dossier) -> Next:
    """Return the check-in that follows the review period."""
    params = dossier.workspace.meetings
    departments = {dossier.department: dossier.facts}
    series = timetable.schedule(params, departments)[0]
    when = timetable.next_after(series, dossier.last_day)
    assert when is not None  # check-ins come back
    after = timetable.next_after(series, when.date())
    assert after is not None
    watch = _watched(dossier)
    points = [*_points(dossier, after), *_to_watch(dossier, watch)]
    meeting = params.check_in_of(dossier.department)
    agenda = check_ins.agenda(dossier.facts, when, meeting, params.agenda, points)
    record = check_ins.blank(dossier.department, agenda, actions_of.running(dossier.actions), watch)
    return Next(agenda, record.model_copy(update={"next_update": after.date()}))


def read(file: Path, dossier: Dossier) -> CheckIn:
    """Return the record that was filled in; raises InputError with every fault of it."""
    faults: list[Fault] = []
    record: CheckIn | None = read_as(file, CheckIn, faults)
    if record is None:
        raise InputError(faults)
    if record.department != dossier.department:
        found = f"it is of '{record.department}', and '{dossier.department}' is asked for"
        faults.append(Fault(f"{file.name}, department", found, "Take the department's own form"))
    faults += [
        Fault(f"{file.name}, watch", f"{dossier.department} has no KPI '{kpi}'", did_you_mean(kpi, dossier.kpis))
        for kpi in record.watch
        if kpi not in dossier.kpis
    ]
    faults += check_ins.unfit(record, file.name)
    faults += check_ins.followed(record, _by_id(dossier), file.name)[1]
    if faults:
        raise InputError(faults)
    return record


def form(following: Next) -> str:
    """Return the record to fill in as YAML."""
    content = {name: value for name, value in as_kept(following.record).items() if name != "withdrawn"}
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


def _points(dossier: Dossier, until: datetime) -> list[Point]:
    """Return what is open, from what waited longest on, up to the check-in after the next one."""
    found = alerts_of.alerts_of(dossier)
    points = [
        Point("overdue" if one.overdue else "alert", _matter(one), one.holder, personnel=_is_personnel(action, dossier))
        for one in alerts_of.held(dossier, found)
        for action in [_by_id(dossier).get(one.matter.subject)]
    ]
    return [*points, *_proposals(dossier), *_verdicts(dossier), *_milestones(dossier, until)]


def _matter(held: Held) -> str:
    what = {"alert": "Alert", "action": "Overdue", "milestone": "Missed milestone", "review": "Look back is overdue"}
    subject = "" if held.matter.what == "alert" else f" {held.matter.subject},"
    return f"{what[held.matter.what]}:{subject} {held.matter.text}"


def _proposals(dossier: Dossier) -> list[Point]:
    return [
        Point(
            "proposal",
            f"Decide on {action.id}: {action.description}",
            action.owner,
            personnel=_is_personnel(action, dossier),
            money=action.budget > 0,
        )
        for action in proposals.agenda(dossier).waiting
    ]


def _verdicts(dossier: Dossier) -> list[Point]:
    """Return a point for each gap whose cause the meeting has neither confirmed nor been done with."""
    weighed = evidence.causes(dossier)
    points = []
    for kpi, rows in weighed.groupby("kpi", sort=False):
        open_ones = rows[(rows["score"] > 0) & ~rows["decision"].isin(["confirmed", "rejected"])]
        if len(open_ones) and not (rows["decision"] == "confirmed").any():
            likeliest = dossier.workspace.causes.families[open_ones["family"].iloc[0]].name
            points.append(Point("verdict", f"Which cause has the gap in {_name(dossier, kpi)}? Likeliest: {likeliest}"))
    return points


def _milestones(dossier: Dossier, until: datetime) -> list[Point]:
    due = sorted(
        ((step, action) for action in dossier.actions for step in action.milestones),
        key=lambda pair: (pair[0].due, pair[1].id),
    )
    return [
        Point("milestone", f"Due on {step.due}: {action.id}, {step.what}", action.owner)
        for step, action in due
        if not step.done
        and dossier.last_day < step.due <= until.date()
        and action.status not in (*DECIDED, "completed")
    ]


def _watched(dossier: Dossier) -> list[str]:
    ranked = evidence.gaps(dossier)
    before = sittings.last(dossier)
    chosen = list(before.watch) if before else []
    return list(dict.fromkeys([*chosen, *ranked.loc[ranked["state"].isin(WATCHED), "kpi"]]))


def _to_watch(dossier: Dossier, kpis: list[str]) -> list[Point]:
    names = ", ".join(_name(dossier, kpi) for kpi in kpis)
    return [Point("watch", f"KPIs to watch: {names}")] if kpis else []


def _is_personnel(action: Action | None, dossier: Dossier) -> bool:
    return action is not None and actions_of.is_personnel(action, dossier.workspace.recommendations)


def _by_id(dossier: Dossier) -> dict[str, Action]:
    return {action.id: action for action in dossier.actions}


def _name(dossier: Dossier, kpi: object) -> str:
    facts = dossier.kpis.get(str(kpi))
    return facts.name if facts else str(kpi)
