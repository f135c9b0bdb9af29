"""Takes typed fields out of a located value and gathers what is wrong with them, each with its line."""

import re
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from lms.packages.located import Located, Path
from lms.packages.package import Place, Problem
from lms.questions.said import say
from lms.slugs import LONGEST, SLUG

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
AMOUNT = re.compile(r"-?[0-9]{1,6}\.[0-9]{1,2}")


class Fields:
    """One mapping of a file. Each reader returns a value of its type; what was unusable is noted and replaced by an empty one."""

    def __init__(self, source: Located, problems: list[Problem], *, path: Path = (), known: Collection[str]) -> None:
        found = source.value
        for step in path:
            found = found[step]
        self._source, self._problems, self._path = source, problems, path
        self._is_mapping = isinstance(found, dict)
        self._raw: dict[str, Any] = found if self._is_mapping else {}
        if not self._is_mapping:
            problems.append(Problem(self.place(), "di sini diharapkan isian bernama"))
        for name in self._raw:
            if name not in known:
                self.refuse(name, f"isian {name} tidak dikenal")

    def __contains__(self, name: str) -> bool:
        """Whether the field is there, whatever it holds."""
        return name in self._raw

    def place(self, name: str = "") -> Place:
        """Where a field stands; without a name, where the mapping begins."""
        return self._source.place((*self._path, name) if name else self._path)

    def refuse(self, name: str, message: str) -> None:
        """Note that a field cannot stand as it is. Where there are no fields at all, that alone is said."""
        if self._is_mapping:
            self._problems.append(Problem(self.place(name), message))

    def value(self, name: str) -> Any:
        """Whatever stands there; None where nothing does."""
        return self._raw.get(name)

    def has(self, name: str) -> bool:
        """Whether a field was given at all."""
        return name in self._raw

    def amount(self, name: str, *, least: int, most: int) -> int | str:
        """A whole number, or a decimal as a text with a dot, such as "90.01": so that nothing is rounded in reading."""
        value = self._raw.get(name)
        is_number = type(value) is int or (isinstance(value, str) and AMOUNT.fullmatch(value) is not None)
        if not is_number or not least <= Decimal(str(value)) <= most:
            self.refuse(
                name,
                say(
                    'isi %(name)s dengan bilangan %(least)s sampai %(most)s; desimal dalam kutip, misalnya "90.01"',
                    name=name,
                    least=least,
                    most=most,
                ),
            )
            return least
        return value if isinstance(value, int | str) else least

    def text(self, name: str, *, longest: int) -> str:
        """A text that says something, without blanks around it."""
        value = self._raw.get(name)
        if not isinstance(value, str) or not value.strip():
            self.refuse(name, say("isi %(name)s dengan teks", name=name))
            return ""
        if len(value.strip()) > longest:
            self.refuse(name, say("%(name)s paling panjang %(most)s huruf", name=name, most=longest))
        return value.strip()

    def number(self, name: str, *, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self._raw.get(name)
        if type(value) is not int or not least <= value <= most:
            self.refuse(
                name,
                say("isi %(name)s dengan bilangan bulat %(least)s sampai %(most)s", name=name, least=least, most=most),
            )
            return least
        return value

    def truth(self, name: str) -> bool:
        """true or false."""
        value = self._raw.get(name)
        if not isinstance(value, bool):
            self.refuse(name, f"isi {name} dengan true atau false")
        return value is True

    def uuid(self, name: str = "id") -> str:
        """A UUID of version 4 in small letters."""
        value = self._raw.get(name)
        if not isinstance(value, str) or not UUID.fullmatch(value):
            self.refuse(name, f"isi {name} dengan UUID versi 4")
            return ""
        return value

    def slug(self, name: str) -> str:
        """Small letters, digits and single hyphens."""
        value = self._raw.get(name)
        if not isinstance(value, str) or not SLUG.fullmatch(value) or len(value) > LONGEST:
            self.refuse(
                name, say("isi %(name)s dengan huruf kecil, angka, dan tanda hubung, paling panjang 60", name=name)
            )
            return ""
        return value

    def one_of(self, name: str, words: Collection[str]) -> str:
        """One of some words."""
        value = self._raw.get(name)
        if not isinstance(value, str) or value not in words:
            self.refuse(name, f"isi {name} dengan salah satu dari {', '.join(words)}")
            return ""
        return value

    def texts(self, name: str, *, most: int) -> tuple[str, ...]:
        """A list of texts that say something."""
        rows = self.rows(name, most=most)
        for n, row in enumerate(rows):
            if not isinstance(row, str) or not row.strip():
                self._problems.append(Problem(self._source.place((*self._path, name, n)), "tulis sebagai teks"))
        return tuple(row.strip() for row in rows if isinstance(row, str) and row.strip())

    def rows(self, name: str, *, most: int) -> list[Any]:
        """A list with one entry or more, whatever they are."""
        value = self._raw.get(name)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            self.refuse(name, say("isi %(name)s dengan daftar, 1 sampai %(most)s butir", name=name, most=most))
            return []
        return value

    def counts(self, name: str, words: Collection[str]) -> dict[str, int]:
        """Word → how many; may be left out."""
        value = self._raw.get(name, {})
        if not isinstance(value, dict) or any(
            word not in words or type(count) is not int or count < 0 for word, count in value.items()
        ):
            self.refuse(name, say("isi %(name)s dengan jumlah untuk %(words)s", name=name, words=list(words)))
            return {}
        return dict(value)
