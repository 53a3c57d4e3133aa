"""Numbers, dates and lists as a reader says them."""

import datetime
import unicodedata
from collections.abc import Sequence
from math import floor, inf, isnan, log10

from saypro_nb.agree.schema import Cadence, Kpi
from saypro_nb.show.theme import ToneName

MINUS = "\N{MINUS SIGN}"
MISSING = "–"
_SPACE = "\N{NO-BREAK SPACE}"
_SUFFIX = {"percent": f"{_SPACE}%", "hours": f"{_SPACE}h", "days": f"{_SPACE}days"}
SMALL_MONEY = 1000  # below, cents matter: a cost per lead, a price
_DECIMALS = {"percent": 1, "hours": 1, "days": 1, "score": 1, "ratio": 2, "count": 0, "money": 0}

STATES = {
    "worse": "Changed for the worse",
    "unstable": "On target, but unstable",
    "failing": "Can't meet its target as it is",
    "drifting": "On target, drifting away",
    "watch": "Worth watching",
    "better": "Changed for the better",
    "by_chance": "Met or missed by chance",
    "steady": "Steady",
    "untested": "No target, no signal",
    "too_short": "Too few values to judge",
    "missing": "No value",
}
"""What a gap's state is called before people (see `review.gaps`)."""

TONES: dict[str, ToneName] = {
    "worse": "concern",
    "unstable": "concern",
    "failing": "watch",
    "drifting": "watch",
    "watch": "neutral",
    "better": "good",
    "by_chance": "neutral",
    "steady": "neutral",
    "untested": "neutral",
    "too_short": "unknown",
    "missing": "unknown",
}
"""The tone in which a state is shown."""

VARIATIONS = {
    "concern": "Worse",
    "improvement": "Better",
    "neutral_high": "Higher",
    "neutral_low": "Lower",
    "common_cause": "Common cause",
}
"""What the last point of a process-behaviour chart is called (see `review.signals`)."""

VARIATION_TONES = {
    "concern": "concern",
    "improvement": "good",
    "neutral_high": "neutral",
    "neutral_low": "neutral",
    "common_cause": "neutral",
}

ASSURANCES = {
    "pass": "Meets its target",
    "fail": "Can't meet it as it is",
    "hit_or_miss": "Hit or miss",
    "none": "No target",
}
"""Whether a process will meet its target (see `review.signals.assurance`)."""

ASSURANCE_TONES = {"pass": "good", "fail": "concern", "hit_or_miss": "neutral", "none": "unknown"}

KINDS = {
    "level": "its level has changed",
    "single week": "one week by itself",
    "spread": "it scatters more widely",
    "outside": "a point beyond the limits",
    "shift": "seven in a row on one side",
    "trend": "seven in a row in one direction",
    "two_of_three": "two of three near a limit",
}
"""What a verdict rests on: a kind of calibrated evidence, or a rule of the process-behaviour chart."""

LIMITS = {"values": "its values (XmR)", "share": "its cases (p′)", "rate": "its exposure (u′)"}
"""What the limits of a process-behaviour chart are computed from (see `review.signals`)."""

ANSWERS = {
    "improved": "Improved",
    "worsened": "Worsened",
    "no effect found": "No effect found",
    "too early to tell": "Too early to tell",
    "can't be told": "Can't be told",
}
"""What an action did to its KPI (see `review.effects`)."""

ANSWER_TONES: dict[str, ToneName] = {
    "improved": "good",
    "worsened": "concern",
    "no effect found": "watch",
    "too early to tell": "neutral",
    "can't be told": "unknown",
}

REFERENCES = {"target": "target", "benchmark": "benchmark", "usual": "usual level"}

STEPS = {
    "find_the_change": "Find out what happened when it began",
    "find_the_wobble": "Compare good periods with bad ones",
    "redesign_or_retarget": "Ask what the process would need, or whether the target is right",
    "act_before_it_crosses": "Act before it misses its target",
}
"""What to do first about a gap (see `review.scope`)."""

SAID = {"trouble": "trouble", "sound": "no trouble", "mixed": "both", "unclear": "not clear", "unknown": "can't tell"}
"""What people, or figures, say of a KPI (see `review.crosscheck`)."""

CROSSCHECK_TONES: dict[str, ToneName] = {
    "agree": "neutral",
    "contradict": "concern",
    "data only": "watch",
    "people only": "watch",
    "mixed": "neutral",
}

FAMILIES = {
    "resources": "resource shortages",
    "training": "lack of training",
    "processes": "inefficient processes",
    "engagement": "poor customer engagement",
    "alignment": "misalignment of teams and goals",
}

