"""Practice questions in the text of a lesson: called by their names while one writes, kept by their ids. Pure.

::: latihan Ciri surel pengelabuan      in the editor      ::: latihan 0b6f2c1e-…      in the draft
"""

import re
import textwrap
from collections.abc import Iterable, Mapping

from lms import markup
from lms.questions.practice import PracticeQuestion

LONGEST_NAME = 70
_OPENING = re.compile(r"^(:::[ \t]*latihan[ \t]+)(\S.*?)[ \t]*$", re.MULTILINE)
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


class Names:
    """What each practice question is called: the name its author gave it, else its first words; no two alike."""

    def __init__(self, questions: Iterable[PracticeQuestion]) -> None:
        self.by_id: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        for one in questions:
            name = wanted = _name_of(one.content)
            number = 2
            while name.casefold() in self._ids:
                name, number = f"{wanted} ({number})", number + 1
            self.by_id[one.uuid], self._ids[name.casefold()] = name, one.uuid

    def shown(self, body: str) -> str:
        """The text with names in place of ids; an id of no question stays."""
        return _OPENING.sub(lambda found: found[1] + self.by_id.get(found[2].lower(), found[2]), body)

    def kept(self, typed: str) -> str:
        """The text with ids in place of names; a name of no question stays."""
        return _OPENING.sub(lambda found: found[1] + self._ids.get(found[2].casefold(), found[2]), typed)

    def unknown(self, typed: str) -> list[str]:
        """Names in a text that no question has."""
        return [found[2] for found in _OPENING.finditer(self.kept(typed)) if not _ID.fullmatch(found[2])]


def ids(body: str) -> list[str]:
    """The ids in a text."""
    return [found[2].lower() for found in _OPENING.finditer(body) if _ID.fullmatch(found[2])]


def _name_of(content: Mapping[str, object]) -> str:
    words = content.get("name") or _TAG.sub(" ", str(markup.html(str(content["stem"]))))
    return textwrap.shorten(str(words), LONGEST_NAME, placeholder="…")
