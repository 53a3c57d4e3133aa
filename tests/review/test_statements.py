from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import ValidationError

from saypro_nb.agree.library import Statements
from saypro_nb.keep import meanings_table
from saypro_nb.review import statements
from saypro_nb.review.meanings import Meanings

ROOT = Path(__file__).parents[2]
PARAMS = ROOT / "params" / "statements.yaml"
UNSEEN = ROOT / "tests" / "reference" / "voices.csv"
SMALL = Statements.model_validate(
    {
        "words": {"staff": ("driver*", "nurse*"), "lack": ("too few", "not enough", "short of")},
        "examples": {
            "ours": {
                "resources": ("We have too few drivers", "Not enough vans"),
                "training": ("Nobody showed me the till", "I never had a course"),
                "none": ("All is well", "Nothing to add"),
            }
        },
    }
)


@pytest.fixture(scope="module")
def known() -> Statements:
    return Statements.model_validate(yaml.safe_load(PARAMS.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def reader(known: Statements) -> statements.Reader:
    return statements.learn(known, meanings_table.load())


@pytest.fixture
def small() -> statements.Reader:
    return statements.learn(SMALL, Meanings.none())


def three_meanings() -> Meanings:
    """Return a table in which lorries lie beside drivers, lessons beside a course, and well far from all of them."""
    words = {"drivers": (1, 0), "lorries": (0.96, 0.28), "course": (-1, 0), "lessons": (-0.96, 0.28), "well": (0, -1)}
    return Meanings({word: row for row, word in enumerate(words)}, np.array(list(words.values()), dtype=float))


def verdict(reader: statements.Reader, text: str) -> tuple[str, str]:
    row = statements.read([text], reader).iloc[0]
    return row["verdict"], row["families"]


# None of these sentences, or a near copy, is among the examples.
@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("The ward is short of nurses at night", "resources"),
        ("Our laptops are too slow for the new release", "resources"),
        ("Newcomers were never taught how to use the ledger", "training"),
        ("I would like a course on the planning tool", "training"),
        ("Every purchase waits a week for three signatures", "processes"),
        ("We type each delivery into two systems by hand", "processes"),
        ("Our clients do not open the newsletter", "engagement"),
        ("Customers leave because nobody keeps in touch with them", "engagement"),
        ("Sales and production follow conflicting targets", "alignment"),
        ("Nobody tells us what the priorities of the company are", "alignment"),
    ],
)
def test_a_plain_sentence_is_read_as_its_family(reader: statements.Reader, text: str, family: str) -> None:
    found, families = verdict(reader, text)
    assert (found, families.split(";")[0]) == ("cause", family)


@pytest.mark.parametrize(
    "text",
    [
        "Nothing to add from my side",
        "The course in March was excellent",
        "We have enough people and good tools",
        "Our goals are clear",
        "I was ill for a week",
        "It rained all summer",
    ],
)
def test_praise_news_and_private_reasons_ask_for_no_remedy(reader: statements.Reader, text: str) -> None:
    assert verdict(reader, text) == ("no cause", "")


def test_two_families_are_named_where_both_are_said(reader: statements.Reader) -> None:
    found = statements.read(["Too few agents and every case needs three approvals"], reader).iloc[0]
    assert set(found["families"].split(";")) == {"resources", "processes"}
    assert "approvals" in found["words"]


def test_a_word_family_carries_over_to_a_word_that_no_example_has(small: statements.Reader) -> None:
    # "nurses" and "short of" stand in no example; they are of the families of "drivers" and "too few".
    assert verdict(small, "Short of nurses") == ("cause", "resources")


def test_the_words_that_led_there_stand_in_the_statement_in_its_order(small: statements.Reader) -> None:
    row = statements.read(["We have too few drivers"], small).iloc[0]
    assert "drivers" in row["words"].split(", ")
    places = [row["statement"].lower().find(word) for word in row["words"].split(", ")]
    assert places == sorted(places)
    assert min(places) >= 0


def test_an_example_resembles_itself_most(small: statements.Reader) -> None:
    assert statements.read(["Not enough vans"], small).iloc[0]["like"] == "Not enough vans"


@pytest.mark.parametrize("text", ["?", "Zxqv brglm", "", "12345"])
def test_what_has_no_known_word_is_left_for_a_person(small: statements.Reader, text: str) -> None:
    row = statements.read([text], small).iloc[0]
    assert (row["verdict"], row["families"], row["like"]) == ("please read", "", "")


def test_a_statement_halfway_between_a_cause_and_none_is_left_for_a_person(small: statements.Reader) -> None:
    assert verdict(small, "drivers well") == ("please read", "")


