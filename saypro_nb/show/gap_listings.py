"""The tables of gap identification: how wide each gap is, whether it is real, and where to look."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from saypro_nb.agree.library import Causes
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import comparisons, scope
from saypro_nb.show.cells import amounts, differences, named
from saypro_nb.show.charts import sparkline
from saypro_nb.show.html import Block
from saypro_nb.show.tables import Column, table
from saypro_nb.show.words import (
    ASSURANCE_TONES,
    ASSURANCES,
    CROSSCHECK_TONES,
    FAMILIES,
    KINDS,
    LIMITS,
    REFERENCES,
    SAID,
    STATES,
    STEPS,
    TONES,
    VARIATION_TONES,
    VARIATIONS,
    listed,
    odds,
    period,
    share,
    short_day,
    upper_first,
)

Row = Mapping[Hashable, Any]


def gaps(ranked: pd.DataFrame, points: pd.DataFrame, kpis: Catalogue, currency: str) -> Block:
    """Return every KPI with its last year, value, target, variance, variation, assurance, the most urgent first."""
    series = {str(kpi): rows for kpi, rows in points.groupby("kpi", sort=False)}
    shown = named(ranked, kpis).assign(
        last_year=ranked["kpi"].map(lambda kpi: sparkline(series[kpi], kpis[kpi], currency)),
        change=ranked["variation"].map(VARIATIONS),
        change_tone=ranked["variation"].map(VARIATION_TONES),
        reach=ranked["assurance"].map(ASSURANCES),
        reach_tone=ranked["assurance"].map(ASSURANCE_TONES),
        value_text=amounts(ranked, "value", kpis, currency),
        target_text=amounts(ranked, "target", kpis, currency),
        variance=ranked["value"] - ranked["target"],
    )
    shown["variance_text"] = differences(shown, "variance", kpis, currency)
    columns = [
        Column("name", "KPI"),
        Column("last_year", "Last year", kind="picture"),
        Column("value_text", "Value", kind="number", exported="value"),
        Column("target_text", "Target", kind="number", exported="target"),
        Column("variance_text", "Variance", kind="number", exported="variance"),
        Column("change", "Variation", kind="badge", tone="change_tone"),
        Column("reach", "Assurance", kind="badge", tone="reach_tone"),
    ]
    return table(
        shown,
        columns,
        caption="Every KPI, the most urgent first",
        file_name="kpis",
        empty="This department has no KPI with a value.",
    )


def compared(ranked: pd.DataFrame, kpis: Catalogue, currency: str) -> Block:
    """Return each KPI against its target, its benchmark and its usual level, in its unit and in percent."""
    shown = named(comparisons.compare(ranked, kpis), kpis)
    shown = shown.assign(
        against=shown["against"].map(REFERENCES),
        measured=_periods(shown, kpis),
        value_text=amounts(shown, "value", kpis, currency),
        reference_text=amounts(shown, "reference", kpis, currency),
        variance_text=differences(shown, "variance", kpis, currency),
        percent_text=shown["variance_percent"].map(share),
        word=shown["verdict"].map({"good": "Good", "bad": "Short", "even": "Even", "none": "Neither"}),
        tone=shown["verdict"].map({"good": "good", "bad": "concern", "even": "neutral", "none": "neutral"}),
    )
    columns = [
        Column("name", "KPI"),
        Column("measured", "Measured in"),
        Column("value_text", "Value", kind="number", exported="value"),
        Column("against", "Against"),
        Column("reference_text", "Which is", kind="number", exported="reference"),
        Column("variance_text", "Variance", kind="number", exported="variance"),
        Column("percent_text", "Of it", kind="number", exported="variance_percent"),
        Column("word", "Verdict", kind="badge", tone="tone"),
    ]
    return table(
        shown, columns, caption="Against target, benchmark and own history", file_name="comparisons", empty="No value."
    )


def verdicts(ranked: pd.DataFrame, kpis: Catalogue) -> Block:
    """Return what was found of each KPI, since when, and how often chance alone would look as bad."""
    shown = named(ranked, kpis).assign(
        word=ranked["state"].map(STATES),
        tone=ranked["state"].map(TONES),
        begun=[_begun(row, kpis) for row in ranked.to_dict("records")],
        found=ranked["kind"].map(KINDS).where(~ranked["state"].isin(["steady", "by_chance", "untested"])),
        odds=ranked["p"].map(odds),
        judged=[_judged(row) for row in ranked.to_dict("records")],
    )
    columns = [
        Column("name", "KPI"),
        Column("word", "Verdict", kind="badge", tone="tone"),
        Column("begun", "Since"),
        Column("found", "What was found"),
        Column("odds", "As bad by chance", exported="p"),
        Column("judged", "Judged by"),
    ]
    return table(shown, columns, caption="What was found, and since when", file_name="verdicts", empty="No value.")


def _periods(rows: pd.DataFrame, kpis: Catalogue) -> list[str]:
    return [period(first.date(), kpis[kpi].every) for first, kpi in zip(rows["period"], rows["kpi"], strict=True)]


def _begun(row: Row, kpis: Catalogue) -> str:
    if pd.isna(row["since"]):
        return ""
    return period(row["since"].date(), kpis[row["kpi"]].every) + (" or earlier" if row["or_earlier"] else "")


def _judged(row: Row) -> str:
    if row["evidence"] == "calibrated":
        return "its history"
    return "its chart" + (f": {row['fallback']}" if row["fallback"] else "")


def priorities(ranked: pd.DataFrame, kpis: Catalogue) -> Block:
    """Return the parts of each gap's priority."""
    columns = [
        Column("name", "KPI"),
        Column("size", "Size", kind="number", decimals=2),
        Column("weight", "Weight", kind="number", decimals=1),
        Column("signal_factor", "Signal", kind="number", decimals=1),
        Column("trend_factor", "Trend", kind="number", decimals=2),
        Column("priority", "Priority", kind="number", decimals=2),
    ]
    return table(named(ranked, kpis), columns, caption="How each priority comes about", file_name="priorities")


