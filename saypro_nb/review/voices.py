"""Voices: what employees and team leaders say, by cause family.

The tick-boxes of the forms and the answers to their closed questions ("workload", "tools_hinder:yes") are the
evidence; a table in params/causes.yaml says what each counts for. Employees and team leaders are kept apart, and a
group of fewer than five is never broken out, so nobody can be told from it.
"""

import pandas as pd

from saypro_nb.agree.schema import Causes, Form

SMALLEST_GROUP = 5
FORMS: tuple[Form, ...] = ("employee", "team_leader")
QUESTIONS = ("tools_hinder", "support_adequate", "training_needed", "resources_adequate", "leadership_support")
SEVERAL = 0.20  # a family is heard where more than this share of a group points at it


def families(feedback: pd.DataFrame, causes: Causes) -> pd.DataFrame:
    """Return one row per form and cause family: ``forms`` in all, ``pointing`` at the family, ``share``, and ``said``.

    A form points at a family by its strongest tick (0 to 1). ``said`` is yes or no where the 80 % Wilson interval of
    the share lies above or below 20 %, else unclear; hidden below five forms; and not asked where no tick-box of the
    form stands for the family.
    """
    groups = [(form, feedback[feedback["form"] == form]) for form in FORMS]
    counted = [_of_form(form, rows, causes) for form, rows in groups if len(rows)]
    columns = ["form", "family", "forms", "pointing", "share", "said"]
    return pd.concat(counted, ignore_index=True)[columns] if counted else pd.DataFrame(columns=columns)


def _of_form(form: Form, rows: pd.DataFrame, causes: Causes) -> pd.DataFrame:
    ticked = marks(rows)
    asked = {family: facts.ticks.get(form, {}) for family, facts in causes.families.items()}
    pointing = {
        family: sum(max((weights.get(tick, 0.0) for tick in ticks), default=0.0) for ticks in ticked)
        for family, weights in asked.items()
    }
    counted = pd.DataFrame({"family": list(pointing), "pointing": list(pointing.values())}).assign(
        form=form, forms=len(rows)
    )
    counted["share"] = counted["pointing"] / counted["forms"]
    counted["said"] = [
        _said(share, len(rows)) if asked[family] else "not asked"
        for family, share in zip(counted["family"], counted["share"], strict=True)
    ]
    hidden = counted["said"] == "hidden"
    return counted.assign(**{column: counted[column].mask(hidden) for column in ("pointing", "share")})


def marks(rows: pd.DataFrame) -> list[set[str]]:
    """Return what each form points out: its ticked challenges, and its closed answers as "question:answer"."""
    answers = rows.reindex(columns=[*QUESTIONS, "collaboration"]).replace({True: "yes", False: "no"})
    answered = [{f"{question}:{answer}" for question, answer in form.items()} for form in answers.to_dict("records")]
    ticked = [{tick.strip() for tick in cell.split(";")} for cell in rows["challenges"].fillna("")]
    return [ticks | marks for ticks, marks in zip(ticked, answered, strict=True)]


def _said(share: float, forms: int) -> str:
    if forms < SMALLEST_GROUP:
        return "hidden"
    low, high = wilson(share, forms)
    return "yes" if low > SEVERAL else "no" if high < SEVERAL else "unclear"


def wilson(share: float, count: int) -> tuple[float, float]:
    """Return the 80 % interval of a share of `count` answers (E. B. Wilson, JASA 22, 1927)."""
    z = 1.2816  # the 90 % point of the normal distribution
    middle = share + z**2 / (2 * count)
    reach = z * ((share * (1 - share) + z**2 / (4 * count)) / count) ** 0.5
    scale = 1 + z**2 / count
    return (middle - reach) / scale, (middle + reach) / scale
