"""What people say: feedback forms drawn from sentences.yaml, and the statements of interviews.yaml."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from sample import chance
from sample.weeks import CHECK_LISTS, WEEKS
from saypro_nb.agree.contract import TABLES

HERE = Path(__file__).parent
ANONYMOUS = 0.5  # share of forms without a respondent
RELIEVED = 0.8  # share of those in operations whom a tool hindered, and whom it no longer does
WRITES = 0.6  # probability that a free text is filled in, as long as sentences are left

Wording = Mapping[str, Any]  # a department's part of sentences.yaml

NOT_ASKED = ("challenges_other", "collaboration_why")  # columns that the sample leaves out


def interviews() -> pd.DataFrame:
    """Return the table of interviews, oldest first."""
    rows = yaml.safe_load((HERE / "interviews.yaml").read_text("utf-8"))
    columns = ["date", "department", "role", "theme", "kpi", "view", "statement"]
    return pd.DataFrame(rows, columns=columns).sort_values("date", kind="stable")


def feedback() -> pd.DataFrame:
    """Return the forms of the last 26 weeks, oldest first."""
    rng = chance.dice("feedback")
    wordings = yaml.safe_load((HERE / "sentences.yaml").read_text("utf-8"))
    forms = [
        _form(rng, form, department, wording)
        for department, wording in wordings.items()
        for form in ("employee", "team_leader")
        for _ in range(wording[form]["forms"])
    ]
    columns = [name for name in TABLES["feedback"].columns if name not in NOT_ASKED]
    table = pd.DataFrame(forms, columns=columns)
    names = np.array([f"Respondent {number:03d}" for number in rng.permutation(len(table)) + 1])
    named = pd.Series(names).where(rng.random(len(table)) >= ANONYMOUS)
    forms = table.assign(respondent=named).sort_values(["date", "department", "form"], kind="stable")
    return _relieved(forms)


def _relieved(forms: pd.DataFrame) -> pd.DataFrame:
    """Return the forms with what the electronic check lists changed: tools hinder few people in operations now."""
    since = pd.to_datetime(forms["date"]) >= CHECK_LISTS
    employees = (forms["department"] == "operations") & (forms["form"] == "employee")
    spared = since & employees & (chance.dice("check lists").random(len(forms)) < RELIEVED)
    return forms.assign(
        tools_hinder=forms["tools_hinder"].mask(spared, "no"), tools_which=forms["tools_which"].mask(spared)
    )


def _form(rng: np.random.Generator, form: str, department: str, wording: Wording) -> dict[str, Any]:
    """Return one filled-in form; sentences that it uses are taken out of `wording`."""
    part = wording[form]
    ticked = [code for code, probability in part["ticks"].items() if rng.random() < probability] or ["other"]
    answers = _employee(rng, part, ticked) if form == "employee" else _team_leader(rng, part, ticked)
    titles = wording["titles"] if form == "employee" else ["Team lead"]
    return {
        "date": (WEEKS[-26] + pd.Timedelta(days=int(rng.integers(0, 26 * 7)))).date(),
        "form": form,
        "department": department,
        "team": rng.choice(wording["teams"]),
        "job_title": rng.choice(titles),
        "challenges": ";".join(ticked),
        "suggestions": _sentence(rng, part["suggestions"]),
        "self_assessment": _grade(rng, part["self_assessment"]),
        "self_reason": _sentence(rng, part["self_reason"]),
    } | answers


def _employee(rng: np.random.Generator, part: Wording, ticked: list[str]) -> dict[str, Any]:
    hinder = _yes_no(rng, part["tools_hinder"])
    adequate = _yes_no(rng, part["support_adequate"])
    return {
        "details": _about(rng, part["details"], ticked),
        "tools_hinder": hinder,
        "tools_which": _sentence(rng, part["tools_which"]) if hinder == "yes" else None,
        "support_adequate": adequate,
        "support_more": _sentence(rng, part["support_more"]) if adequate == "no" else None,
    }


def _team_leader(rng: np.random.Generator, part: Wording, ticked: list[str]) -> dict[str, Any]:
    training = _yes_no(rng, part["training_needed"])
    resources = _yes_no(rng, part["resources_adequate"])
    leadership = _yes_no(rng, part["leadership_support"])
    return {
        "gaps_seen": _about(rng, part["gaps_seen"], ticked),
        "training_needed": training,
        "training_what": _sentence(rng, part["training_what"]) if training == "yes" else None,
        "resources_adequate": resources,
        "resources_what": _sentence(rng, part["resources_what"]) if resources == "no" else None,
        "collaboration": _grade(rng, part["collaboration"]),
        "leadership_support": leadership,
        "leadership_what": _sentence(rng, part["leadership_what"]) if leadership == "no" else None,
    }


def _sentence(rng: np.random.Generator, left: list[str]) -> str | None:
    """Return one of the sentences that are left, taking it out, or None where the person writes nothing."""
    if not left or rng.random() > WRITES:
        return None
    return left.pop(int(rng.integers(len(left))))


def _about(rng: np.random.Generator, left: list[list[str]], ticked: list[str]) -> str | None:
    """Return a sentence on one of the `ticked` challenges, taking it out, or None."""
    fitting = [pair for pair in left if pair[0] in ticked]
    chosen = _sentence(rng, [text for _, text in fitting])
    left[:] = [pair for pair in left if pair[1] != chosen]
    return chosen


def _yes_no(rng: np.random.Generator, yes: float) -> str:
    return "yes" if rng.random() < yes else "no"


def _grade(rng: np.random.Generator, shares: Mapping[str, float]) -> str:
    weights = np.array(list(shares.values()))
    return str(rng.choice(list(shares), p=weights / weights.sum()))
