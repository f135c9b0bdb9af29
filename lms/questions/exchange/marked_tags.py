"""Competency, level and difficulty in formats that only know free tags: `kompetensi:TEK.KI`, `tingkat:2`, `kesulitan:sedang`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lms.questions.free_tags import LONGEST_FOLDER, LONGEST_TAG, MOST_TAGS, free_tags, once
from lms.questions.said import say

DIFFICULTIES = {
    "mudah": "mudah",
    "sedang": "sedang",
    "sulit": "sulit",
    "easy": "mudah",
    "medium": "sedang",
    "hard": "sulit",
}
_COMMENT = re.compile(r"\[tag:([^\]]+)\]")
_FIELDS = {"kompetensi": "competency", "competency": "competency", "tingkat": "level", "level": "level"} | {
    "kesulitan": "difficulty",
    "difficulty": "difficulty",
}
#: What an author writes instead of a tag that was meant as one of ours and could not be read, or came a second time.
_INSTEAD = {
    "competency": say("tulis satu kode kompetensi"),
    "level": say("tulis satu tingkat, 1 sampai 5"),
    "difficulty": say("tulis satu kesulitan: mudah, sedang, atau sulit"),
}


def tags_of(words: Iterable[str]) -> dict[str, Any]:
    """The tags among free words; those that are none of ours, that ours do not hold, or that name one again are free tags."""
    made: dict[str, Any] = {}
    free: list[str] = []
    for word in words:
        field, value = _marked(word)
        held = _HELD[field](value) if field else None
        if field and held is not None and made.setdefault(field, held) == held:
            continue
        free += free_tags(word)
    return made | ({"tags": once(free)} if free else {})


def fitted(tags: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Tags and folder as a bank keeps them, and what became of them on the way there, for whoever wrote them."""
    free: list[str] = list(tags.get("tags", ()))
    said: list[str] = []
    for tag in free:
        if (field := _marked(tag)[0]) is not None:
            said.append(say("'%(tag)s' disimpan sebagai tag biasa; %(instead)s", tag=tag[:60], instead=_INSTEAD[field]))
        if len(tag) > LONGEST_TAG:
            said.append(say("tag '%(tag)s' dipotong menjadi %(longest)s huruf", tag=tag[:60], longest=LONGEST_TAG))
    free = once(tag[:LONGEST_TAG].rstrip() for tag in free)
    if len(free) > MOST_TAGS:
        left = ", ".join(free[MOST_TAGS:])
        shown = left if len(left) <= 120 else f"{left[:119]}…"
        said.append(say("hanya %(most)s tag pertama disimpan, tanpa %(tags)s", most=MOST_TAGS, tags=shown))
    fit = {name: value for name, value in tags.items() if name not in {"tags", "folder"}}
    fit |= {"tags": free[:MOST_TAGS]} if free else {}
    folder = str(tags.get("folder", ""))
    if len(folder) > LONGEST_FOLDER:
        folder = folder[:LONGEST_FOLDER].rstrip(" /")
        said.append(say("folder dipotong menjadi %(longest)s huruf", longest=LONGEST_FOLDER))
    return fit | ({"folder": folder} if folder else {}), said


def _marked(word: str) -> tuple[str | None, str]:
    """(which of ours a word names, or None; what stands behind its colon)."""
    name, colon, value = word.partition(":")
    return (_FIELDS.get(name.strip().lower()) if colon else None), value.strip()


#: What a value means, or None.
_HELD: Mapping[str, Any] = {
    "competency": lambda value: value or None,
    "level": lambda value: int(value) if value in {"1", "2", "3", "4", "5"} else None,
    "difficulty": lambda value: DIFFICULTIES.get(value.lower()),
}


def folder_of(path: str) -> str:
    """The names in `$course$/top/Dasar/Satu` that are the author's: `Dasar/Satu`."""
    names = [part.strip() for part in path.split("/")]
    return "/".join(name for name in names if name and not name.startswith("$") and name != "top")


def path_of(folder: str) -> str:
    """A folder as other systems name it, so that `folder_of` gives it back; where there is none, the place above all."""
    return "/".join(("$course$", "top", folder)).rstrip("/")


def tags_in_comment(comments: Iterable[str]) -> dict[str, Any]:
    """The tags in comments such as `// [tag:tingkat:2]`."""
    return tags_of(word for comment in comments for word in _COMMENT.findall(comment))


def words_of(tags: Mapping[str, Any]) -> list[str]:
    """Tags as free words."""
    names = (("kompetensi", "competency"), ("tingkat", "level"), ("kesulitan", "difficulty"))
    return [f"{word}:{tags[field]}" for word, field in names if tags.get(field)] + list(tags.get("tags", ()))
