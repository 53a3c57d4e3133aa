"""YAML files as people write them: without YAML's silent surprises, and without what would bring a reader down.

A key given twice is a fault, not the last one's win. Aliases are allowed, but a value can't contain itself, and what a
file unfolds to has a limit, as has its depth: the parser itself ends in a crash some ten thousand brackets down.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from saypro_nb.agree.errors import Fault

LARGEST_FILE = 20_000_000  # bytes; the sample's largest has 100,000
MOST_VALUES = 500_000  # with every alias written out; the sample's largest file has 5,000
DEEPEST = 50  # levels; params have ten at most

_BREAKS = {"\n", "\t", "\r", "\x85"}


class _Loader(yaml.CSafeLoader):
    """The safe loader, with constructors that tell the line of what they refuse."""


def read(file: Path, name: str, faults: list[Fault]) -> Any:
    """Return the content of a YAML file; on a fault add it to `faults`, with the file's `name`, and return None."""
    try:
        text = _text(file)
        _refuse_bombs(yaml.parse(text, Loader=_Loader))
        return yaml.load(text, Loader=_Loader)
    except FileNotFoundError:
        faults.append(Fault(name, "the file is missing", "Put it there, or see the sample's"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        faults.append(Fault(name, f"not readable as YAML ({reason})", "Mend that line"))
    return None


def _text(file: Path) -> str:
    if file.exists() and not file.is_file():
        raise OSError("it is no file")  # a pipe would never end
    if file.stat().st_size > LARGEST_FILE:
        raise OSError(f"it has more than {LARGEST_FILE // 1_000_000} megabytes")
    return file.read_text(encoding="utf-8-sig")


def _refuse_bombs(events: Iterable[yaml.Event]) -> None:
    """Raise YAMLError for what would unfold without measure, and for letters that no text has."""
    sizes: dict[str | None, int] = {}  # how many values each anchor stands for
    opened, anchors = [0], list[str | None]([None])  # of every open collection: its values so far, and its anchor
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append(1)
            anchors.append(event.anchor)
            sizes.pop(event.anchor, None)
        elif isinstance(event, yaml.CollectionEndEvent):
            size, anchor = opened.pop(), anchors.pop()
            sizes[anchor] = size
            opened[-1] += size
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor in anchors:
                raise _refused(event, f"'{event.anchor}' contains itself")
            opened[-1] += sizes.get(event.anchor, 1)
        elif isinstance(event, yaml.ScalarEvent):
            opened[-1] += 1
            _refuse_control_letters(event)
        if len(opened) > DEEPEST:
            raise _refused(event, f"more than {DEEPEST} levels")
        if opened[-1] > MOST_VALUES:
            raise _refused(event, f"with its aliases written out, it has more than {MOST_VALUES:,} values")


def _refuse_control_letters(event: yaml.ScalarEvent) -> None:
    if event.value.isprintable():
        return
    for letter in event.value:
        if letter not in _BREAKS and unicodedata.category(letter) in ("Cc", "Cs"):
            raise _refused(event, f"the letter U+{ord(letter):04X}, which no text has")


def _refused(place: yaml.Event | yaml.Node, found: str) -> yaml.YAMLError:
    mark: Any = place.start_mark  # of the parser's own kind, which says the line as well
    return yaml.constructor.ConstructorError(None, None, found, mark)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    keys = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
    for key, times in keys.items():
        if times > 1:
            raise _refused(node, f"the key '{key}' is given twice")
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


def _scalar(usual: Callable[[_Loader, yaml.ScalarNode], Any], kind: str, loader: _Loader, node: yaml.ScalarNode) -> Any:
    """Construct as usual; what looks like a day or a number and is none is told with its line."""
    try:
        return usual(loader, node)
    except (ValueError, LookupError, ArithmeticError, AttributeError):
        raise _refused(node, f"'{node.value}' is no {kind}") from None


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
for _kind in ("bool", "int", "float", "timestamp"):
    _tag = f"tag:yaml.org,2002:{_kind}"
    _Loader.add_constructor(_tag, partial(_scalar, yaml.CSafeLoader.yaml_constructors[_tag], _kind))
