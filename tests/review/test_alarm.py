import numpy as np
import pandas as pd
import pytest

from saypro_nb.review import alarm

MONDAYS = pd.date_range("2022-01-03", periods=130, freq="W-MON")
BEGINS = MONDAYS[104]
MONITORED = np.arange(130) >= 104


def kpi(seed, change=0.0, width=1.0):
    """A KPI around 80 with a standard deviation of 4; `change` is in standard deviations."""
    noise = np.random.default_rng(seed).normal(size=130)
    return pd.Series(80 + 4 * (noise * width + change), index=MONDAYS)


def alarms(many, better="higher", begins=BEGINS):
    """One table of all KPIs' weeks; twenty stable ones make up the rest of the organisation."""
    stable = {f"stable {seed}": kpi(1000 + seed) for seed in range(20)}
    weekly = [
        alarm.evidence(values, better, begins).rename_axis("period").reset_index().assign(kpi=name)
        for name, values in (stable | many).items()
    ]
    return alarm.shortlist(pd.concat(weekly, ignore_index=True))


def test_stable_kpis_are_on_watch_in_about_one_week_of_twenty():
    found = alarms({f"more {seed}": kpi(seed) for seed in range(40)})
    assert 0.02 < found["watch"].mean() < 0.09
    assert found["alarm"].mean() < 0.02


@pytest.mark.parametrize("seed", range(4))
def test_a_drop_of_three_sd_is_alarmed_within_three_weeks_and_for_a_quarter(seed):
    found = alarms({"dropped": kpi(seed, -3 * MONITORED)}).query("kpi == 'dropped'")
    assert found["alarm"].iloc[:3].any()
    assert found["alarm"].iloc[3:16].all()
    assert set(found["kind"].iloc[5:16]) == {"level"}
    assert set(found["direction"].iloc[5:16]) == {"down"}


def test_where_lower_is_better_a_rise_is_the_alarm():
    found = alarms({"rose": kpi(5, 3 * MONITORED)}, better="lower").query("kpi == 'rose'")
    assert found["alarm"].iloc[3:16].all()
    assert set(found["direction"].iloc[5:16]) == {"up"}


@pytest.mark.parametrize("seed", range(4))
def test_a_change_for_the_better_is_no_alarm(seed):
    found = alarms({"better": kpi(seed, 3 * MONITORED)}).query("kpi == 'better'")
    assert not found["alarm"].any()


def test_one_terrible_week_is_alarmed_as_a_single_week():
    values = kpi(6)
    values[MONDAYS[115]] = 80 - 6 * 4
    found = alarms({"bad week": values}).query("kpi == 'bad week'").set_index("period")
    assert found["alarm"][MONDAYS[115]]
    assert found["kind"][MONDAYS[115]] == "single week"


def test_a_threefold_spread_is_alarmed_as_spread():
    found = alarms({"wild": kpi(7, width=np.where(MONITORED, 3, 1))}).query("kpi == 'wild'")
    assert found["alarm"].iloc[:10].any()
    assert "wider" in set(found.loc[found["alarm"], "direction"])


def test_a_seasonal_dip_like_last_years_is_no_alarm():
    dip = -2 * np.sin(2 * np.pi * np.arange(130) / 52.18)
    assert not alarms({"seasonal": kpi(8, dip)}).query("kpi == 'seasonal'")["alarm"].any()


def test_the_dip_at_each_month_end_is_no_alarm():
    dip = -2.5 * ((MONDAYS + pd.Timedelta(days=7)).month != MONDAYS.month)
    assert not alarms({"monthly": kpi(9, dip)}).query("kpi == 'monthly'")["alarm"].any()


def test_a_level_lost_a_year_ago_is_no_alarm():
    shift = -2 * (np.arange(130) >= 45)
    assert alarms({"shifted": kpi(10, shift)}).query("kpi == 'shifted'")["alarm"].sum() <= 1


