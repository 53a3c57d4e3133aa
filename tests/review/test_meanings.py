import numpy as np
import pytest

from saypro_nb.review.meanings import Meanings


@pytest.fixture
def compass() -> Meanings:
    return Meanings({"north": 0, "northeast": 1, "south": 2}, np.array([[0, 1], [0.6, 0.8], [0, -1]]))


def test_the_nearest_word_points_the_same_way(compass: Meanings) -> None:
    assert compass.nearest("north", ["south", "northeast"]) == "northeast"


def test_a_word_without_a_direction_has_no_nearest(compass: Meanings) -> None:
    assert compass.nearest("up", ["north"]) is None
    assert compass.nearest("north", ["up"]) is None


def test_only_known_words_have_a_direction(compass: Meanings) -> None:
    assert list(compass.of(["south", "up"])) == ["south"]
    assert Meanings.none().of(["south"]) == {}
