"""What an agency makes its own of a design: texts, place, signatory, two colours and a logo; and what it must not. Pure.

An adaptation leaves a design's layout alone. Each text has a room there, so what does not fit, or has no glyph, is found
by the renderer itself (`previewing`); here stands what can be told without it.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

from lms.certificates import colours
from lms.certificates.designs import Design, Logo
from lms.certificates.printed import BASES
from lms.people import nip
from lms.people.nip import BadNip

#: Field → the most characters that are taken at all; how many are printed is for the page to say.
LONGEST = {
    "title": 80, "title_en": 100, "basis": 200, "closing": 240, "place": 60, "logo_alt": 120,
    "signatory_name": 100, "signatory_nip": 18, "signatory_rank": 60, "signatory_office": 200,
}  # fmt: skip
TEXTS = ("title", "title_en", "basis", "closing")
_SPEAKING = (*TEXTS, "logo_alt", "signatory_office")
COLOURS = {"main": "nila", "accent": "kunyit"}
HOLDS = ("definitif", "plt")
#: What would make a page pass for the certificate of a professional body (domain: BNSP, its LSP) or of the state.
_POSING = tuple(
    re.compile(pattern)
    for pattern in (
        r"\bb\W{0,3}n\W{0,3}s\W{0,3}p\b", r"\bl\W{0,3}s\W{0,3}p\b", r"sertifikasi\W+profesi", r"sertifikat\W+profesi",
        r"sertifikat\W+kompetensi", r"professional\W+certif", r"certificate\W+of\W+competen", r"kepamongprajaan", r"garuda",
    )
)  # fmt: skip
_GAP = re.compile(r"\s+")


class Fault(NamedTuple):
    """Why an adaptation is refused. field: of Adaptation. why: a key; detail: the character, word or number it is about.

    control: characters that are not seen, such as those that turn the direction of writing. long. posing: may be taken for
    another body's certificate. wording: a title without the words it must have. basis: an opening that checking cannot tell
    from the number. colour: no colour. contrast: too faint on paper, faint: the second colour on the first; detail: the ratio
    reached. nip: not one. missing.
    """

    field: str
    why: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Adaptation:
    """An agency's own of a design; an empty text leaves the design's, or the scheme's (place, signatory).

    main, accent: `#RRGGBB`. logo: its name, as `logos.kept` gives it. signatory_hold: definitif or plt.
    """

    title: str = ""
    title_en: str = ""
    basis: str = ""
    closing: str = ""
    place: str = ""
    signatory_name: str = ""
    signatory_nip: str = ""
    signatory_rank: str = ""
    signatory_hold: str = "definitif"
    signatory_office: str = ""
    main: str = ""
    accent: str = ""
    logo: str = ""
    logo_alt: str = ""

    @property
    def office(self) -> str:
        """The office as it is printed: with "Plt." where the signatory acts."""
        return f"Plt. {self.signatory_office}" if self.signatory_hold == "plt" else self.signatory_office

    def to_json(self) -> dict[str, str]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, str]) -> "Adaptation":
        """The adaptation that to_json wrote."""
        return cls(**values)


def tidied(given: Adaptation) -> Adaptation:
    """With composed letters, one blank between words and none at the ends."""
    texts = {name: _GAP.sub(" ", unicodedata.normalize("NFC", text)).strip() for name, text in asdict(given).items()}
    return Adaptation(**texts | {"signatory_nip": nip.digits(given.signatory_nip) or texts["signatory_nip"]})


def faults(design: Design, given: Adaptation) -> list[Fault]:
    """All that is wrong with an adaptation, in the order of its fields; of a text the first fault alone."""
    found = [fault for name, most in LONGEST.items() for fault in _text(name, getattr(given, name), most)]
    marred = {fault.field for fault in found}
    found += [fault for fault in _meaning(design, given) if fault.field not in marred]
    return sorted([*found, *_colours(design, given)], key=lambda fault: list(asdict(given)).index(fault.field))


def adapted(design: Design, given: Adaptation, logo: bytes = b"") -> Design:
    """The design as the agency prints it: another hash for another adaptation, the shipped design for none at all."""
    if given == Adaptation():
        return design
    palette = _palette(design, given)
    said = {name: getattr(given, name) for name in TEXTS if getattr(given, name)}
    narrowed = (
        {name: replace(design.fields[name], width=width) for name, width in design.narrows.items()} if logo else {}
    )
    stated = json.dumps(given.to_json(), sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(f"{design.hash}\0{stated}\0{hashlib.sha256(logo).hexdigest()}".encode())
    return replace(
        design,
        words={**design.words, **said},
        fields={**design.fields, **narrowed},
        html=colours.painted(design.html, palette),
        css=colours.painted(design.css, palette),
        palette=palette,
        logo=Logo(given.logo, given.logo_alt, logo) if logo else None,
        hash=digest.hexdigest(),
    )


def _text(name: str, text: str, most: int) -> Iterator[Fault]:
    hidden = next((character for character in text if unicodedata.category(character)[0] == "C"), "")
    if len(text) > most:
        yield Fault(name, "long", str(most))
    elif hidden:
        yield Fault(name, "control", f"U+{ord(hidden):04X}")
    elif name in _SPEAKING and (posing := _posing(text)):
        yield Fault(name, "posing", posing)


def _posing(text: str) -> str:
    """The words in a text that would make it pass for another body's; nothing where it has none."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return next((found[0] for pattern in _POSING if (found := pattern.search(plain))), "")


