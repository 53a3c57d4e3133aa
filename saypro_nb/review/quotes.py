"""Quotes: what people wrote, without who wrote it or whom they name.

Names that the data knows (respondents) go wherever they stand, whole or in part. Others go where their surroundings
give them away: a title, a trade, a place of work or a verb of speech beside a capital letter; mail addresses, handles
and telephone numbers go as well. What stays is a name in small letters that no respondent has, a nickname, a name
without such surroundings, and a description that fits one person only ("the welder with the bad knee"): a person
reads quotes before they leave the house.
"""

import re
from collections.abc import Collection, Iterable

HIDDEN = "[someone]"
NUMBER = "[number]"
SHORTEST_PART = 3  # "Li" and "Al" go as part of a full name only, since they are also pieces of ordinary sentences

_NAME = r"[A-Z][^\W\d_]+(?:[-' ][A-Z][^\W\d_]+)*"
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam|Frau|Herr)\.?"
_TRADE = (
    r"(?:boss|manager|supervisor|leader|lead|director|head|chief|colleague|coworker|co-worker|teammate|trainer|mentor|"
    r"buddy|assistant|deputy|friend|intern|planner|agent|named|called|with|ask|asked|tell|told|thank|thanks)"
)
_SPEECH = (
    r"(?:said|says|told|tells|asked|asks|wrote|writes|thinks|mentioned|insists|promised|shouted|left|resigned|quit)"
)
_ORDINARY = re.compile(  # words that open a sentence with a capital letter
    r"(?:A|All|Also|An|And|Any\w*|As|At|Because|But|By|Customers|Each|Every\w*|For|From|He|Her|His|How|I|If|In|It|Its|"
    r"Many|Most|My|No|Nobody|None|Nothing|On|One|Our|People|She|Some\w*|That|The|Their|Then|There|They|This|Those|Two|"
    r"Under|Until|We|What|When|Where|Which|Who|Why|You|Your)"
)


def anonymise(text: str, names: Iterable[str], *, spared: Collection[str] = ()) -> str:
    """Return `text` without the `names` and without what looks like a person; `spared` are departments and teams."""
    text = re.sub(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\w)@\w+", HIDDEN, text)
    text = re.sub(r"(?<![\w])\+?\d(?:[\s()./-]{0,2}\d){6,}", NUMBER, text)
    for name in sorted({" ".join(name.split()) for name in names if name.strip()}, key=len, reverse=True):
        text = _without(text, name)
    return _without_lookalikes(text, {word.lower() for group in spared for word in re.split(r"[\W_]+", group)})


def _without(text: str, name: str) -> str:
    """Return `text` without the whole `name` in any letters, or a part of it that has its capital letter."""
    text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
    for part in re.split(r"[\s,.]+", name):
        if len(part) >= SHORTEST_PART and not part.isdigit():  # "017" of a pseudonym is a figure elsewhere
            text = re.sub(rf"(?<!\w){re.escape(part[0].upper() + part[1:])}(?!\w)", HIDDEN, text)
            text = re.sub(rf"(?<!\w){re.escape(part.upper())}(?!\w)", HIDDEN, text)
    return text


def _without_lookalikes(text: str, spared: Collection[str]) -> str:
    def hide(found: re.Match[str]) -> str:
        words = re.split(r"[-' ]", found["name"])
        ordinary = _ORDINARY.fullmatch(words[0]) or all(word.lower() in spared or word.isupper() for word in words)
        return found[0] if ordinary else found[0].replace(found["name"], HIDDEN)

    text = re.sub(rf"\b{_TITLE}\s+(?P<name>{_NAME})", HIDDEN, text)
    text = re.sub(rf"\b{_TRADE},?\s+(?P<name>{_NAME})", hide, text)
    text = re.sub(rf"\b(?P<name>{_NAME})\s+(?:from|in|at|of)\s+[^\W\d_]+\s+{_SPEECH}\b", hide, text)
    return re.sub(rf"\b(?P<name>{_NAME})\s+{_SPEECH}\b", hide, text)
