import datetime
from pathlib import Path

import pytest

from saypro_nb.agree.decisions import Delivery, Told
from saypro_nb.agree.errors import ConflictError
from saypro_nb.keep import archive, outbox
from saypro_nb.keep.register import Register

TOLD = Told(department="north", kpi="revenue", reason="signal", period=datetime.date(2026, 3, 2))
NEWS = Delivery(address="SAYPRO_NOTIFY#1", tells=(TOLD,), title="One new alert", text="Revenue", state="waiting")


@pytest.fixture
def register(tmp_path: Path) -> Register:
    opened = Register.open("sqlite:///register.sqlite", tmp_path)
    outbox.put(opened, [NEWS])
    return opened


def states(register: Register) -> list[str]:
    return [entry.content["state"] for entry in register.history("delivery")]


def only(register: Register) -> outbox.Letter:
    (letter,) = outbox.unsent(register)
    return letter


def test_the_intent_is_kept_before_each_attempt_and_the_outcome_after_it(register: Register) -> None:
    seen = []

    def down(*message: str) -> bool:
        seen.append((message, states(register)))
        return False

    assert outbox.send(register, only(register), down) == "failed"
    assert seen == [(("SAYPRO_NOTIFY#1", "One new alert", "Revenue"), ["waiting", "sending"])]
    assert outbox.send(register, only(register), lambda *_: True) == "sent"
    assert states(register) == ["waiting", "sending", "failed", "sending", "sent"]
    assert outbox.unsent(register) == []


def test_a_program_that_ends_while_it_sends_leaves_a_message_in_doubt_which_is_sent_again_and_says_so(
    register: Register,
) -> None:
    def killed(*_: str) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outbox.send(register, only(register), killed)
    assert only(register).in_doubt
    texts = []
    outbox.send(register, only(register), lambda _, __, text: bool(texts.append(text)) or True)
    assert texts == [f"{outbox.AGAIN}Revenue"]


def test_of_two_programs_that_begin_at_once_one_sends(register: Register) -> None:
    same = only(register)
    assert outbox.send(register, same, lambda *_: True) == "sent"
    assert outbox.send(register, same, lambda *_: pytest.fail("sent twice")) == "left to another"


def test_the_same_news_for_the_same_address_can_not_be_put_in_twice(register: Register) -> None:
    with pytest.raises(ConflictError):
        outbox.put(register, [NEWS])


def test_what_waits_counts_as_told(register: Register) -> None:
    assert outbox.told(register) == {"SAYPRO_NOTIFY#1": [TOLD]}


@pytest.mark.parametrize("name", ["all.json", "all.csv"])
def test_the_outbox_outlives_the_way_through_an_archive(register: Register, tmp_path: Path, name: str) -> None:
    outbox.send(register, only(register), lambda *_: False)
    archive.write(register.everything(), tmp_path / name)
    restored = Register.open("sqlite:///other.sqlite", tmp_path)
    archive.take_in(restored, archive.read(tmp_path / name))
    assert outbox.letters(restored) == outbox.letters(register)


def test_an_older_register_takes_messages(tmp_path: Path) -> None:
    older = Path(__file__).parent / "registers" / "version_1.sqlite"
    (tmp_path / "register.sqlite").write_bytes(older.read_bytes())
    register = Register.open("sqlite:///register.sqlite", tmp_path)
    before = len(register.everything())
    outbox.put(register, [NEWS])
    assert len(register.everything()) == before + 1
