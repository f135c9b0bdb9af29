"""Free tags and folders of questions: how they are kept, and how much of them a question may have."""

import re
from collections.abc import Iterable

MOST_TAGS = 10
LONGEST_TAG = 40
LONGEST_FOLDER = 120
_BETWEEN = re.compile(r"[,;]")


def free_tag(word: str) -> str:
    """A tag as it is kept: in small letters, blanks as one."""
    return " ".join(word.split()).lower()


def free_tags(line: str) -> list[str]:
    """The tags of a line, with commas or semicolons between them, each once, in its order."""
    return once(free_tag(word) for word in _BETWEEN.split(line))


def once(tags: Iterable[str]) -> list[str]:
    """Each once, in their order, without the empty."""
    return list(dict.fromkeys(tag for tag in tags if tag))