def _meaning(design: Design, given: Adaptation) -> Iterator[Fault]:
    title = given.title.casefold()
    if given.title and design.title_says.casefold() not in title:
        yield Fault("title", "wording", design.title_says)
    for name in ("title", "title_en"):
        never = next((word for word in design.title_never if word in getattr(given, name).casefold()), "")
        if never:
            yield Fault(name, "posing", never)
    if given.basis and not given.basis.startswith(BASES):
        yield Fault("basis", "basis", ", ".join(BASES))
    if given.signatory_nip and not _is_nip(given.signatory_nip):
        yield Fault("signatory_nip", "nip")
    if given.signatory_hold not in HOLDS:
        yield Fault("signatory_hold", "missing")
    signs = (given.signatory_name, given.signatory_office)
    if any((*signs, given.signatory_nip, given.signatory_rank)) and not all(signs):
        yield Fault("signatory_office" if given.signatory_name else "signatory_name", "missing")
    if given.logo and not given.logo_alt:
        yield Fault("logo_alt", "missing")


def _is_nip(text: str) -> bool:
    try:
        return nip.normalise(text) == text
    except BadNip:
        return False


def _colours(design: Design, given: Adaptation) -> Iterator[Fault]:
    chosen = {name: getattr(given, name) for name in COLOURS if getattr(given, name)}
    wrong = [name for name, colour in chosen.items() if not colours.is_colour(colour)]
    yield from (Fault(name, "colour") for name in wrong)
    if wrong or not chosen:
        return
    used = {**design.colours, **{COLOURS[name]: colour for name, colour in chosen.items()}}
    on_paper = colours.contrast(used["nila"], used["paper"])
    if on_paper < colours.AA:
        yield Fault("main", "contrast", f"{on_paper:.2f}")
    on_main = colours.contrast(used["kunyit"], used["nila"])
    if design.accent_is_read and on_main < colours.AA:
        yield Fault("accent" if given.accent else "main", "faint", f"{on_main:.2f}")


def _palette(design: Design, given: Adaptation) -> dict[str, str]:
    """The design's own colours and the tints of its main one → the agency's."""
    own = {
        design.colours[COLOURS[name]].upper(): getattr(given, name).upper() for name in COLOURS if getattr(given, name)
    }
    if given.main:
        paper = design.colours["paper"]
        own |= {tint.upper(): _tint(given.main, paper, share) for tint, share in design.tints.items()}
    return own


def _tint(main: str, paper: str, share: float) -> str:
    """The main colour mixed with paper. One that is mostly paper is read on the main colour: then so light that it can be."""
    tint = colours.mixed(main, paper, share)
    return paper if 0.5 < share < 0.85 and colours.contrast(tint, main) < colours.AA else tint
