"""A workspace: the folder that holds params, data and notebooks, and everything its params say.

`Workspace.load` reads all files under params/ and reports every fault of all of them together.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, TypeAdapter, ValidationError

from saypro_nb.agree import decisions, forms, goals, library, meetings, schema, sources, yaml_files
from saypro_nb.agree.contract import marks
from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.agree.form_questions import FORMS
from saypro_nb.agree.forms import FeedbackParams
from saypro_nb.agree.meetings import MeetingParams

Catalogue = dict[schema.Id, schema.Kpi]
Parameters = dict[str, bool | int | float | str]

_SHAPES: dict[str, TypeAdapter[Any]] = {
    "review": TypeAdapter(schema.ReviewParams),
    "kpis": TypeAdapter(Catalogue),
    "causes": TypeAdapter(library.Causes),
    "recommendations": TypeAdapter(library.Recommendations),
    "alignment": TypeAdapter(goals.Alignment),
}

_STATEMENTS = TypeAdapter(library.Statements)
_MEETINGS = TypeAdapter(MeetingParams)
_FEEDBACK = TypeAdapter(FeedbackParams)

_DAYS: dict[schema.Cadence, int] = {"week": 7, "month": 31, "quarter": 92}  # enough to reach the next one
_ONE_DAY = datetime.timedelta(days=1)

SHOWN = 50  # faults of one file's settings that are listed


@dataclass(frozen=True, eq=False)
class Workspace:
    """What the organisation agreed on, as its params files say it; loaded anew it is another one."""

    root: Path
    review: schema.ReviewParams
    kpis: Catalogue
    causes: library.Causes
    recommendations: tuple[library.Recommendation, ...]
    alignment: goals.Alignment
    parameters: dict[str, Parameters]
    statements: library.Statements | None = None
    meetings: MeetingParams = field(default_factory=MeetingParams)
    feedback: FeedbackParams = field(default_factory=FeedbackParams)

    @classmethod
    def load(cls, folder: Path | str = ".") -> Self:
        """Load the workspace that `folder` is, or lies in; raises InputError with every fault."""
        loaded, faults = cls.read(folder)
        if faults:
            raise InputError(faults)
        return loaded

    @classmethod
    def read(cls, folder: Path | str) -> tuple[Self, list[Fault]]:
        """Return the workspace and its faults, so that the data can be looked at as well.

        Raises InputError where a params file is missing or has another shape, and nothing more can be told.
        """
        root = find_root(Path(folder))
        faults: list[Fault] = []
        read = {name: _read(root / "params" / f"{name}.yaml", shape, faults) for name, shape in _SHAPES.items()}
        parameters = _parameters(root, read["review"], faults) if read["review"] else {}
        examples = root / "params" / "statements.yaml"  # without it, own words are not read: only ticks count
        statements = _read(examples, _STATEMENTS, faults) if examples.exists() else None
        schedule = root / "params" / "meetings.yaml"  # without it, the defaults hold
        read["meetings"] = _read(schedule, _MEETINGS, faults) if schedule.exists() else MeetingParams()
        asked = root / "params" / "feedback.yaml"  # without it, the forms are as they are
        read["feedback"] = _read(asked, _FEEDBACK, faults) if asked.exists() else FeedbackParams()
        if None in read.values():
            raise InputError(faults)
        recommendations = read.pop("recommendations").recommendations
        loaded = cls(root=root, recommendations=recommendations, parameters=parameters, statements=statements, **read)
        return loaded, faults + _shared_names(loaded.review.departments) + _unknown_names(loaded)

    @property
    def notebooks(self) -> Path:
        """The folder of the notebooks."""
        return (self.root / self.review.notebooks).resolve()

    @property
    def names(self) -> dict[str, str]:
        """The full name of each department."""
        return {department: facts.name for department, facts in self.review.departments.items()}

    def outputs(self, period: datetime.date) -> Path:
        """Return the folder of the pages and tables of one review period."""
        return self.root / "outputs" / period.isoformat()

    @property
    def every(self) -> schema.Cadence:
        """How often the organisation is reviewed: as often as its most frequent KPI is measured."""
        measured = {kpi.every for kpi in self.kpis.values() if kpi.departments}
        return next((cadence for cadence in _DAYS if cadence in measured), "week")

    def last_day(self, period: datetime.date) -> datetime.date:
        """Return the last day of the review period that begins on `period`."""
        next_period = period + datetime.timedelta(days=_DAYS[self.every])
        return (next_period if self.every == "week" else next_period.replace(day=1)) - _ONE_DAY

    def period_before(self, period: datetime.date) -> datetime.date:
        """Return the first day of the review period before the one that begins on `period`."""
        last = period - _ONE_DAY
        if self.every == "week":
            return last - datetime.timedelta(days=6)
        return last.replace(month=last.month if self.every == "month" else last.month - 2, day=1)

    def owned_by(self, department: str) -> Catalogue:
        """Return the KPIs that `department` owns."""
        return {kpi: facts for kpi, facts in self.kpis.items() if department in facts.departments}


def find_root(folder: Path) -> Path:
    """Return the nearest folder from `folder` upwards that holds params/review.yaml."""
    start = folder.resolve()
    for candidate in (start, *start.parents):
        if (candidate / "params" / "review.yaml").is_file():
            return candidate
    remedy = "Give the folder of a workspace"
    raise InputError([Fault(str(folder), "no params/review.yaml here or in a folder above", remedy)])


def read_as(file: Path, shape: Any, faults: list[Fault]) -> Any:
    """Return the content of a YAML file as `shape`, a model; with a fault, add all of them and return None."""
    return _read(file, TypeAdapter(shape), faults)


def _read(file: Path, shape: TypeAdapter[Any], faults: list[Fault]) -> Any:
    before = len(faults)
    content = yaml_files.read(file, _short(file), faults)
    if len(faults) > before:
        return None
    try:
        return shape.validate_python(content)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        faults += [_fault(_short(file), dict(problem)) for problem in problems[:SHOWN]]
        if len(problems) > SHOWN:
            found = f"{len(problems) - SHOWN} more of its settings are not right"
            faults.append(Fault(_short(file), found, "Mend those above, and check again"))
        return None


def _fault(file: str, problem: dict[str, Any]) -> Fault:
    place = ".".join(str(part) for part in problem["loc"] if part != "[key]")
    where = f"{file}, {place}" if place else file
    if "notify" in problem["loc"] and problem["type"] != "dict_type":
        found = "this names no environment variable (it is not repeated here: it may hold a secret)"
        return Fault(where, found, "Write ['${NAME}'], and put the address into the environment")
    if problem["type"] == "extra_forbidden":
        return Fault(where, "there is no such setting", did_you_mean(problem["loc"][-1], _known_settings()))
    if problem["type"] == "missing":
        return Fault(where, "the setting is missing", "Add it; the sample shows how")
    if problem["type"] == "string_pattern_mismatch":
        remedy = "Use letters, digits, _ and - (it becomes a file name); the full name goes under 'name'"
        return Fault(where, f"{problem['input']!r} can't be an id", remedy)
    if problem["type"] == "string_type" and isinstance(problem["input"], bool | int | float):
        remedy = "Write it in quotes, such as 'NO' or '101'"
        return Fault(where, f"YAML reads {problem['input']!r} here, not text", remedy)
    return Fault(where, _found(problem), problem["msg"].removeprefix("Value error, "))


def _found(problem: dict[str, Any]) -> str:
    if problem["loc"][-1:] == ("url",):
        return "the address can't be used (it is not repeated here: it may hold a secret)"
    if problem["type"] == "value_error" and isinstance(problem["input"], dict):
        return "the settings here don't fit"
    return f"found {problem['input']!r}"


def _known_settings() -> set[str]:
    known = (schema, library, sources, goals, meetings, forms, decisions)
    shapes = [item for module in known for item in vars(module).values()]
    models = [item for item in shapes if isinstance(item, type) and issubclass(item, BaseModel)]
    return {field.alias or name for model in models for name, field in model.model_fields.items()}


def _parameters(root: Path, review: schema.ReviewParams, faults: list[Fault]) -> dict[str, Parameters]:
    found: dict[str, Parameters] = {department: {"department": department} for department in review.departments}
    for file in sorted((root / "params" / "departments").glob("*.yaml")):
        content = yaml_files.read(file, _short(file), faults)
        if file.stem not in review.departments:
            remedy = did_you_mean(file.stem, review.departments)
            faults.append(Fault(_short(file), f"there is no department '{file.stem}' in review.yaml", remedy))
        elif isinstance(content, dict):
            faults += _not_literals(_short(file), file.stem, content)
            found[file.stem] |= content
        elif content is not None:
            faults.append(Fault(_short(file), "not a list of 'parameter: value' lines", "Write one a line"))
    return found


def _not_literals(file: str, department: str, content: dict[Any, Any]) -> list[Fault]:
    faults = [
        Fault(f"{file}, {name}", f"found {value!r}", "Give one number, text or true/false")
        for name, value in content.items()
        if not isinstance(value, bool | int | float | str)
    ]
    if content.get("department", department) != department:
        found = f"the parameter says '{content['department']}', the file name '{department}'"
        faults.append(Fault(f"{file}, department", found, "Make them the same"))
    return faults


def _shared_names(departments: dict[schema.Id, schema.Department]) -> list[Fault]:
    """Return the names that would make a table's department column ambiguous."""
    return [
        Fault(
            f"params/review.yaml, departments.{department}.name",
            f"'{facts.name}' also stands for the department '{other}'",
            "Give each department a name of its own",
        )
        for department, facts in departments.items()
        for other in departments
        if other != department and facts.name in {other, departments[other].name}
    ]


