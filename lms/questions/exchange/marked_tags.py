"""Competency, level and difficulty in formats that only know free tags: `kompetensi:TEK.KI`, `tingkat:2`, `kesulitan:sedang`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

DIFFICULTIES = {
    "mudah": "mudah",
    "sedang": "sedang",
    "sulit": "sulit",
    "easy": "mudah",
    "medium": "sedang",
    "hard": "sulit",
}
LONGEST_TAG = 40
_COMMENT = re.compile(r"\[tag:([^\]]+)\]")
_FIELDS = {"kompetensi": "competency", "competency": "competency", "tingkat": "level", "level": "level"} | {
    "kesulitan": "difficulty",
    "difficulty": "difficulty",
}


def tags_of(words: Iterable[str]) -> dict[str, Any]:
    """The tags among free words; those that are none of ours are free tags."""
    made: dict[str, Any] = {}
    free: set[str] = set()
    for word in words:
        name, _, value = word.partition(":")
        field, value = _FIELDS.get(name.strip().lower()), value.strip()
        if field is None and (tag := free_tag(word)):
            free.add(tag)
        if field == "level" and value in {"1", "2", "3", "4", "5"}:
            made[field] = int(value)
        elif field == "difficulty" and value.lower() in DIFFICULTIES:
            made[field] = DIFFICULTIES[value.lower()]
        elif field == "competency" and value:
            made[field] = value
    return made | ({"tags": sorted(free)} if free else {})


def folder_of(path: str) -> str:
    """The names in `$course$/top/Dasar/Satu` that are the author's: `Dasar/Satu`."""
    names = [part.strip() for part in path.split("/")]
    return "/".join(name for name in names if name and not name.startswith("$") and name != "top")


def path_of(folder: str) -> str:
    """A folder as other systems name it, so that `folder_of` gives it back; where there is none, the place above all."""
    return "/".join(("$course$", "top", folder)).rstrip("/")


def free_tag(word: str) -> str:
    """A tag as it is kept: in small letters, blanks as one, at most 40 letters."""
    return " ".join(word.split()).lower()[:LONGEST_TAG].strip()


def tags_in_comment(comments: Iterable[str]) -> dict[str, Any]:
    """The tags in comments such as `// [tag:tingkat:2]`."""
    return tags_of(word for comment in comments for word in _COMMENT.findall(comment))


def words_of(tags: Mapping[str, Any]) -> list[str]:
    """Tags as free words."""
    names = (("kompetensi", "competency"), ("tingkat", "level"), ("kesulitan", "difficulty"))
    return [f"{word}:{tags[field]}" for word, field in names if tags.get(field)] + list(tags.get("tags", ()))
