"""The table of word meanings that comes with the package; `tools/make_meanings.py` makes it.

`meanings.npz` holds the commonest English words and those of the sample's examples, one per line of ``words``, and a
row of whole numbers from -127 to 127 each in ``directions``. It is read from GloVe (Wikipedia 2014 and Gigaword 5, 100
numbers a word), which its authors gave to the public domain (PDDL 1.0).
"""

from functools import cache
from pathlib import Path

import numpy as np

from saypro_nb.review.meanings import Meanings

TABLE = Path(__file__).parent / "meanings.npz"


@cache
def load() -> Meanings:
    """Return the meanings of the table, each direction scaled to length 1."""
    with np.load(TABLE, allow_pickle=False) as table:
        words = table["words"].tobytes().decode("utf-8").splitlines()
        directions = table["directions"].astype(np.float64)
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    return Meanings({word: row for row, word in enumerate(words)}, directions / lengths)