@pytest.mark.parametrize("known", [105, 112, 129])
def test_a_weeks_evidence_does_not_change_when_later_weeks_arrive(known):
    values = kpi(11, -2 * (np.arange(130) >= 110))
    early, late = (alarm.evidence(part, "higher", BEGINS) for part in (values[:known], values))
    numbers = ["level", "single week", "spread", "p"]
    np.testing.assert_allclose(early[numbers], late[numbers].iloc[: known - 104], rtol=1e-7, atol=1e-12)


def test_missing_weeks_are_neither_filled_nor_judged():
    values = kpi(12, -3 * MONITORED).mask(np.isin(np.arange(130), [20, 21, 60, 108, 109]))
    found = alarm.evidence(values, "higher", BEGINS)
    assert len(found) == 24
    assert not found["p"].isna().any()
    assert found["p"].iloc[8:].max() < 0.02


def test_what_is_given_is_not_changed():
    values = kpi(13)
    before = values.copy()
    alarm.evidence(values, "higher", BEGINS)
    pd.testing.assert_series_equal(values, before)


@pytest.mark.parametrize("level", [0.95, 0.0, 1e6 / 3])
def test_a_baseline_that_never_varied_cannot_be_judged(level):
    constant = kpi(14).where(MONITORED, level)
    found = alarms({"constant": constant}).query("kpi == 'constant'")
    assert found["p"].isna().all()
    assert not found[["alarm", "watch"]].any(axis=None)
    assert found["reason"].str.contains("never varied").all()


def test_a_short_history_cannot_be_judged():
    found = alarm.evidence(kpi(15)[80:], "higher", BEGINS)
    assert found["p"].isna().all()
    assert (found["reason"] == "24 baseline weeks; judging takes 26").all()


def test_half_a_year_of_history_can_be_judged():
    found = alarm.evidence(kpi(15)[78:], "higher", BEGINS)
    assert found["p"].between(0, 1).all()
    assert found["reason"].isna().all()


@pytest.mark.parametrize("values", [kpi(16)[:104], kpi(16)[:0]])
def test_no_monitored_week_gives_no_evidence(values):
    assert alarm.evidence(values, "higher", BEGINS).empty


def test_a_rate_of_few_cases_has_to_fall_further():
    cases = pd.Series(np.where(np.arange(130) % 2, 100.0, 900.0), index=MONDAYS)
    rate = 0.8 + np.sqrt(0.16 / cases) * np.random.default_rng(17).normal(size=130)
    many, few = rate.copy(), rate.copy()
    many.iloc[110] = few.iloc[111] = 0.74
    of_many = alarm.evidence(many, "higher", BEGINS, cases)["single week"].iloc[6]
    of_few = alarm.evidence(few, "higher", BEGINS, cases)["single week"].iloc[7]
    assert of_many < 0.001 < of_few


def test_benjamini_and_hochberg_by_hand():
    # Ranked 0.01, 0.03, 0.04, 0.5; times 4 / rank 0.04, 0.06, 0.0533, 0.5; no larger than the next ones.
    adjusted = alarm.adjust(np.array([0.01, 0.04, np.nan, 0.03, 0.5]))
    np.testing.assert_allclose(adjusted, [0.04, 4 / 75, np.nan, 4 / 75, 0.5])


def test_the_same_p_value_is_an_alarm_among_few_kpis_and_only_watched_among_many():
    few = pd.DataFrame({"period": MONDAYS[0], "p": [0.01, 0.6, 0.7, 0.8]})
    many = pd.DataFrame({"period": MONDAYS[0], "p": [0.01, *np.linspace(0.1, 1, 50)]})
    assert alarm.shortlist(few)["alarm"].tolist() == [True, False, False, False]
    assert not alarm.shortlist(many)["alarm"].any()
    assert alarm.shortlist(many)["watch"].tolist() == [True] + [False] * 50


def test_a_lone_kpi_needs_rare_evidence_too():
    lone = pd.DataFrame({"period": MONDAYS[:3], "p": [0.01, 0.04, 0.08]})
    found = alarm.shortlist(lone)
    assert found["alarm"].tolist() == [True, False, False]
    assert found["watch"].tolist() == [True, True, False]
