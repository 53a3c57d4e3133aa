"""Triangulation: what data and people say of each cause family of a gap, side by side.

Data speak through the signs in params/causes.yaml: a sign names the drivers and the dimensions of records that
measure it. People speak through their forms, and through interviews where five statements or more are about the KPI.

    data say     yes      something that measures the family carries a tenth of the change or more
                 no       everything that measures it carries less, at 95 %
                 unclear  it may or may not
                 None     nothing measures it, or the KPI has not changed
    people say   yes      a group in which clearly more than a fifth point at it
                 no       clearly fewer do, in every group that was asked
                 unclear  it may be either
                 None     nobody was asked, or the groups are too small to be shown

    agree        both say yes
    contradict   people say yes, data no
    data only    data say yes, people do not
    people only  people say yes, and nothing measures it clearly
    ruled out    both say no
    unclear      anything else
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import pandas as pd

from saypro_nb.agree.library import CauseFamily, Causes
from saypro_nb.agree.schema import Family
from saypro_nb.review.segments import Explanation
from saypro_nb.review.voices import SMALLEST_GROUP, Heard, answer

Says = Literal["yes", "no", "unclear"] | None
Verdict = Literal["agree", "contradict", "data only", "people only", "ruled out", "unclear"]

LEAST_SHARE = 0.10  # of the change: what carries less is not what the meeting looks for
MEASURED = ["family", "sign", "source", "what", "says", "share", "low", "high"]


def measure(
    explanation: Explanation | None, moved: pd.DataFrame | None, records: str | None, causes: Causes
) -> pd.DataFrame:
    """Return a row per cause family, sign and what measures it, with what that says of the change.

    ``source`` is segment or driver; ``what`` the segment (dimension to value), the dimension of which none was named,
    or the driver with its lag in weeks; ``share`` the part of the change it carries (missing where it was not named)
    with its 95 % interval; ``says`` yes, no or unclear. `moved` is the outcome of `driver_shares.shares`; `records`
    is the name of the KPI's records table. Without a change (`explanation` says so, or there is no `moved`) they say
    nothing.
    """
    rows = [
        {"family": family, "sign": sign.sign, **found}
        for family, facts in causes.families.items()
        for sign in facts.signs
        for found in (
            *_of_segments(explanation, _dimensions(sign.dimensions, records)),
            *_of_drivers(moved, sign.drivers),
        )
    ]
    return pd.DataFrame(rows, columns=MEASURED)


def data_say(measured: pd.DataFrame, family: Family) -> Says:
    """Return what everything that measures the family says together."""
    said = set(measured.loc[measured["family"] == family, "says"])
    return "yes" if "yes" in said else "unclear" if "unclear" in said else "no" if said else None


def people_say(heard: Heard, kpi: str, family: Family) -> Says:
    """Return what employees, team leaders and interviews say together: one group is enough for yes."""
    said = {str(said) for said in heard.of_family(family)["said"]} | {_interviewed(heard, kpi, family)}
    return "yes" if "yes" in said else "unclear" if "unclear" in said else "no" if "no" in said else None


def verdict(data: Says, people: Says) -> Verdict:
    """Return how both sides fit."""
    if data == "yes":
        return "agree" if people == "yes" else "data only"
    if people == "yes":
        return "contradict" if data == "no" else "people only"
    return "ruled out" if (data, people) == ("no", "no") else "unclear"


def measures_of(family: CauseFamily) -> Iterator[tuple[str, str]]:
    """Return each sign of the family with what measures it, in words; empty where nothing does."""
    for sign in family.signs:
        yield sign.sign, ", ".join([*sign.drivers, *(f"by {name.split('.')[-1]}" for name in sign.dimensions)])


def _interviewed(heard: Heard, kpi: str, family: Family) -> str:
    about = heard.about(kpi)
    if len(about) < SMALLEST_GROUP:
        return "hidden"
    return answer(float(about["families"].str.split(";").map(lambda named: family in named).mean()), len(about))


def _dimensions(named: Iterable[str], records: str | None) -> list[str]:
    """Return the dimensions that are columns of the `records`."""
    parts = [name.rpartition(".") for name in named]
    return [dimension for table, _, dimension in parts if table in ("", records)]


def _of_segments(explanation: Explanation | None, dimensions: Iterable[str]) -> Iterator[dict[str, Any]]:
    if explanation is None or explanation.verdict == "no change":
        return
    limits = dict(zip(explanation.limits["dimension"], explanation.limits["most"], strict=True))
    for dimension in dimensions:
        found = explanation.findings[explanation.findings["segment"].map(lambda segment, at=dimension: at in segment)]
        for row in found.to_dict("records"):
            ends = {name: row[name] / explanation.gap for name in ("low", "high")}
            known = {"share": row["share"], "low": min(ends.values()), "high": max(ends.values())}
            yield {"source": "segment", "what": row["segment"], **known, "says": _says(known)}
        if found.empty and dimension in limits:
            known = {"share": float("nan"), "low": float("nan"), "high": limits[dimension]}
            yield {"source": "segment", "what": dimension, **known, "says": _says(known)}


def _of_drivers(moved: pd.DataFrame | None, drivers: Iterable[str]) -> Iterator[dict[str, Any]]:
    if moved is None:
        return
    for driver in drivers:
        rows = moved[moved["driver"] == driver]
        # Of one that is not named, the lag at which it could carry most is shown.
        shown = rows[rows["named"]] if rows["named"].any() else rows.sort_values("high").tail(1)
        for row in shown.to_dict("records"):
            what = {"driver": driver, "lag": row["lag"]}
            yield {"source": "driver", "what": what, **{name: row[name] for name in MEASURED[5:]}, "says": _says(row)}


def _says(found: Mapping[Any, Any]) -> Says:
    """Return yes where the share is a tenth or more, no where its interval lies below, else unclear."""
    if found["share"] >= LEAST_SHARE:
        return "yes"
    most = found["share"] if pd.isna(found["high"]) else found["high"]  # what is new or gone has no interval
    return "no" if most < LEAST_SHARE else "unclear"