def areas(ranked: pd.DataFrame, kpis: Catalogue) -> Block:
    """Return the areas in which the shortlisted gaps lie, and how much of the department's priority each holds."""
    found = scope.areas(ranked, kpis)
    shown = found.assign(
        area=found["area"].map(upper_first), gaps=[listed([kpis[kpi].name for kpi in owned]) for owned in found["kpis"]]
    )
    columns = [
        Column("area", "Area"),
        Column("gaps", "Gaps in it"),
        Column("share", "Of the priority, %", kind="number", decimals=0),
        Column("looks_at", "What it usually points at"),
    ]
    empty = "No gap is on the shortlist, so there is no area to look into."
    return table(shown, columns, caption="Where to look", file_name="areas", empty=empty)


def questions(ranked: pd.DataFrame, kpis: Catalogue, causes: Causes) -> Block:
    """Return what the root-cause analysis is to ask of each shortlisted gap, and what would refute each cause."""
    found = named(scope.questions(ranked, kpis, causes), kpis)
    shown = found.assign(first=found["step"].map(STEPS), family_name=found["family"].map(FAMILIES))
    columns = [
        Column("name", "KPI"),
        Column("first", "First step"),
        Column("statement", "It may be that"),
        Column("refuted_if", "Refuted if"),
        Column("family_name", "Cause family"),
    ]
    empty = "No gap is on the shortlist, so there is nothing to explain."
    return table(shown, columns, caption="Questions for the root-cause analysis", file_name="questions", empty=empty)


def crosscheck(checked: pd.DataFrame, kpis: Catalogue, departments: dict[str, str]) -> Block:
    """Return what people say of each KPI against what its figures say; `departments` gives their names."""
    shown = named(checked, kpis).assign(
        who=[departments.get(speaker, "") for speaker in checked["speaker"]],
        they_say=checked["said"].map(SAID),
        figures_say=checked["figures"].map(SAID),
        tone=checked["verdict"].map(CROSSCHECK_TONES),
        word=checked["verdict"].map(upper_first, na_action="ignore"),
        home=[listed([kpis[kpi].name if kpi in kpis else kpi for kpi in gaps]) for gaps in checked["at_home"]],
    )
    columns = [
        Column("name", "KPI"),
        Column("who", "Who speaks of it"),
        Column("statements", "Statements", kind="number"),
        Column("they_say", "They say"),
        Column("figures_say", "The figures say"),
        Column("word", "Both together", kind="badge", tone="tone"),
        Column("home", "The speakers' own gaps"),
    ]
    empty = "No interview speaks of a KPI, and no gap is on the shortlist."
    return table(
        shown, columns, caption="What people say, and what the figures say", file_name="crosscheck", empty=empty
    )


def crosscheck_by_area(checked: pd.DataFrame, kpis: Catalogue) -> Block:
    """Return what figures, interviews, employees and team leaders say of each area of the department's KPIs."""
    shown = checked.assign(
        area_name=checked["area"].map(upper_first),
        gaps=[listed([kpis[kpi].name for kpi in owned]) for owned in checked["kpis"]],
        figures_say=checked["figures"].map(SAID),
        interviews_say=checked["interviews"].map(SAID),
        tone=checked["verdict"].map(CROSSCHECK_TONES),
        word=checked["verdict"].map(upper_first, na_action="ignore"),
    )
    columns = [
        Column("area_name", "Area"),
        Column("gaps", "KPIs in it"),
        Column("figures_say", "The figures say"),
        Column("interviews_say", "Interviews say"),
        Column("employees", "Employees point at it"),
        Column("leaders", "Team leaders point at it"),
        Column("word", "All together", kind="badge", tone="tone"),
    ]
    caption = "What figures, interviews and forms say, area by area"
    return table(shown, columns, caption=caption, file_name="areas_crosscheck", empty="This department has no KPI.")


def coverage(points: pd.DataFrame, ranked: pd.DataFrame, kpis: Catalogue) -> Block:
    """Return how many values each KPI has, how many periods are missing, since when, and how its limits are set."""
    of_kpi = points.groupby("kpi", sort=False)
    counted = pd.DataFrame(
        {
            "values": of_kpi["value"].count(),
            "holes": of_kpi["value"].apply(lambda value: int(value.isna().sum())),
            "first": of_kpi["period"].min(),
        }
    )
    shown = named(ranked, kpis).merge(counted, left_on="kpi", right_index=True)
    shown = shown.assign(
        limits_word=shown["limits"].map(LIMITS),
        rebased_text=[_rebased(row) for row in shown.to_dict("records")],
    )
    columns = [
        Column("name", "KPI"),
        Column("every", "Measured every"),
        Column("values", "Values", kind="number"),
        Column("holes", "Missing", kind="number"),
        Column("first", "Since"),
        Column("limits_word", "Limits from"),
        Column("rebased_text", "Judged anew since"),
    ]
    return table(shown, columns, caption="What the data can carry", file_name="coverage")


def _rebased(row: Row) -> str:
    if pd.isna(row["rebased"]):
        return ""
    return f"{short_day(row['rebased'])}: {row['rebase_reason']} ({row['rebase_author']})"
