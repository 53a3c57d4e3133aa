import datetime

import pandas as pd
import pytest

from saypro_nb.agree.schema import Kpi
from saypro_nb.show import findings


def kpi(**facts: object) -> Kpi:
    usual = {"name": "Conversion", "unit": "percent", "better": "higher", "perspective": "customer", "every": "week"}
    return Kpi(**(usual | {"formula": "as given", "points_at": "poor leads"} | facts))


def gap(state: str, **facts: object) -> dict[str, object]:
    usual = {
        "kpi": "conversion",
        "priority": 1.0,
        "assurance": "hit_or_miss",
        "value": 17.0,
        "target": 20.0,
        "gap": 3.0,
        "state": state,
        "since": pd.NaT,
    }
    return usual | {"shortlisted": state in ("worse", "failing", "drifting")} | facts


def ranked(*states: str) -> pd.DataFrame:
    return pd.DataFrame([gap(state, since=pd.Timestamp("2026-03-30")) for state in states])


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def sentence(state: str, **facts: object) -> str:
    return plain(findings.gap_sentence(pd.Series(gap(state, **facts)), kpi(), "$"))


def test_a_change_for_the_worse_is_dated() -> None:
    assert sentence("worse", since=pd.Timestamp("2026-03-30")) == (
        "Conversion is 17.0 % against a target of 20.0 %, 3.0 points short. "
        "It has been worse than chance explains since the week of 30 March 2026."
    )


def test_a_change_in_a_monthly_kpi_is_dated_by_its_month() -> None:
    facts = pd.Series(gap("worse", since=pd.Timestamp("2025-09-01")))
    assert plain(findings.gap_sentence(facts, kpi(every="month"), "$")).endswith("explains since September 2025.")


def test_a_target_out_of_reach_is_said_to_be_the_usual_level() -> None:
    assert sentence("failing").endswith("the process can't meet this target as it is, whatever one week shows.")


def test_a_drift_above_target_misses_nothing_yet() -> None:
    told = sentence("drifting", value=21.0, gap=-1.0)
    assert told.startswith(
        "Conversion is 21.0 % against a target of 20.0 %, which it still meets. It is clearly moving"
    )


def test_where_less_is_better_a_miss_is_over() -> None:
    told = findings.gap_sentence(pd.Series(gap("failing", value=30.0, gap=10.0)), kpi(better="lower"), "$")
    assert "10.0 points over." in plain(told)


@pytest.mark.parametrize(
    ("states", "headline", "tone"),
    [
        (["worse", "failing", "steady"], "2 gaps to look into (one change for the worse)", "concern"),
        (["failing"], "One gap to look into", "watch"),
        (["drifting", "by_chance"], "One gap to look into", "watch"),
        (["steady", "better"], "No gap that deserves the meeting's time", "good"),
        (["missing", "too_short"], "Too little data to judge", "unknown"),
        (["missing", "missing", "steady"], "No gap found, but 2 of 3 KPIs can't be judged", "unknown"),
        ([], "Too little data to judge", "unknown"),
    ],
)
def test_a_department_is_as_good_as_its_weakest_kpi(states: list[str], headline: str, tone: str) -> None:
    table = ranked(*states) if states else ranked("steady").iloc[:0]
    assert (findings.gaps_headline(table), findings.gaps_tone(table)) == (headline, tone)


def test_kpis_that_miss_by_chance_are_said_to_need_no_explanation() -> None:
    told = findings.gaps(ranked("by_chance", "by_chance", "better"), {"conversion": kpi()}, "$").sentences
    assert told == (
        "One KPI has changed for the better.",
        "2 KPIs meet or miss their targets by chance alone: one bad period of these needs no explanation.",
    )


def moved(state: str, *, was: str, judged: tuple[tuple[str, str, str], ...] = ()) -> dict[str, object]:
    return {
        "kpi": "conversion",
        "was": was,
        "state": state,
        "was_shortlisted": was in ("worse", "failing", "drifting"),
        "shortlisted": state in ("worse", "failing", "drifting"),
        "judged": judged,
    }


@pytest.mark.parametrize(
    ("was", "state", "told"),
    [
        ("steady", "worse", "Conversion is new on the shortlist: changed for the worse."),
        ("drifting", "worse", "Conversion stays on it, now because: changed for the worse."),
        ("worse", "steady", "Conversion has left the shortlist: steady."),
        ("steady", "by_chance", "The shortlist is the same."),
    ],
)
def test_what_came_onto_or_left_the_shortlist_is_told(was: str, state: str, told: str) -> None:
    found = changes(moved(state, was=was))
    assert plain(found.since) == "the week of 15 June 2026"
    assert found.sentences == (told,)
    assert found.judged == ()


def changes(row: dict[str, object]) -> findings.Changes:
    return findings.changes(pd.DataFrame([row]), datetime.date(2026, 6, 15), "week", {"conversion": kpi()}, "$")


def test_a_kpi_with_another_target_is_not_told_to_have_become_better() -> None:
    found = changes(moved("steady", was="failing", judged=(("target", "20.0", "15.0"),)))
    assert found.sentences == ("Otherwise the shortlist is the same.",)
    assert [plain(sentence) for sentence in found.judged] == [
        "Conversion: target changed from 20.0 % to 15.0 %; it has left the shortlist, which need be no improvement."
    ]


def test_a_kpi_that_a_higher_target_puts_on_the_shortlist_need_not_be_worse() -> None:
    found = changes(moved("failing", was="steady", judged=(("target", "15.0", "20.0"),)))
    assert found.judged[0].endswith("it is new on the shortlist, which need be no change for the worse.")


def test_another_definition_is_told_where_the_shortlist_is_the_same() -> None:
    found = changes(moved("steady", was="steady", judged=(("weight", "1.0", "2.0"),)))
    assert found.judged == ("Conversion: weight changed from 1 to 2.",)


def test_the_answer_carries_each_kpi_and_the_departments_urgency_to_the_index() -> None:
    told = findings.gaps(ranked("failing", "steady"), {"conversion": kpi()}, "$")
    assert told.urgency == 1.0  # of the one on the shortlist
    assert [(mark.verdict, mark.tone, mark.assurance) for mark in told.kpis] == [
        ("Can't meet its target as it is", "watch", ""),
        ("Steady", "neutral", "Hit or miss"),
    ]