def _unknown_names(workspace: Workspace) -> list[Fault]:
    """Return what one file names and the file that defines such names doesn't."""
    departments, kpis = set(workspace.review.departments), set(workspace.kpis)
    records = set(workspace.review.sources.records)
    faults = []
    for kpi, facts in workspace.kpis.items():
        faults += _unknown(f"params/kpis.yaml, {kpi}.departments", "department", facts.departments, departments)
        used = (facts.computed.records,) if facts.computed and facts.departments else ()  # else it is a pattern only
        faults += _unknown(f"params/kpis.yaml, {kpi}.computed.records", "records table", used, records)
    for item in workspace.causes.hypotheses:
        faults += _unknown(f"params/causes.yaml, {item.id}.department", "department", (item.department,), departments)
        faults += _unknown(f"params/causes.yaml, {item.id}.kpis", "KPI", item.kpis, kpis)
    for family, cause in workspace.causes.families.items():
        for form, ticks in cause.ticks.items():
            where = f"params/causes.yaml, {family}.ticks.{form}"
            faults += _unknown(where, "mark of this form", tuple(ticks), marks(form))
    for advice in workspace.recommendations:
        where = f"params/recommendations.yaml, {advice.id}.departments"
        faults += _unknown(where, "department", advice.departments, departments)
    slots, notified = workspace.meetings.departments, workspace.meetings.alerts.notify
    faults += _unknown("params/meetings.yaml, departments", "department", tuple(slots), departments)
    times = workspace.meetings.meetings.department_review.times
    faults += _unknown(
        "params/meetings.yaml, meetings.department_review.times", "department", tuple(times), departments
    )
    faults += _unknown("params/meetings.yaml, alerts.notify", "department", tuple(notified), departments)
    return faults + _unknown_in_plans(workspace) + forms.faults(workspace.feedback, FORMS, departments)


def _unknown_in_plans(workspace: Workspace) -> list[Fault]:
    """Return what params/alignment.yaml names and nothing defines."""
    plans = workspace.alignment
    known = {
        "department": set(workspace.review.departments),
        "KPI": set(workspace.kpis),
        "goal": {goal.id for goal in plans.goals},
        "objective": {line.id for line in plans.objectives},
        "focus": set(plans.focuses),
    }
    return [
        fault
        for place, what, names in plans.references()
        for fault in _unknown(f"params/alignment.yaml, {place}", what, names, known[what])
    ]


def _unknown(where: str, what: str, names: Sequence[str], known: set[str]) -> list[Fault]:
    return [
        Fault(where, f"there is no {what} '{name}'", did_you_mean(name, sorted(known)))
        for name in names
        if name not in known
    ]


def _short(file: Path) -> str:
    parts = file.parts
    return "/".join(parts[parts.index("params") :]) if "params" in parts else file.name
