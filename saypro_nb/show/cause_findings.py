"""Sentences of phase 2: where a gap sits, what moves with it, what people say, and which causes are worth testing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from saypro_nb.agree.schema import Kpi
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.segments import Explanation
from saypro_nb.show.findings import TOLD, Answer
from saypro_nb.show.theme import ToneName
from saypro_nb.show.words import (
    EFFECTS,
    FAMILIES,
    VERDICT_TONES,
    VERDICTS,
    counted,
    day,
    difference,
    listed,
    lower_first,
    upper_first,
)

RANKED = 5  # hypotheses told in full; a meeting tests no more, and the tables have the rest
DECISIONS: dict[str, ToneName] = {"confirmed": "concern", "rejected": "neutral"}


@dataclass(frozen=True)
class Claim:
    """A hypothesis in words: what it says, the verdict on it, its evidence, what would refute it, and a decision."""

    statement: str
    word: str
    tone: ToneName
    evidence: tuple[str, ...]
    refuted_if: str
    decided: str = ""


def answer(weighed: pd.DataFrame, located: Mapping[str, Explanation], kpis: Catalogue, currency: str) -> Answer:
    """Return the answer of phase 2: where each gap sits, and which cause has most evidence."""
    if not len(weighed):
        return Answer("No gap to explain", "good", ("Gap identification put no gap on the shortlist.",))
    likeliest = weighed.drop_duplicates("kpi")
    backed = likeliest[likeliest["score"] > 0]
    told = [
        f"{segment_sentence(located.get(cause['kpi']), kpis[cause['kpi']], currency)} {cause_sentence(cause)}"
        for _, cause in likeliest.head(TOLD).iterrows()
    ]
    untested = _untested(weighed)
    decide = [
        f"Confirm, reject or leave open: {cause['statement']} It is refuted if {lower_first(cause['refuted_if'])}"
        for _, cause in untested.dropna(subset="statement").head(TOLD).iterrows()
    ]
    headline = f"{upper_first(counted(len(backed), 'gap has', 'gaps have'))} a cause worth testing"
    return Answer(headline, "watch" if len(backed) else "unknown", tuple(told), tuple(decide))


def segment_sentence(explanation: Explanation | None, kpi: Kpi, currency: str) -> str:
    """Return where in the records a KPI's change sits, or that it sits nowhere in particular."""
    if explanation is None:
        return f"{kpi.name}: no records stand behind it, or they can't be broken down."
    change = f"{kpi.name} changed by {difference(kpi.scale * explanation.gap, kpi, currency)} against the weeks before"
    if explanation.verdict == "general":
        return f"{change}, alike everywhere: no segment is to blame."
    if explanation.verdict == "no change":
        return f"{change}, no more than chance explains."
    top = explanation.findings.iloc[0]
    part = difference(kpi.scale * top["contribution"], kpi, currency)
    return f"{change}; {segment_name(top['segment'])} accounts for {part} ({EFFECTS[top['effect']]})."


def segment_name(segment: Mapping[str, str]) -> str:
    """Return a segment in words: "source paid_social", or "everything alike"."""
    return " and ".join(f"{dimension} {value}" for dimension, value in segment.items()) or "everything alike"


def driver_name(driver: str) -> str:
    """Return a driver's id as words."""
    return driver.replace("_", " ")


def ahead(lag: int) -> str:
    """Return how far a driver is ahead, in words."""
    return f"{counted(lag, 'week')} earlier" if lag else "in the same week"


def claims(weighed: pd.DataFrame, measured: Mapping[str, pd.DataFrame], kpis: Catalogue) -> list[Claim]:
    """Return the hypotheses that are worth testing, the likeliest first, at most five."""
    return [_claim(cause, weighed, measured, kpis) for _, cause in _untested(weighed).head(RANKED).iterrows()]


def decided(weighed: pd.DataFrame, measured: Mapping[str, pd.DataFrame], kpis: Catalogue) -> list[Claim]:
    """Return the hypotheses about these gaps that a meeting confirmed or rejected; they are not proposed anew."""
    settled = weighed[weighed["decision"].isin(list(DECISIONS))]
    return [_claim(cause, weighed, measured, kpis) for _, cause in settled.iterrows()]


def data_sentence(measured: pd.DataFrame, family: str) -> str:
    """Return what everything that measures a cause family says, one clause for each."""
    told = [_measured(row) for row in measured[measured["family"] == family].to_dict("records")]
    return " ".join(dict.fromkeys(told)) or "Nothing in records or drivers measures it."


def people_sentence(cause: Mapping[Any, Any]) -> str:
    """Return how many of each group point at a cause family."""
    groups = {
        "of employees": cause["employees"],
        "of team leaders": cause["leaders"],
        "of interview statements about the KPI": cause["interviews"],
    }
    told = [f"{share:.0%} {group}" for group, share in groups.items() if share == share]
    return f"Pointing at it: {listed(told)}." if told else "Nobody was asked, or the groups are too small to be shown."


