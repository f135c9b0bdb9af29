"""Words below the pages: Indonesian as they stand, with what they were made of, so that a page can say them in another language.

A `Said` is a text like any other: files, logs and the command line take it as it is. `told` is for whoever has a translator.
"""

from collections.abc import Callable, Mapping
from typing import Any


class Said(str):
    """An Indonesian text. id: the words with gaps, %(name)s, as the catalogues know them · values: what fills the gaps."""

    id: str
    values: Mapping[str, Any]

    def __new__(cls, id: str, values: Mapping[str, Any]) -> "Said":
        """The text, filled in."""
        made = super().__new__(cls, _filled(id, {name: _text(one, str) for name, one in values.items()}))
        made.id, made.values = id, values
        return made


def say(id: str, **values: Any) -> Said:
    """Words for a reader. Values are shown as they are, those that are Said in the reader's language, sequences with commas."""
    return Said(id, values)


def told(text: str, translate: Callable[[str], str]) -> str:
    """A text in the reader's language; what is no Said has only one."""
    if not isinstance(text, Said):
        return text
    return _filled(translate(text.id), {name: _text(one, translate) for name, one in text.values.items()})


def to_json(text: Any) -> Any:
    """A text with what it was made of, as plain values."""
    if isinstance(text, list | tuple):
        return [to_json(one) for one in text]
    if isinstance(text, Said):
        return {"id": text.id, "values": {name: to_json(one) for name, one in text.values.items()}}
    return text if isinstance(text, str | int | float) else str(text)


def from_json(given: Any) -> Any:
    """The text that to_json wrote."""
    if isinstance(given, list):
        return [from_json(one) for one in given]
    if isinstance(given, dict):
        return Said(given["id"], {name: from_json(one) for name, one in given["values"].items()})
    return given


def _filled(words: str, values: Mapping[str, str]) -> str:
    return words % values if values else words


def _text(value: Any, translate: Callable[[str], str]) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_text(one, translate) for one in value)
    return told(value, translate) if isinstance(value, str) else str(value)
