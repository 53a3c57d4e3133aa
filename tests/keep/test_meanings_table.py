import numpy as np
import pytest

from saypro_nb.keep import meanings_table


def test_every_direction_has_length_one() -> None:
    assert np.linalg.norm(meanings_table.load().vectors, axis=1) == pytest.approx(1)


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("nurse", "doctor", "invoice"),
        ("roster", "staffing", "weather"),
        ("invoice", "payment", "nurse"),
        ("seminar", "workshop", "truck"),
        ("truck", "vehicle", "seminar"),
    ],
)
def test_words_of_one_trade_lie_nearer_than_strangers(word: str, near: str, far: str) -> None:
    assert meanings_table.load().nearest(word, [near, far]) == near


def test_the_table_is_small_enough_to_travel_with_the_package() -> None:
    assert meanings_table.TABLE.stat().st_size < 2_000_000
