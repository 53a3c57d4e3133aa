"""Voices: what employees and team leaders say, by cause family.

The tick-boxes of the forms and the answers to their closed questions ("workload", "tools_hinder:yes") are the main
evidence; a table in params/causes.yaml says what each counts for. What people wrote in their own words counts half as
much, since reading it goes wrong at times. Employees and team leaders are kept apart, and a group of fewer than five
is never broken out, so nobody can be told from it.
"""

from dataclasses import dataclass

import pandas as pd
from scipy.special import ndtri

from saypro_nb.agree.library import Causes
from saypro_nb.agree.schema import Form

SMALLEST_GROUP = 5
FORMS: tuple[Form, ...] = ("employee", "team_leader")
QUESTIONS = ("tools_hinder", "support_adequate", "training_needed", "resources_adequate", "leadership_support")
WRITTEN = 0.5  # what a sentence counts beside a full tick: about one in four is read wrongly
HEARD = 0.80  # confidence at which a group is said to point at a family, or not to
SEVERAL = 0.20  # a family is heard where more than this share of a group points at it


@dataclass(frozen=True)
class Heard:
    """What people of a department say: of the forms the outcome of `families`; of the interviews each statement.

    `interviews` has ``kpi`` and ``families`` (joined by ";").
    """

    forms: pd.DataFrame
    interviews: pd.DataFrame

    def of_family(self, family: str) -> pd.DataFrame:
        """Return what each form says of the family."""
        return self.forms[self.forms["family"] == family]

    def about(self, kpi: str) -> pd.DataFrame:
        """Return the interview statements about the KPI."""
        return self.interviews[self.interviews["kpi"] == kpi]


def families(feedback: pd.DataFrame, causes: Causes, sentences: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return one row per form and cause family: ``forms`` in all, ``pointing`` at the family, ``share``, and ``said``.

    A form points at a family by its strongest mark: a tick (0 to 1) or a sentence in its own words (a half).
    ``said`` is yes or no where the 80 % Wilson interval of the share lies above or below 20 %, else unclear; hidden
    below five forms; and not asked where no tick-box of the form stands for the family, unless so many write of it
    unasked that it is yes. `sentences` is the outcome of `themes.sentences`.
    """
    groups = [(form, feedback[feedback["form"] == form]) for form in FORMS]
    written = _written(sentences)
    counted = [_of_form(form, rows, causes, written) for form, rows in groups if len(rows)]
    columns = ["form", "family", "forms", "pointing", "share", "said"]
    return pd.concat(counted, ignore_index=True)[columns] if counted else pd.DataFrame(columns=columns)


def _written(sentences: pd.DataFrame | None) -> dict[object, set[str]]:
    """Return the families that each form, by its row, points at in its own words."""
    if sentences is None or sentences.empty:
        return {}
    each = sentences.assign(family=sentences["families"].str.split(";")).explode("family")
    return {row: set(named) - {""} for row, named in each.groupby("row")["family"]}


def _of_form(form: Form, rows: pd.DataFrame, causes: Causes, written: dict[object, set[str]]) -> pd.DataFrame:
    ticked = list(zip(marks(rows), (written.get(row, set()) for row in rows.index), strict=True))
    asked = {family: facts.ticks.get(form, {}) for family, facts in causes.families.items()}
    pointing = {
        family: sum(
            max(WRITTEN * (family in said), *(weights.get(tick, 0.0) for tick in ticks)) for ticks, said in ticked
        )
        for family, weights in asked.items()
    }
    counted = pd.DataFrame({"family": list(pointing), "pointing": list(pointing.values())}).assign(
        form=form, forms=len(rows)
    )
    counted["share"] = counted["pointing"] / counted["forms"]
    answers = [answer(share, len(rows)) for share in counted["share"]]
    counted["said"] = [
        said if asked[family] or said in ("yes", "hidden") else "not asked"
        for family, said in zip(counted["family"], answers, strict=True)
    ]
    hidden = counted["said"] == "hidden"
    return counted.assign(**{column: counted[column].mask(hidden) for column in ("pointing", "share")})


def marks(rows: pd.DataFrame) -> list[set[str]]:
    """Return what each form points out: its ticked challenges, and its closed answers as "question:answer"."""
    answers = rows.reindex(columns=[*QUESTIONS, "collaboration"]).replace({True: "yes", False: "no"})
    answered = [{f"{question}:{answer}" for question, answer in form.items()} for form in answers.to_dict("records")]
    ticked = [{tick.strip() for tick in cell.split(";")} for cell in rows["challenges"].fillna("")]
    return [ticks | marks for ticks, marks in zip(ticked, answered, strict=True)]


def answer(share: float, count: int) -> str:
    """Return what a `share` of a group of `count` says: yes, no, unclear, or hidden where the group is too small."""
    if count < SMALLEST_GROUP:
        return "hidden"
    low, high = wilson(share, count)
    return "yes" if low > SEVERAL else "no" if high < SEVERAL else "unclear"


def wilson(share: float, count: int, *, confidence: float = HEARD) -> tuple[float, float]:
    """Return the interval of a share of `count` answers (E. B. Wilson, JASA 22, 1927)."""
    z = float(ndtri((1 + confidence) / 2))
    middle = share + z**2 / (2 * count)
    reach = z * ((share * (1 - share) + z**2 / (4 * count)) / count) ** 0.5
    scale = 1 + z**2 / count
    return (middle - reach) / scale, (middle + reach) / scale