def test_the_same_examples_and_statements_give_the_same_answer(known: Statements) -> None:
    texts = ["We are short of people", "Approvals take weeks", "Fine"]
    once, again = (statements.read(texts, statements.learn(known, meanings_table.load())) for _ in range(2))
    assert once.equals(again)


def test_each_statement_is_read_by_itself(reader: statements.Reader) -> None:
    texts = ["We are short of people", "Approvals take weeks", "Fine"]
    together = statements.read(texts, reader)
    assert [statements.read([text], reader).iloc[0]["lead"] for text in texts] == together["lead"].tolist()


def test_the_score_is_the_sum_over_the_marks(reader: statements.Reader) -> None:
    # With no mark left the level alone speaks: the share of each label among the examples, shifted by their mean.
    shares = reader.level + reader.vectors.mean(axis=0) @ reader.weights
    assert shares.sum() == pytest.approx(1)


def test_a_set_of_examples_can_be_left_out(known: Statements) -> None:
    name, groups = next(iter(known.examples.items()))
    left_out = {text for texts in groups.values() for text in texts}
    assert not left_out & set(statements.learn(known, Meanings.none(), without=[name]).examples)


def test_sentences_that_no_example_resembles_are_read_far_better_than_by_chance(reader: statements.Reader) -> None:
    # Guessing one of six labels is right in 17 %; a keyword list written from a few sentences reaches F1 0.14.
    unseen = pd.read_csv(UNSEEN, keep_default_na=False)
    found = statements.read(unseen["text"].tolist(), reader)["families"]
    pointing = unseen["labels"] != ""
    right = [bool({*a.split(";")} & {*b.split(";")}) for a, b in zip(unseen["labels"], found, strict=True)]
    assert pd.Series(right)[pointing].mean() > 0.65
    assert pd.Series(right)[~pointing].mean() > 0.75


def test_no_unseen_sentence_is_an_example(known: Statements) -> None:
    plain = {text.lower().strip(".! ") for groups in known.examples.values() for ts in groups.values() for text in ts}
    unseen = pd.read_csv(UNSEEN, keep_default_na=False)
    pointing = unseen.loc[unseen["labels"] != "", "text"].str.lower().str.strip(".! ")
    assert not plain & set(pointing)


def test_a_word_of_near_meaning_carries_over_and_says_what_it_was_read_as() -> None:
    # "lorries" stands in no example and no word family; it lies near "drivers" and far from "course".
    reader = statements.learn(SMALL, three_meanings())
    row = statements.read(["lorries"], reader).iloc[0]
    assert (row["verdict"], row["families"]) == ("cause", "resources")
    assert row["words"] == "lorries (close to drivers)"
    assert verdict(reader, "lessons") == ("cause", "training")


def test_without_meanings_a_word_that_stands_nowhere_is_left_for_a_person(small: statements.Reader) -> None:
    assert verdict(small, "lorries") == ("please read", "")


def test_the_shares_of_all_words_add_up_to_the_score(reader: statements.Reader) -> None:
    text = "We are short of nurses, and the roster never adds up"
    scores = (reader.measure.numbers([text]) @ reader.weights)[0]
    for label in range(scores.size):
        assert sum(reader.measure.shares(text, reader.weights[:, label]).values()) == pytest.approx(scores[label])


def test_statements_that_people_forgot_to_label_are_refused() -> None:
    with pytest.raises(ValidationError, match="money"):
        Statements.model_validate({"words": {}, "examples": {"ours": {"money": ["No budget"]}}})


def test_every_example_is_labelled_once(known: Statements) -> None:
    texts = [text for groups in known.examples.values() for examples in groups.values() for text in examples]
    twice = {text for text in texts if texts.count(text) > 1}
    labels = {text: {key for g in known.examples.values() for key, ts in g.items() if text in ts} for text in twice}
    assert all(len(keys) == 1 for keys in labels.values()), labels


@pytest.mark.parametrize("meanings", [Meanings.none(), three_meanings()], ids=["wording alone", "with meanings"])
def test_what_was_learnt_once_and_recalled_reads_as_before(meanings: Meanings) -> None:
    reader = statements.learn(SMALL, meanings)
    again = statements.Reader.recalled(reader.learnt(), SMALL, meanings)
    texts = ["We are short of nurses", "Nobody gave me lessons at the till", "All is well", "Lorries", ""]
    pd.testing.assert_frame_equal(statements.read(texts, again), statements.read(texts, reader), check_exact=True)
    assert again.wording == reader.wording
