"""Certificate designs: a folder of design.yaml, page.html, page.css and what these refer to."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from lms.config import ROOT

#: Where the designs of this installation lie: one folder each, by its id.
SHIPPED = ROOT / "certificates"


class BrokenDesign(ValueError):
    """A design's files do not fit together; the message names the file and the entry."""


class MissingFont(FileNotFoundError):
    """A font that the design names is not there; the message says where it should come from."""


@dataclass(frozen=True)
class FontSource:
    """One font file and the npm package that carries it. usual: the characters that all certificates use of it, where
    they are few; every file carries their glyphs."""

    family: str
    package: str
    file: str
    usual: str = ""

    @property
    def in_node_modules(self) -> Path:
        """Where the file stands below node_modules."""
        return Path(self.package) / "files" / self.file


@dataclass(frozen=True, kw_only=True)
class Field:
    """The room for one text. Sizes in pt, width in mm, tracking in em."""

    font: str
    size: float
    least: float
    width: float
    lines: int = 1
    tracking: float = 0.0
    upper: bool = False


@dataclass(frozen=True)
class Logo:
    """An agency's logo, as small as a certificate carries it. name: with its type; alt: what it shows."""

    name: str
    alt: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Design:
    """A loaded design. Immutable: another content is another hash.

    fields: by name; of the annex's table `unit_1_name` and so on, for as many rows as it may have (most_rows).
    features: the OpenType features that page.css switches on for every text, by their tags.
    colours: by name; tints: of the main one, with the share of paper in each.
    title_says, title_never: words that an agency's title must have, and those that it must not, in small letters.
    approver_signs: whether who approved a certificate is printed, not the official of scheme or edition.
    accent_is_read: whether texts are set in the second colour, on the first. narrows: widths of fields beside a logo.
    palette: colour → colour of an agency, in capitals, for the files that page.css opens.
    """

    id: str
    version: str
    folder: Path
    fonts: Mapping[str, FontSource]
    fields: Mapping[str, Field]
    most_rows: int
    features: tuple[str, ...]
    words: Mapping[str, str]
    signatures: Mapping[str, Mapping[str, str]]
    qr_size: float
    qr_error: str
    html: str
    css: str
    hash: str
    colours: Mapping[str, str]
    tints: Mapping[str, float]
    title_says: str
    title_never: tuple[str, ...]
    approver_signs: bool
    accent_is_read: bool
    narrows: Mapping[str, float]
    palette: Mapping[str, str] = field(default_factory=dict)
    logo: Logo | None = None

    def fields_in(self, rows: int) -> dict[str, Field]:
        """The fields of a certificate whose annex has so many rows."""
        beyond = tuple(f"unit_{row}_" for row in range(rows + 1, self.most_rows + 1))
        return {name: room for name, room in self.fields.items() if not name.startswith(beyond)}

    def __hash__(self) -> int:
        return hash(self.hash)


def load(folder: Path) -> Design:
    """The design in a folder. Raises BrokenDesign where its files do not fit together."""
    folder = folder.resolve()
    try:
        settings = yaml.safe_load((folder / "design.yaml").read_text("utf-8"))
        return _read(folder, settings)
    except (KeyError, TypeError, AttributeError, yaml.YAMLError, OSError) as fault:
        raise BrokenDesign(f"{folder / 'design.yaml'}: {fault!r}") from fault


def current(folder: Path) -> Design:
    """The design in a folder, read once; one whose files were changed since is read anew. Raises BrokenDesign."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    found = ((path, path.stat()) for path in files)
    return _loaded(folder, tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found))


@lru_cache(maxsize=16)
def _loaded(folder: Path, _stamp: tuple[tuple[str, int, int], ...]) -> Design:
    return load(folder)


def shipped() -> dict[str, Design]:
    """The designs that come with this installation, by id."""
    found = (current(path.parent) for path in sorted(SHIPPED.glob("*/design.yaml")))
    return {design.id: design for design in found}


def missing_fonts(design: Design, fonts_dir: Path) -> list[FontSource]:
    """The fonts that the design names and the folder lacks."""
    return [font for font in design.fonts.values() if not (fonts_dir / font.file).is_file()]


def require_fonts(design: Design, fonts_dir: Path) -> None:
    """Raises MissingFont unless every font of the design is there."""
    if missing := missing_fonts(design, fonts_dir):
        named = ", ".join(f"{font.file} (from {font.package})" for font in missing)
        raise MissingFont(f"{fonts_dir} lacks {named}; run the set-up again")


def copy_fonts(design: Design, *, node_modules: Path, fonts_dir: Path) -> None:
    """Copies the design's fonts out of node_modules. Raises MissingFont where a package is absent."""
    fonts_dir.mkdir(parents=True, exist_ok=True)
    for font in missing_fonts(design, fonts_dir):
        source = node_modules / font.in_node_modules
        if not source.is_file():
            raise MissingFont(f"{source} is absent: install {font.package}")
        shutil.copyfile(source, fonts_dir / font.file)


def _read(folder: Path, settings: dict[str, Any]) -> Design:
    fonts = {family: FontSource(family, **source) for family, source in settings["fonts"].items()}
    fields = {name: Field(**room) for name, room in settings["fields"].items()}
    table = settings.get("rows", {"most": 0, "fields": {}})
    for row in range(1, table["most"] + 1):
        fields |= {f"unit_{row}_{name}": Field(**room) for name, room in table["fields"].items()}
    for name, room in fields.items():
        if room.font not in fonts:
            raise BrokenDesign(f"{folder / 'design.yaml'}: field {name} asks for font {room.font}")
    adapts = settings["adapts"]
    return Design(
        id=settings["id"],
        version=str(settings["version"]),
        folder=folder,
        fonts=fonts,
        fields=fields,
        most_rows=table["most"],
        features=tuple(settings.get("features", ())),
        words=settings["words"],
        signatures=settings["signatures"],
        qr_size=float(settings["qr"]["size"]),
        qr_error=settings["qr"]["error"],
        html=(folder / "page.html").read_text("utf-8"),
        css=(folder / "page.css").read_text("utf-8"),
        hash=_content_hash(folder),
        colours=settings["colours"],
        tints=settings.get("tints", {}),
        title_says=adapts["title_says"],
        title_never=tuple(adapts["title_never"]),
        approver_signs=adapts["approver_signs"],
        accent_is_read=adapts["accent_is_read"],
        narrows=adapts["narrows"],
    )


def _content_hash(folder: Path) -> str:
    """SHA-256 over names, lengths and contents of all files of the design, in order of name."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