def score_sentence(cause: Mapping[Any, Any]) -> str:
    """Return how the score adds up."""
    parts = {"data": cause["data"], "people": _people(cause), "library": cause["known"]}
    told = [f"{name} {part:.2f}" for name, part in parts.items() if part == part]
    lost = not cause["score"] and any(part > 0 for part in parts.values())
    cancelled = " What is rejected or ruled out scores nothing." if lost else ""
    return f"Score {cause['score']:.2f}: {' + '.join(told)}.{cancelled}"


def _people(cause: Mapping[Any, Any]) -> float:
    shares = [cause[name] for name in ("employees", "leaders", "interviews") if cause[name] == cause[name]]
    return sum(shares) / len(shares) if shares else float("nan")


def _untested(weighed: pd.DataFrame) -> pd.DataFrame:
    """Return what is worth testing: known hypotheses, and families with more evidence than any hypothesis on them."""
    open_now = weighed[(weighed["score"] > 0) & ~weighed["decision"].isin(list(DECISIONS))]
    known = open_now[open_now["statement"].notna()].drop_duplicates("hypothesis")
    worded = weighed[weighed["statement"].notna()].groupby("family")["score"].max()
    stronger = open_now["score"] > open_now["family"].map(worded.to_dict()).astype(float).fillna(0.0)
    unworded = open_now["statement"].isna() & stronger
    unknown = open_now[unworded & open_now["verdict"].isin(["agree", "data only"])]
    found = pd.concat([known, unknown.drop_duplicates("family")])
    return found.sort_values("score", ascending=False, kind="stable")


def _claim(cause: pd.Series, weighed: pd.DataFrame, measured: Mapping[str, pd.DataFrame], kpis: Catalogue) -> Claim:
    family = FAMILIES[cause["family"]]
    known = isinstance(cause["statement"], str)
    alike = (weighed["family"] == cause["family"]) & weighed["statement"].isna()
    same = weighed["hypothesis"] == cause["hypothesis"] if known else alike
    names = [kpis[kpi].name for kpi in weighed.loc[same & (weighed["score"] > 0), "kpi"].unique()]
    of_kpi = measured.get(cause["kpi"])
    evidence = (
        f"It would explain {listed(names or [kpis[cause['kpi']].name])}.",
        *(() if of_kpi is None else (data_sentence(of_kpi, cause["family"]),)),
        people_sentence(cause.to_dict()),
        score_sentence(cause.to_dict()),
    )
    refuted = cause["refuted_if"] if known else "The KPI is as far off where none of the family's signs can be seen."
    statement = (
        cause["statement"]
        if known
        else f"The evidence points at {family}, and the library has no hypothesis for it: put it into words."
    )
    spoken = isinstance(cause["decision"], str) and cause["decision"] in DECISIONS
    return Claim(
        statement,
        upper_first(cause["decision"]) if spoken else VERDICTS[cause["verdict"]],
        DECISIONS[cause["decision"]] if spoken else VERDICT_TONES[cause["verdict"]],
        evidence,
        str(refuted),
        f"{upper_first(cause['decision'])} on {day(cause['decided_on'])} by {cause['decided_by']}: {cause['reason']}"
        if spoken
        else "",
    )


def _measured(row: Mapping[Any, Any]) -> str:
    what = row["what"]
    if row["source"] == "driver":
        name = f"{upper_first(driver_name(what['driver']))} ({ahead(int(what['lag']))})"
        if row["share"] == row["share"]:
            return f"{name} goes along with {row['share']:.0%} of the change ({_range(row)})."
        return f"{name}: at most {max(row['high'], 0):.0%} of the change."
    if isinstance(what, str):
        return f"No {what} stands out; one could carry at most {max(row['high'], 0):.0%} of the change."
    return f"{upper_first(segment_name(what))} carries {row['share']:.0%} of the change ({_range(row)})."


def _range(row: Mapping[Any, Any]) -> str:
    return f"{row['low']:.0%} to {row['high']:.0%}" if row["low"] == row["low"] else "by arithmetic"


def cause_sentence(cause: pd.Series) -> str:
    """Return which cause family has most evidence, and from whom."""
    if not cause["score"] > 0:
        return "Neither data, people nor the library point at a cause yet."
    sources = {
        "data": cause["data"],
        "employees": cause["employees"],
        "team leaders": cause["leaders"],
        "interviews": cause["interviews"],
        "the library of hypotheses": cause["known"],
    }
    who = listed([name for name, part in sources.items() if part > 0])
    return f"Most evidence is for {FAMILIES[cause['family']]} (from {who})."


def unread_sentence(count: int, *, reads: bool) -> Sequence[str]:
    """Return how much of what people wrote could not be read."""
    if not reads:
        return ["There is no params/statements.yaml, so own words were not read: only ticks and answers count."]
    if not count:
        return ["Every sentence could be read."]
    return [f"{upper_first(counted(count, 'sentence'))} could not be read with any certainty. Please read:"]
