"""The tables of phase 2: segments, drivers, what people say, and the evidence of each cause family."""

from collections.abc import Mapping

import pandas as pd

from saypro_nb.agree.library import Causes
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.driver_shares import Associated
from saypro_nb.review.segments import Explanation
from saypro_nb.review.triangulation import measures_of
from saypro_nb.show.blocks import details, notes, stack
from saypro_nb.show.cause_findings import (
    data_sentence,
    driver_name,
    people_sentence,
    segment_name,
    segment_sentence,
    unread_sentence,
)
from saypro_nb.show.cells import named
from saypro_nb.show.html import Block
from saypro_nb.show.tables import Column, table
from saypro_nb.show.words import (
    EFFECTS,
    FAMILIES,
    FORMS,
    SHORT_FAMILIES,
    SPEAKERS,
    VERDICT_TONES,
    VERDICTS,
    difference,
    upper_first,
)


def located(explanations: Mapping[str, Explanation], kpis: Catalogue, currency: str) -> Block:
    """Return the segments that explain each KPI's change, or the verdict that none does."""
    rows = [
        {
            "kpi": kpi,
            "segment": segment_name(found["segment"]),
            "effect": EFFECTS[found["effect"]],
            **{part: found[part] for part in ("contribution", "low", "high")},
        }
        for kpi, explanation in explanations.items()
        for _, found in explanation.findings.iterrows()
    ] + [
        {"kpi": kpi, "segment": "no one segment", "effect": segment_sentence(explanation, kpis[kpi], currency)}
        for kpi, explanation in explanations.items()
        if explanation.findings.empty
    ]
    parts = ["contribution", "low", "high"]
    shown = pd.DataFrame(rows, columns=["kpi", "segment", "effect", *parts])
    shown[parts] = shown[parts].astype(float).mul([kpis[kpi].scale for kpi in shown["kpi"]], axis=0)
    for part in parts:
        shown[f"{part}_text"] = [
            difference(value, kpis[kpi], currency) for value, kpi in zip(shown[part], shown["kpi"], strict=True)
        ]
    columns = [
        Column("name", "KPI"),
        Column("segment", "Segment"),
        Column("effect", "How"),
        Column("contribution_text", "Its part of the change", kind="number", exported="contribution"),
        Column("low_text", "From", kind="number", exported="low"),
        Column("high_text", "To (95 %)", kind="number", exported="high"),
    ]
    empty = "No KPI on the shortlist has records to break it down by."
    return table(named(shown, kpis), columns, caption="Where each change sits", file_name="segments", empty=empty)


def associations(found: Mapping[str, Associated], kpis: Catalogue, currency: str) -> Block:
    """Return the drivers that move with each KPI."""
    rows = [one.found.table.assign(kpi=kpi) for kpi, one in found.items() if len(one.found.table)]
    known = ["kpi", "driver", "lag", "coefficient", "low", "high"]
    shown = pd.concat(rows, ignore_index=True)[known] if rows else pd.DataFrame(columns=known)
    each = list(zip(shown["kpi"], shown["coefficient"], shown["low"], shown["high"], strict=True))
    shown = named(shown, kpis).assign(
        driver=shown["driver"].map(driver_name),
        more=[difference(value, kpis[kpi], currency) for kpi, value, _, _ in each],
        range=[
            f"{difference(low, kpis[kpi], currency)} to {difference(high, kpis[kpi], currency)}"
            for kpi, _, low, high in each
        ],
    )
    columns = [
        Column("name", "KPI"),
        Column("driver", "Driver"),
        Column("lag", "Weeks ahead", kind="number", decimals=0),
        Column("more", "KPI per unit of the driver", kind="number", exported="coefficient"),
        Column("range", "95 % interval"),
    ]
    empty = "No driver moves with a KPI of the shortlist more closely than chance would."
    return table(shown, columns, caption="Drivers that move with the KPI", file_name="drivers", empty=empty)


def voices(said: pd.DataFrame) -> Block:
    """Return what each group says about each cause family."""
    shown = said.assign(
        group=said["form"].map(FORMS),
        family_name=said["family"].map(FAMILIES),
        percent=100 * said["share"].astype(float),
    )
    columns = [
        Column("family_name", "Cause family"),
        Column("group", "Who"),
        Column("forms", "Forms", kind="number"),
        Column("percent", "Point at it, %", kind="number", decimals=0),
        Column("said", "Several say so"),
    ]
    return table(shown, columns, caption="What people say", file_name="voices", empty="Nobody has filled in a form.")


