"""Each text of the sources stands in every catalogue, translated; and the sources are Indonesian throughout."""

import re
from collections.abc import Iterator
from pathlib import Path

import _translations
import pytest
from babel.messages import Catalog, Message
from flask import Flask

from lms.config import ROOT
from lms.web.plurals import ngettext

CATALOGUES = _translations.catalogues(ROOT)
#: Abbreviations, units and words that the two languages share, and texts that only join others.
SAME_IN_ENGLISH = {
    "%(field)s %(n)s",
    "%(field)s: %(message)s",
    "%(file)s, %(place)s",
    "%(item)s, %(place)s",
    "%(place)s (%(name)s)",
    "%(name)s, item %(identifier)s",
    "Folder",
    "Item %(identifier)s",
    "Logo",
    "%(n)s JP",
    "%(n)s JP, %(day)s",
    "1–3 JP",
    "4–9 JP",
    "Data",
    "JP",
    "JP, %(year)s",
    "NIP",
    "NIP %(nip)s",
    "±%(n)s KB",
}
ENGLISH = re.compile(r"\b(?:the|and|you|your|with|not|this|that|from|please|is|are|of|to)\b", re.I)
BRACE_PLACE = re.compile(r"\{\w+\}")
PERCENT_PLACE = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def sources() -> Catalog:
    """What the sources say now."""
    return _translations.extract(ROOT)


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def places(text: str) -> set[str]:
    """What is filled in: %(name)s where Python does it, {name} where a script does."""
    return set(BRACE_PLACE.findall(text)) | set(PERCENT_PLACE.findall(text))


def named(file: Path) -> str:
    return file.parts[-3]


def test_there_is_an_english_catalogue() -> None:
    assert [named(file) for file in CATALOGUES] == ["en"]


@pytest.mark.parametrize("file", CATALOGUES, ids=named)
def test_a_catalogue_is_what_the_tool_would_write(file: Path, sources: Catalog) -> None:
    catalogue = _translations.read(file)
    catalogue.update(sources, no_fuzzy_matching=True, update_header_comment=False)

    assert catalogue.obsolete == {}, "run bin/translate: texts have gone"
    assert file.read_bytes() == _translations.in_file_form(catalogue), "run bin/translate"


@pytest.mark.parametrize("file", CATALOGUES, ids=named)
def test_no_text_is_without_a_translation(file: Path, sources: Catalog) -> None:
    catalogue = _translations.read(file)
    catalogue.update(sources, no_fuzzy_matching=True, update_header_comment=False)

    assert _translations.untranslated(catalogue) == []


@pytest.mark.parametrize("file", CATALOGUES, ids=named)
def test_no_translation_is_a_guess(file: Path) -> None:
    assert [message.id for message in messages(_translations.read(file)) if message.fuzzy] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=named)
def test_a_translation_fills_in_what_its_text_does(file: Path) -> None:
    wrong = []
    for message in messages(_translations.read(file)):
        wanted = places(forms(message.id)[-1])
        *singular, plural = [places(said) for said in forms(message.string)]
        # A singular may say "one" instead of the number.
        if plural != wanted or any(one not in (wanted, wanted - {"%(num)s"}) for one in singular):
            wrong.append(message.id)

    assert wrong == []


def test_a_number_of_a_sentence_is_written_with_the_thousands_of_the_language(app: Flask) -> None:
    """Flask-Babel would fill in the bare number: 5000 for what the pages call 5.000."""
    bare = re.compile(r"^from flask_babel import .*\bngettext\b", re.MULTILINE)
    assert [str(file) for file in (ROOT / "lms").rglob("*.py") if bare.search(file.read_text())] == []

    with app.test_request_context(headers={"Cookie": "bahasa=en"}):
        assert ngettext("%(num)s baris", "%(num)s baris", 5000) == "5,000 rows"
        assert ngettext("%(num)s baris", "%(num)s baris", 1) == "1 row"
    with app.test_request_context():
        assert ngettext("%(num)s baris", "%(num)s baris", 5000) == "5.000 baris"


def test_only_a_few_words_are_the_same_in_english() -> None:
    english = _translations.read(ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po")
    same = {forms(one.id)[0] for one in messages(english) if set(forms(one.id)) & set(forms(one.string))}

    assert same == SAME_IN_ENGLISH


def test_the_sources_speak_indonesian(sources: Catalog) -> None:
    texts = [text for message in messages(sources) for text in forms(message.id)]

    assert [text for text in texts if ENGLISH.search(PERCENT_PLACE.sub("", text))] == []
