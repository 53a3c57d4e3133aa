from datetime import date
from typing import Any

from saypro_nb.agree.meetings import Escalation
from saypro_nb.agree.schema import Department, Kpi
from saypro_nb.review import escalation
from saypro_nb.review.alerts import Alert, Ground, Taken
from saypro_nb.review.escalation import Matter
from saypro_nb.show import alert_listings, alert_words
from tests.workspaces import KPIS

HOSTILE = "<script>alert(1)</script>"
MARCH = date(2026, 3, 2)
NORTH = Department(name="North", lead="Head of North", check_in="weekly", action_budget=0)


def kpis(**facts: Any) -> dict[str, Kpi]:
    return {"revenue": Kpi(**(KPIS["revenue"] | {"unit": "percent", "threshold": 10} | facts))}


def alert(*reasons: Ground, **facts: Any) -> Alert:
    facts = {"ended": None, "taken": None} | facts
    below = (Ground("threshold", MARCH, holds=True),)
    return Alert("north", "revenue", MARCH, MARCH, MARCH, MARCH, 9.0, 10.0, reasons=reasons or below, **facts)


def words(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_an_alert_says_its_value_its_threshold_and_since_when() -> None:
    said = words(alert_words.line(alert(), kpis()["revenue"], "$"))
    assert said == (
        "Revenue: 9.0 % (week of 2 March 2026); below its threshold of 10.0 % since the week of 2 March 2026"
    )
    assert "above its threshold" in alert_words.line(alert(), kpis(better="lower")["revenue"], "$")


def test_reasons_that_hold_no_more_are_left_out_unless_there_are_no_others() -> None:
    gone, holds = Ground("threshold", MARCH, holds=False), Ground("signal", MARCH, holds=True)
    kpi = kpis()["revenue"]
    assert words(alert_words.reasons(alert(gone, holds), kpi, "$")) == (
        "changed for the worse since the week of 2 March 2026"
    )
    assert words(alert_words.reasons(alert(gone), kpi, "$")) == (
        "below its threshold of 10.0 % first in the week of 2 March 2026"
    )


def test_the_table_of_alerts_names_state_and_owner() -> None:
    taken = Taken("revenue", MARCH, "Analyst", who="Head of North", on=date(2026, 3, 10))
    text = words(alert_listings.alerts([alert(taken=taken), alert(ended=MARCH)], kpis(), "$").text)
    assert "Revenue | Taken up | Below its threshold" in text
    assert "9.0 % | Week of 2 March 2026 | Analyst" in text
    assert "Revenue | Resolved" in text
    assert "No KPI gives an alert." in alert_listings.alerts([], kpis(), "$").text


def test_alerts_of_several_departments_say_whose_they_are() -> None:
    text = words(alert_listings.alerts([alert()], kpis(), "$", {"north": "North & Co"}).text)
    assert "Revenue | North & Co | New" in text


def test_the_table_of_holders_says_who_since_when_and_until_when() -> None:
    matter = Matter("action", "N-1", "Train", "Clerk", date(2026, 3, 1))
    found = escalation.hold([matter], "north", NORTH, Escalation(), date(2026, 3, 10))
    text = words(alert_listings.held(found).text)
    assert "Train | Action | Department | Head of North | 8 Mar 2026 | 22 Mar 2026 | 1 Mar 2026 | 9" in text
    assert "nothing is overdue" in alert_listings.held([]).text


def test_no_name_reaches_a_table_unescaped() -> None:
    taken = Taken("revenue", MARCH, HOSTILE, who="x", on=MARCH)
    matter = Matter("action", "N-1", HOSTILE, HOSTILE, MARCH)
    tables = (
        alert_listings.alerts([alert(taken=taken)], kpis(name=HOSTILE), "$"),
        alert_listings.held(escalation.hold([matter], "north", NORTH, Escalation(), MARCH)),
    )
    assert not any("<script" in table.html for table in tables)