def themes(counted: pd.DataFrame) -> Block:
    """Return how many employees, and how many team leaders, bring up each theme."""
    shown = counted.assign(
        group=counted["form"].map(FORMS),
        theme=counted["theme"].map(upper_first),
        percent=100 * counted["share"].astype(float),
    ).sort_values(["form", "percent"], ascending=[True, False], kind="stable")
    columns = [
        Column("theme", "Theme"),
        Column("group", "Who"),
        Column("mentioned", "Bring it up", kind="number", decimals=0),
        Column("forms", "Of forms", kind="number"),
        Column("percent", "%", kind="number", decimals=0),
    ]
    empty = "No form has been read."
    return table(shown, columns, caption="Themes that come back", file_name="themes", empty=empty)


def quotes(found: pd.DataFrame, *, caption: str, file_name: str) -> Block:
    """Return what people said, by group and cause family, without their names."""
    who = found["form"].map(FORMS) if "form" in found else found["speaker"].map(SPEAKERS)
    shown = found.assign(group=who, family_name=found["family"].map(FAMILIES))
    columns = [
        Column("quote", "In their words"),
        Column("family_name", "Read as"),
        Column("group", "Who"),
        Column("said_by", "Say the like", kind="number", decimals=0),
    ]
    empty = "No group of five or more has said anything that points at a cause."
    return table(shown, columns, caption=caption, file_name=file_name, empty=empty)


def unread(left: pd.DataFrame, *, reads: bool) -> Block:
    """Return the sentences that a person must read."""
    said = notes(unread_sentence(len(left), reads=reads))
    if left.empty:
        return said
    shown = left.assign(group=left["form"].map(FORMS))
    columns = [Column("quote", "In their words"), Column("group", "Who")]
    return stack(said, table(shown, columns, caption="Unclassified, please read", file_name="please_read"))


def matrix(weighed: pd.DataFrame, kpis: Catalogue) -> Block:
    """Return for each gap how data and people fit on every cause family."""
    words = weighed.pivot(index="kpi", columns="family", values="verdict").reindex(weighed["kpi"].unique())
    families = [family for family in SHORT_FAMILIES if family in words]
    shown = named(words[families].map(VERDICTS.get).reset_index(), kpis)
    tones = words[families].map(VERDICT_TONES.get).add_suffix("_tone").reset_index(drop=True)
    columns = [
        Column("name", "Gap"),
        *(Column(family, SHORT_FAMILIES[family], kind="badge", tone=f"{family}_tone") for family in families),
    ]
    return table(
        pd.concat([shown, tones], axis=1),
        columns,
        caption="Who points at which cause",
        file_name="triangulation",
        empty="There is no gap to explain.",
    )


def evidence(weighed: pd.DataFrame, measured: Mapping[str, pd.DataFrame], kpis: Catalogue) -> Block:
    """Return, folded away for each gap, what data and people say of every family, and how its score adds up."""
    folded = [
        details(
            f"{kpis[str(kpi)].name}: the evidence", _evidence(rows, measured[str(kpi)], kpis[str(kpi)].name, str(kpi))
        )
        for kpi, rows in weighed.groupby("kpi", sort=False)
    ]
    return stack(*folded) if folded else notes(["There is no evidence to show."])


def _evidence(rows: pd.DataFrame, measured: pd.DataFrame, name: str, kpi: str) -> Block:
    each = rows.to_dict("records")
    people = rows[["employees", "leaders", "interviews"]].astype(float).mean(axis=1)
    shown = rows.assign(
        family_name=rows["family"].map(FAMILIES),
        data_words=[data_sentence(measured, cause["family"]) for cause in each],
        people_words=[people_sentence(cause) for cause in each],
        data=rows["data"].astype(float),
        people=people,
    )
    columns = [
        Column("family_name", "Cause family"),
        Column("data_words", "Data"),
        Column("people_words", "People"),
        Column("data", "Data's part", kind="number", decimals=2),
        Column("people", "People's part", kind="number", decimals=2),
        Column("known", "Library's part", kind="number", decimals=2),
        Column("score", "Score", kind="number", decimals=2),
    ]
    return table(shown, columns, caption=f"{name}: what speaks for and against", file_name=f"evidence_{kpi}")


def signs(library: Causes) -> Block:
    """Return the signs of each cause family, and what measures them."""
    rows = [
        {"sign": sign, "family": facts.name, "measured": measured or None}
        for facts in library.families.values()
        for sign, measured in measures_of(facts)
    ]
    columns = [Column("sign", "Sign"), Column("family", "Cause family"), Column("measured", "Measured by")]
    return table(pd.DataFrame(rows), columns, caption="Signs of each cause family", file_name="signs")
