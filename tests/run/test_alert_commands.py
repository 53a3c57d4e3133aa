"""Alerts on their way to people: told once, kept while nobody can be reached, and without a secret in any trace."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from saypro_nb.keep.register import Register
from tests import workspaces
from tests.commands import saypro
from tests.receiver import free_port, listening

SECRET = "hidden-in-the-address"
WHO = ("--who", "Head of South", "--why", "in the meeting")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace in whose south revenue has fallen far outside its limits."""
    monkeypatch.delenv("SAYPRO_NOTIFY", raising=False)
    made = workspaces.make(tmp_path / "work")
    monkeypatch.chdir(made)
    return made


@pytest.fixture
def port(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:  # noqa: ARG001 - the workspace comes with it
    """A port on which a receiver may listen; everybody's alerts go there, with a password in the address."""
    chosen = free_port()
    monkeypatch.setenv("SAYPRO_NOTIFY", address(chosen))
    return chosen


def address(port: int) -> str:
    return f"json://review:{SECRET}@127.0.0.1:{port}/"


def with_revenue(folder: Path, **departments: list[float]) -> None:
    values = workspaces.values().astype({"value": float})
    for department, last in departments.items():
        of_department = values.index[values["department"] == department]
        values.loc[of_department[-len(last) :], "value"] = last
    values.to_csv(folder / "data" / "kpi_values.csv", index=False)


def with_kpi(folder: Path, **facts: Any) -> None:
    workspaces.write(folder, "kpis", {"revenue": workspaces.KPIS["revenue"] | facts})


def deliveries(folder: Path) -> list[dict[str, Any]]:
    return [entry.content for entry in Register.open("sqlite:///register.sqlite", folder).current("delivery")]


def test_while_nobody_answers_nothing_is_lost_and_nothing_is_sent_twice(folder: Path, port: int) -> None:
    for attempt in (1, 2):
        assert "Not reached: SAYPRO_NOTIFY#1" in saypro("notify", code=1)
        (kept,) = deliveries(folder)
        assert (kept["state"], kept["attempts"]) == ("failed", attempt)
    with listening(port) as arrived:
        assert "sent: SAYPRO_NOTIFY#1" in saypro("notify")
        assert "nothing new" in saypro("notify")
        shutil.rmtree(folder / "outputs")
        assert "nothing new" in saypro("notify")
    (message,) = arrived
    assert message["title"] == "Test organisation (invented): one new alert in South"
    assert "Revenue: $61.00 (week of 27 July 2026); changed for the worse since" in message["message"].replace(
        "\xa0", " "
    )
    assert "nobody has taken it up (south revenue)" in message["message"]
    assert [entry["state"] for entry in deliveries(folder)] == ["sent"]


def test_a_receiver_that_refuses_gets_the_message_again(port: int) -> None:
    with listening(port, status=500) as refused:
        saypro("notify", code=1)
    with listening(port) as arrived:
        saypro("notify")
    assert [message["message"] for message in refused] == [message["message"] for message in arrived]


def test_a_message_that_could_not_be_sent_goes_out_even_when_its_alert_is_over(folder: Path, port: int) -> None:
    saypro("notify", code=1)
    with_revenue(folder, south=[100.0] * 8)
    with listening(port) as arrived:
        saypro("notify")
    assert len(arrived) == 1


def test_all_departments_of_an_address_are_in_one_message(folder: Path, port: int) -> None:
    with_revenue(folder, north=[40.0] * 2)
    with listening(port) as arrived:
        saypro("notify")
    (message,) = arrived
    assert message["title"].endswith("2 new alerts in North and South")
    assert message["message"].index("North") < message["message"].index("South")


def test_only_the_address_that_was_not_reached_is_tried_again(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    second = free_port()
    monkeypatch.setenv("SAYPRO_NOTIFY", f"{address(port)} {address(second)}")
    with listening(port) as first:
        assert "Not reached: SAYPRO_NOTIFY#2" in saypro("notify", code=1)
        with listening(second) as later:
            saypro("notify")
    assert (len(first), len(later)) == (1, 1)


def test_a_department_s_own_address_is_told_of_its_alerts_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_revenue(folder, north=[40.0] * 2)
    workspaces.write(folder, "meetings", {"alerts": {"notify": {"north": ["${NORTH_ALERTS}"]}}})
    monkeypatch.setenv("NORTH_ALERTS", address(chosen := free_port()))
    with listening(chosen) as arrived:
        saypro("notify")
    assert [message["title"].split(": ")[1] for message in arrived] == ["one new alert in North"]


def test_a_second_reason_is_told_and_the_first_one_not_again(folder: Path, port: int) -> None:
    with listening(port) as arrived:
        saypro("notify")
        with_kpi(folder, threshold=70)
        saypro("notify")
        saypro("notify")
    assert len(arrived) == 2
    assert "below its threshold of $70.00" in arrived[1]["message"]


def test_a_kpi_that_recovered_and_fell_again_is_told_anew(folder: Path, port: int) -> None:
    with_kpi(folder, threshold=70)
    falls = [100.0, 60.0, 60.0, 100.0, 100.0, 60.0, 60.0, 60.0]
    values = workspaces.values().astype({"value": float})
    with listening(port) as arrived:
        for week, told in ((3, 1), (4, 1), (5, 1), (6, 2), (7, 2)):
            values.loc[values.index[values["department"] == "south"][-8:], "value"] = falls
            known = values[values["period"] <= workspaces.WEEKS[-8 + week - 1].date()]
            known.to_csv(folder / "data" / "kpi_values.csv", index=False)
            saypro("notify")
            assert len(arrived) == told


@pytest.mark.usefixtures("port")
def test_no_trace_holds_the_address(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    shown = saypro("notify", "--dry-run") + saypro("notify", code=1) + saypro("notify", "--dry-run")
    saypro("archive", "all.json")
    assert "To SAYPRO_NOTIFY#1" in shown
    for trace in (shown, caplog.text, (folder / "all.json").read_text("utf-8")):
        assert SECRET not in trace
        assert "127.0.0.1" not in trace
    assert SECRET.encode() not in (folder / "register.sqlite").read_bytes()


@pytest.mark.usefixtures("folder")
def test_an_address_that_is_none_is_told_without_repeating_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYPRO_NOTIFY", f"nonsense://{SECRET}")
    said = saypro("notify", code=1)
    assert "Not reached: SAYPRO_NOTIFY#1" in said
    assert SECRET not in said


def test_a_dry_run_shows_what_would_go_out_and_changes_nothing(folder: Path, port: int) -> None:
    with listening(port) as arrived:
        said = saypro("notify", "--dry-run")
    assert "To SAYPRO_NOTIFY#1: Test organisation (invented): one new alert in South" in said
    assert (arrived, (folder / "register.sqlite").exists()) == ([], False)


@pytest.mark.usefixtures("folder")
def test_without_an_address_it_is_said_that_nobody_is_told() -> None:
    assert "nobody would be told" in saypro("notify", "--dry-run")
    assert "SAYPRO_NOTIFY: nobody is to be told of 1 alert. Set it" in saypro("notify", code=2)


@pytest.mark.parametrize(
    ("notified", "said"),
    [
        ({"north": ["${NOT_SET}"]}, "alerts.notify.north: the environment has no NOT_SET. Set it: export NOT_SET=…"),
        ({"north": [f"mailto://x:{SECRET}@y"]}, "alerts.notify.north.0: this names no environment variable"),
        ({"nroth": ["${HOME}"]}, "there is no department 'nroth'. Did you mean 'north'?"),
    ],
)
def test_addresses_in_params_are_names_of_variables_that_are_set(
    folder: Path, notified: dict[str, list[str]], said: str
) -> None:
    workspaces.write(folder, "meetings", {"alerts": {"notify": notified}})
    printed = saypro("notify", code=2)
    assert said in printed
    assert SECRET not in printed


def test_names_with_line_breaks_and_steering_characters_stay_on_their_line(folder: Path, port: int) -> None:
    hostile = "Revenue\r\nBcc: all@example.org\u202e <b>now</b>"
    with_kpi(folder, name=hostile)
    workspaces.write(folder, "review", workspaces.REVIEW | {"organisation": "Ours\nSubject: other"})
    with listening(port) as arrived:
        saypro("notify")
    (message,) = arrived
    assert message["title"] == "Ours Subject: other: one new alert in South"
    assert "Revenue Bcc: all@example.org <b>now</b>: $61.00" in message["message"]
    assert len(message["message"].splitlines()) == 4


def test_an_alert_that_is_taken_up_has_an_owner_and_can_be_handed_on(folder: Path) -> None:
    saypro("acknowledge", "south", "revenue", "--owner", "Analyst", *WHO)
    assert "has taken up the alert" in saypro("acknowledge", "south", "revenue", "--owner", "Clerk", *WHO)
    (south,) = [row for row in json.loads(saypro("status", "--json")) if row["department"] == "south"]
    assert [alert["state"] for alert in south["alerts"]] == ["acknowledged"]
    history = Register.open("sqlite:///register.sqlite", folder).history("acknowledgement")
    assert [(entry.version, entry.content["owner"]) for entry in history] == [(1, "Analyst"), (2, "Clerk")]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("named", "said"),
    [
        (("nroth", "revenue"), "there is no 'nroth'. Did you mean 'north'?"),
        (("south", "revenu"), "there is no 'revenu'. Did you mean 'revenue'?"),
        (("north", "revenue"), "'revenue' gives no alert now. north has no alert now"),
    ],
)
def test_only_an_alert_that_is_there_can_be_taken_up(named: tuple[str, str], said: str) -> None:
    assert said in saypro("acknowledge", *named, "--owner", "Analyst", *WHO, code=2)


def test_status_tells_who_holds_an_alert_and_until_when(folder: Path) -> None:
    saypro("acknowledge", "south", "revenue", "--owner", "Analyst", *WHO)
    rules = {"owner_days": 100, "department_days": 3}
    workspaces.write(folder, "meetings", {"escalation": rules})
    assert "held by Analyst since 2026-06-14: alert revenue, Revenue (next on 2026-09-22)" in saypro("status")
    workspaces.write(folder, "meetings", {"escalation": rules | {"owner_days": 5}})
    assert "held by Leadership since 2026-06-22: alert revenue, Revenue" in saypro("status")
