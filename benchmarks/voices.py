"""Cause families of sentences, in the format of the reference cases, or what is reached on examples left out.

python benchmarks/voices.py UNLABELLED.csv OUT.csv
python benchmarks/voices.py LABELLED.csv            scores sentences of no example, such as tests/reference/voices.csv
python benchmarks/voices.py                         leaves each set of params/statements.yaml out in turn
"""

import sys
from pathlib import Path

import pandas as pd
import yaml

from saypro_nb.agree.library import Statements
from saypro_nb.keep import meanings_table
from saypro_nb.review import statements

PARAMS = Path(__file__).parent.parent / "params" / "statements.yaml"
NAMES = {"engagement": "customer_engagement"}  # as the reference data calls it


def answer(source: str, out: str, known: Statements) -> None:
    """Write the families of every sentence of `source` to `out`; none where nothing is found or it is unclear."""
    asked = pd.read_csv(source, dtype=str, keep_default_na=False)
    found = statements.read(asked["text"].tolist(), statements.learn(known, meanings_table.load()))
    labels = [";".join(NAMES.get(family, family) for family in cell.split(";")) for cell in found["families"]]
    pd.DataFrame({"id": asked["id"], "labels": labels}).to_csv(out, index=False)
    print(found["verdict"].value_counts().to_string())


def unseen(source: str, known: Statements) -> pd.DataFrame:
    """Return the sentences of `source`, by half: the families that they have (``labels``) and those that were found."""
    asked = pd.read_csv(source, dtype=str, keep_default_na=False)
    found = statements.read(asked["text"].tolist(), statements.learn(known, meanings_table.load()))["families"]
    columns = {"examples": asked["half"], "true": asked["labels"].map(_named), "found": found.map(_named)}
    return pd.DataFrame(columns)


def left_out(known: Statements) -> pd.DataFrame:
    """Return per set of examples, read by what was learnt from the others: the shares that were read rightly."""
    rows = []
    for name, groups in known.examples.items():
        reader = statements.learn(known, meanings_table.load(), without=[name])
        true = [key.replace("none", "") for key, texts in groups.items() for _ in texts]
        found = statements.read([text for texts in groups.values() for text in texts], reader)["families"]
        rows += [(name, _named(t), _named(f)) for t, f in zip(true, found, strict=True)]
    return pd.DataFrame(rows, columns=["examples", "true", "found"])


def show(read: pd.DataFrame) -> None:
    """Print what was read rightly, per set and family."""
    pointing = read["true"].map(bool)
    right = pd.Series([bool(t & f) if t else not f for t, f in zip(read["true"], read["found"], strict=True)])
    table = (
        right.groupby([read["examples"], pointing.map({True: "family right", False: "left alone"})]).mean().unstack()
    )
    print(table.round(2).to_string())
    scores = {family: _f1(read, family) for family in statements.FAMILIES}
    print({family: round(score, 2) for family, score in scores.items()})
    overall = f"family right {right[pointing].mean():.2f}, left alone {right[~pointing].mean():.2f}"
    print(f"{len(read)} sentences: {overall}, macro F1 {sum(scores.values()) / len(scores):.2f}")


def _named(cell: str) -> set[str]:
    return set(cell.split(";")) - {""}


def _f1(read: pd.DataFrame, family: str) -> float:
    true, found = (read[column].map(lambda families: family in families) for column in ("true", "found"))
    return float(2 * (true & found).sum() / (true.sum() + found.sum()))


if __name__ == "__main__":
    learnt_from = Statements.model_validate(yaml.safe_load(PARAMS.read_text(encoding="utf-8")))
    if sys.argv[2:]:
        answer(sys.argv[1], sys.argv[2], learnt_from)
    elif sys.argv[1:]:
        for _, half in unseen(sys.argv[1], learnt_from).groupby("examples"):
            show(half.reset_index(drop=True))
    else:
        show(left_out(learnt_from))