SHORT_FAMILIES = {
    "resources": "Resources",
    "training": "Training",
    "processes": "Processes",
    "engagement": "Customers",
    "alignment": "Alignment",
}
"""The cause families as column titles."""

VERDICTS = {
    "agree": "Data and people",
    "contradict": "People, against data",
    "data only": "Data only",
    "people only": "People only",
    "ruled out": "Ruled out",
    "unclear": "Unclear",
}
"""What is called how data and people fit (see `review.triangulation`)."""

VERDICT_TONES: dict[str, ToneName] = {
    "agree": "concern",
    "contradict": "neutral",
    "data only": "watch",
    "people only": "watch",
    "ruled out": "good",
    "unclear": "unknown",
}

FORMS = {"employee": "Employees", "team_leader": "Team leaders"}
SPEAKERS = {"employee": "Employees", "leader": "Leaders", "anybody": "Anybody"}

EFFECTS = {
    "rate": "its own level changed",
    "mix": "its share of the whole changed",
    "volume": "its volume changed",
    "new": "it is new",
    "gone": "it is gone",
}
"""How a segment moves a KPI (see `review.segments`)."""


def amount(value: float | None, kpi: Kpi, currency: str, *, signed: bool = False, exact_to: float = inf) -> str:
    """Return `value` in the KPI's unit, such as 17.0 %, $250,000 or 6.0 h; "–" where it is missing.

    It has as many decimals as it takes to tell `exact_to` from nothing, and never fewer than the unit usually has.
    """
    if value is None or isnan(value):
        return MISSING
    usual = 2 if kpi.unit == "money" and abs(value) < SMALL_MONEY else _DECIMALS[kpi.unit]
    decimals = max(usual, -floor(log10(exact_to))) if 0 < exact_to < inf else usual
    rounded = round(value, decimals) + 0.0
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    number = f"{abs(rounded):,.{decimals}f}"
    return f"{sign}{currency if kpi.unit == 'money' else ''}{number}{_SUFFIX.get(kpi.unit, '')}"


def difference(value: float | None, kpi: Kpi, currency: str, *, exact_to: float = inf) -> str:
    """Return a difference of two values with its sign; that of two percentages is in percentage points."""
    said = amount(value, kpi, currency, signed=True, exact_to=exact_to)
    return said.replace(f"{_SPACE}%", f"{_SPACE}points") if kpi.unit == "percent" else said


def day(date: datetime.date) -> str:
    """Return a date as 22 June 2026."""
    return f"{date.day}{_SPACE}{date:%B}{_SPACE}{date.year}"


def short_day(date: datetime.date) -> str:
    """Return a date as 22 Jun 2026, for tables; it never breaks over two lines."""
    return f"{date.day}{_SPACE}{date:%b}{_SPACE}{date.year}"


def period(first: datetime.date, every: Cadence) -> str:
    """Return a period as "week of 22 June 2026", "March 2019" or "quarter 2 of 2026"."""
    if every == "week":
        return f"week of {day(first)}"
    return f"{first:%B} {first.year}" if every == "month" else f"quarter {(first.month + 2) // 3} of {first.year}"


def share(percent: float) -> str:
    """Return a share of a reference, such as +12 % or −4 %; "–" where it is missing."""
    if isnan(percent):
        return MISSING
    rounded = round(percent) + 0
    return f"{'+' if rounded > 0 else MINUS if rounded < 0 else ''}{abs(rounded):,}{_SPACE}%"


def odds(chance: float) -> str:
    """Return a small probability as people say it: "1 in 40"; "often" from one half on, "–" where it is missing."""
    if isnan(chance):
        return MISSING
    if chance >= 0.5:
        return "often"
    return f"1 in {1 / chance:,.0f}" if chance > 1e-6 else "less than 1 in a million"


def listed(items: Sequence[str]) -> str:
    """Return the items as they are said: "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: "no gap", "one gap", "4 gaps"."""
    number = {0: "no", 1: "one"}.get(count, str(count))
    return f"{number} {one if count == 1 else many or one + 's'}"


def upper_first(text: str) -> str:
    """Return the text as it opens a sentence."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Return a sentence as it goes on after a colon; what begins with an abbreviation, such as CRM, stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def one_line(text: str) -> str:
    """Return the text on one line, without characters that steer a terminal, a mail's header or the reading order."""
    return "".join(
        letter for letter in " ".join(text.split()) if not unicodedata.category(letter).startswith("C")
    ).strip()
