"""What the organisation knows beforehand: families of causes, hypotheses, recommendations, and examples of statements.

They are the files causes.yaml, recommendations.yaml and statements.yaml under params/.
"""

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, StringConstraints

from saypro_nb.agree.schema import LARGEST, Family, Form, Id, Strict, Text

_FAMILY = f"(?:{'|'.join(get_args(Family))})"


class Sign(Strict):
    """What a cause family looks like from inside, and what measures it: `drivers`, and `dimensions` of records.

    A dimension is a text column ("shift"), or that of one records table ("orders.shift"): its segments differ where
    the sign is true. A sign that nothing measures can only be observed.
    """

    sign: Text
    drivers: tuple[Text, ...] = ()
    dimensions: tuple[Text, ...] = ()


def _as_sign(written: object) -> object:
    return {"sign": written} if isinstance(written, str) else written


class CauseFamily(Strict):
    """One of the five families of causes: its signs, and what each mark of a form counts for it (0 to 1).

    A sign may be written as a plain sentence. A mark is a ticked challenge ("workload") or the answer to a closed
    question ("tools_hinder:yes").
    """

    name: Text
    signs: tuple[Annotated[Sign, BeforeValidator(_as_sign)], ...]
    ticks: dict[Form, dict[str, Annotated[float, Field(ge=0, le=1)]]]


class Hypothesis(Strict):
    """A typical cause to look into: which KPIs of a department it would explain, and what would refute it."""

    id: Id
    department: Id
    family: Family
    kpis: tuple[Id, ...]
    statement: Text
    refuted_if: Text


class Causes(Strict):
    """params/causes.yaml: the cause families and the library of hypotheses."""

    families: dict[Family, CauseFamily]
    hypotheses: tuple[Hypothesis, ...]


Labels = Annotated[str, StringConstraints(pattern=rf"^(none|{_FAMILY}(;{_FAMILY})*)$")]


class Statements(Strict):
    """params/statements.yaml: what the reading of free text learns from.

    `words` are families of words of one meaning. `examples` are sentences by where they were said and by the cause
    families that they point at, joined by ";", or "none".
    """

    words: dict[Text, tuple[Text, ...]]
    examples: Annotated[dict[Text, dict[Labels, tuple[Text, ...]]], Field(min_length=1)]


class Recommendation(Strict):
    """A kind of action that answers a cause family; for all departments where none is named.

    `effect` is how much of the gap it is expected to close: a small part, about half, or most of it.
    """

    id: Id
    family: Family
    kind: Literal["process", "strategy", "personnel"]
    departments: tuple[Id, ...] = ()
    description: Text
    effort: Literal["low", "medium", "high"]
    effect: Literal["small", "medium", "large"] = "medium"
    weeks: Annotated[int, Field(ge=1, le=104)]
    budget: Annotated[float, Field(ge=0, le=LARGEST)]
    resources: Text


class Recommendations(Strict):
    """params/recommendations.yaml."""

    recommendations: tuple[Recommendation, ...]
