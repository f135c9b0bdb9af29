"""Bring the catalogues in translations/ up to the sources, where the words stand in Indonesian.

Run by the environment's Python: python bin/_translations.py ROOT. A new text comes in empty and is named; one that has
gone leaves. No guesses, no places and no dates: a catalogue changes only where the words do.
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

SOURCES = [("lms/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
#: Flaw and Finding carry words from below the pages up to them, where they are translated.
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_pgettext": ((1, "c"), 2), "Finding": None, "say": None, "Flaw": (2,)}
HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: {plural}\n"

"""


def main(root: Path) -> int:
    """Write every catalogue anew and name what it lacks."""
    found, lacking = extract(root), 0
    for file in catalogues(root):
        catalogue = read(file)
        catalogue.update(found, no_fuzzy_matching=True, update_header_comment=False)
        file.write_bytes(in_file_form(catalogue))
        empty = untranslated(catalogue)
        lacking += len(empty)
        print(f"{file.relative_to(root)}: {len(catalogue)} teks, {len(empty)} belum diterjemahkan")
        for text in empty:
            print(f"  {text}")
    return 1 if lacking else 0


def extract(root: Path) -> Catalog:
    """What the sources say, as a catalogue without translations."""
    found = Catalog()
    messages = extract_from_dir(root, SOURCES, OPTIONS, KEYWORDS, directory_filter=_is_ours)
    for _file, _line, text, _comments, context in messages:
        found.add(text, context=context)
    return found


def catalogues(root: Path) -> list[Path]:
    """The catalogue of each language."""
    return sorted((root / "translations").glob("*/LC_MESSAGES/*.po"))


def read(file: Path) -> Catalog:
    """A catalogue, with the language that its folder names."""
    with file.open("rb") as stream:
        return read_po(stream, locale=file.parts[-3], abort_invalid=True)


def in_file_form(catalogue: Catalog) -> bytes:
    """As it is kept: sorted, one line a text, and a header that does not change by itself."""
    body = BytesIO()
    write_po(body, catalogue, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    header = HEADER.format(language=catalogue.locale, plural=catalogue.plural_forms)
    return header.encode() + body.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """Texts without a translation, or without one of its forms."""
    lacking = []
    for message in catalogue:
        text, said = message.id, message.string
        if text and not all(said if isinstance(said, tuple | list) else [said]):
            lacking.append(text if isinstance(text, str) else text[0])
    return lacking


def _is_ours(folder: str) -> bool:
    """Only the two folders named above hold texts: the others need not be walked."""
    return Path(folder).name not in {".git", ".venv", "build", "node_modules", "tests", "var"}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
