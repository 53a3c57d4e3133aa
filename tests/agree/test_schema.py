"""What people write in params/ has one shape, and nothing that doesn't fit it gets through."""

import datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from saypro_nb.agree import library, schema
from tests import workspaces

NEW_YEAR, JULY = datetime.date(2026, 1, 1), datetime.date(2026, 7, 1)


def kpi(**facts: Any) -> schema.Kpi:
    return schema.Kpi(**{**workspaces.KPIS["revenue"], **facts})


def test_one_target_holds_on_every_day() -> None:
    assert kpi(target=100).target_on(NEW_YEAR) == 100


@pytest.mark.parametrize(
    ("day", "target"),
    [
        (datetime.date(2025, 12, 31), None),
        (NEW_YEAR, 90),
        (datetime.date(2026, 6, 30), 90),
        (JULY, 95),
        (datetime.date(2027, 1, 1), 95),
    ],
)
def test_a_target_by_date_is_in_force_from_its_day_until_the_next(day: datetime.date, target: float | None) -> None:
    assert kpi(target={"2026-07-01": 95, "2026-01-01": 90}).target_on(day) == target


def test_a_kpi_may_have_no_target() -> None:
    assert kpi(target=None).target_on(NEW_YEAR) is None


def test_a_percentage_lies_between_0_and_100_unless_its_own_range_says_otherwise() -> None:
    assert kpi(unit="percent").bounds() == (0, 100)
    assert kpi(unit="percent", range=(-100, 100)).bounds() == (-100, 100)
    assert kpi(unit="money").bounds() == (None, None)


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
@pytest.mark.parametrize("setting", ["target", "benchmark", "threshold", "weight"])
def test_no_setting_is_infinite_or_undefined(setting: str, number: float) -> None:
    with pytest.raises(ValidationError):
        kpi(**{setting: number})


@pytest.mark.parametrize("weight", [0, -1, 11])
def test_a_weight_is_above_0_and_at_most_10(weight: float) -> None:
    with pytest.raises(ValidationError):
        kpi(weight=weight)


@pytest.mark.parametrize("name", ["NA", "NO", "8J094", "people_1", "a-b"])
def test_codes_are_ids(name: str) -> None:
    assert TypeAdapter(schema.Id).validate_python(name) == name


@pytest.mark.parametrize(
    "name", ["../x", "..", "a/b", "a\\b", "a b", "é", "<script>", ".x", "-x", "x\n", "", "x" * 121]
)
def test_an_id_can_always_become_a_file_name(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(schema.Id).validate_python(name)


def test_a_department_s_name_is_free() -> None:
    name = """Café "Nord" / l'Été <script>"""
    assert schema.Department(name=name, lead="x", check_in="weekly", action_budget=0).name == name


def test_a_misspelt_setting_is_never_a_silent_default() -> None:
    with pytest.raises(ValidationError, match="taget"):
        kpi(taget=5)


@pytest.mark.parametrize("facts", [{"unit": "litres"}, {"better": "bigger"}, {"target": "high"}, {"every": "day"}])
def test_what_a_kpi_can_not_be_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        kpi(**facts)


REBASE = {"reason": "New ticket system", "author": "Head of North"}


@pytest.mark.parametrize(("every", "day"), [("week", "2026-07-06"), ("month", "2026-08-01"), ("quarter", "2026-07-01")])
def test_a_kpi_is_rebased_where_a_period_begins(every: str, day: str) -> None:
    (found,) = kpi(every=every, rebase=[REBASE | {"date": day}]).rebase
    assert (found.date.isoformat(), found.reason, found.author) == (day, "New ticket system", "Head of North")


@pytest.mark.parametrize(("every", "day"), [("week", "2026-07-07"), ("month", "2026-08-02"), ("quarter", "2026-08-01")])
def test_a_rebase_within_a_period_is_refused(every: str, day: str) -> None:
    with pytest.raises(ValidationError, match=f"no {every} begins then; give the first day"):
        kpi(every=every, rebase=[REBASE | {"date": day}])


def test_rebases_stand_in_the_order_of_time_and_each_once() -> None:
    days = [REBASE | {"date": day} for day in ("2026-07-06", "2026-06-29")]
    for wrong in (days, [days[0], days[0]]):
        with pytest.raises(ValidationError, match="write each rebase once, the earliest first"):
            kpi(rebase=wrong)


@pytest.mark.parametrize("left_out", ["date", "reason", "author"])
def test_a_rebase_without_date_reason_or_author_is_refused(left_out: str) -> None:
    whole = REBASE | {"date": "2026-07-06"}
    with pytest.raises(ValidationError, match=left_out):
        kpi(rebase=[{name: value for name, value in whole.items() if name != left_out}])


def computed(**facts: Any) -> schema.Computed:
    return schema.Computed(**({"records": "orders", "date": "date", "numerator": "won"} | facts))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"numerator": "rows where answer"}, "after 'where' write COLUMN"),
        ({"denominator": "where x = 1"}, "write 'rows', a column"),
        ({"factor": 30}, "a factor multiplies a quotient; add a denominator"),
        ({"denominator": "rows", "factor": 0}, "greater than 0"),
    ],
)
def test_a_computed_kpi_that_can_not_be_read_is_refused(facts: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        computed(**facts)


def test_a_percentage_is_a_hundred_times_its_quotient_unless_a_factor_is_given() -> None:
    assert kpi(unit="percent").scale == 100
    assert kpi(unit="score").scale == 1
    assert kpi(unit="percent", computed=computed(denominator="rows", factor=1200)).scale == 1200


def test_a_factor_that_is_not_given_for_evidence_and_trend_is_refused() -> None:
    with pytest.raises(ValidationError, match="flat"):
        schema.Priority(
            signal={"concern": 2, "common_cause": 1, "improvement": 0.5}, trend={"worsening": 1.5, "improving": 0.7}
        )


def test_a_sign_is_a_sentence_or_says_as_well_what_measures_it() -> None:
    measured = {"sign": "Overtime", "drivers": ["overtime_hours"], "dimensions": ["orders.shift"]}
    family = library.CauseFamily.model_validate({"name": "Resources", "signs": ["No money", measured], "ticks": {}})
    assert [(sign.sign, sign.drivers) for sign in family.signs] == [("No money", ()), ("Overtime", ("overtime_hours",))]
