"""YAML that would be misread, run, unfold without measure or bring the parser down is a fault with its line."""

import datetime
import os
import re
from pathlib import Path

import pytest

from saypro_nb.agree import yaml_files
from saypro_nb.agree.errors import Fault


def read(tmp_path: Path, text: str) -> tuple[object, list[Fault]]:
    file = tmp_path / "kpis.yaml"
    file.write_text(text, encoding="utf-8")
    faults: list[Fault] = []
    return yaml_files.read(file, "params/kpis.yaml", faults), faults


BOMB = "a0: &a0 [x, x]\n" + "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "with its aliases written out, it has more than 500,000 values"),
        ("loop: &loop [*loop]\n", "'loop' contains itself"),
        ("deep: " + "[" * 200_000 + "]" * 200_000, "more than 50 levels"),  # the parser's own end is a crash
        ("- " * 200_000 + "x", "more than 50 levels"),
        ("day: 2026-02-30\n", "'2026-02-30' is no timestamp"),
        (f"number: {'9' * 5000}\n", "is no int"),
        ("number: !!float abc\n", "'abc' is no float"),
        ("truth: !!bool perhaps\n", "'perhaps' is no bool"),
        ('name: "\\e[31mred"\n', "the letter U+001B, which no text has"),
        ('name: "\\uD800"\n', "not readable as YAML"),
        ("run: !!python/object/apply:os.system ['true']\n", "could not determine a constructor"),
        ("one: 1\none: 2\n", "the key 'one' is given twice"),
    ],
)
def test_dangerous_yaml_is_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    content, (fault,) = read(tmp_path, text)
    assert content is None
    assert fault.where == "params/kpis.yaml"
    assert said in fault.found
    assert re.search(r"line \d|position \d", fault.found)


def test_a_pipe_in_place_of_the_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "kpis.yaml")
    faults: list[Fault] = []
    yaml_files.read(tmp_path / "kpis.yaml", "params/kpis.yaml", faults)
    assert "it is no file" in faults[0].found


def test_an_alias_repeats_what_was_written_once(tmp_path: Path) -> None:
    content, faults = read(
        tmp_path, "usual: &usual {every: week}\nnorth: *usual\nsouth: {<<: *usual, from: 2026-01-05}\n"
    )
    south = {"every": "week", "from": datetime.date(2026, 1, 5)}
    assert (content, faults) == ({"usual": {"every": "week"}, "north": {"every": "week"}, "south": south}, [])
